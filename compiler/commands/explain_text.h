#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "model/program.h"

namespace flowc {

/// A channel's policy with its defaults written out, as the language writes it, and who uses it.
/// Nothing if there is no such channel.
std::optional<std::string> explain_channel(const model::Program& program, const std::string& name,
                                           const SourceMap& sources);

/// What an endpoint takes, where and in whose unit of work it runs, and what it may emit.
std::optional<std::string> explain_endpoint(const model::Program& program, const std::string& id,
                                            const SourceMap& sources);

/// A publisher with its defaults written out, and who uses it.
std::optional<std::string> explain_publisher(const model::Program& program, const std::string& name,
                                             const SourceMap& sources);

/// `shop.flow:12:3`, where something begins.
std::string place(Span span, const SourceMap& sources);

std::vector<std::string> publisher_names(const model::Program& program);
std::vector<std::string> channel_names(const model::Program& program);
std::vector<std::string> endpoint_ids(const model::Program& program);

}  // namespace flowc
