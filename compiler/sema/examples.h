#pragma once

#include <optional>
#include <string>

#include "sema/step.h"

namespace flowc::sema {

/// The fields of a message as a scenario writes them, as the JSON that travels: wire names, in the
/// order of their declaration. `whole`: every field that a message needs must be there. Nothing, if
/// reported. `syntax` is null for a message without fields; `at` is where the message is named.
std::optional<std::string> example_json(State& state, const ast::Value* syntax, Span at,
                                        model::MessageId message, bool whole);

}  // namespace flowc::sema
