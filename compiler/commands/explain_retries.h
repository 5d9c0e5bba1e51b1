#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "model/program.h"

namespace flowc {

/// Every attempt of an endpoint's deliveries, when it comes at worst, and what that is compared
/// with. Empty for one that waits on no channel.
std::string retries_text(const model::Program& program, const model::Endpoint& endpoint);

/// Who emits a message, who takes it, and how many deliveries one of it causes at most. Nothing, if
/// there is no such message; its name may be full or, where that is not ambiguous, short.
std::optional<std::string> explain_message(const model::Program& program, const std::string& name,
                                           const SourceMap& sources);

/// What explain_message() takes, by their short names.
std::vector<std::string> message_names(const model::Program& program);

/// What the program allows and its authors should know: repeats outside, poison that holds back its
/// key, channels that stop, loops that are slowed but not bounded.
std::string explain_risks(const model::Program& program, const SourceMap& sources);

}  // namespace flowc
