#pragma once

#include <optional>
#include <string>

#include "sema/step.h"

namespace flowc::sema {

/// The name that a saga's key should have. Where neither the messages that are found by it have a
/// field called so, nor the mappings name it, the mistake is in the key: it is reported once,
/// there, and not at each use. Nothing if the key may be right; empty if it is not and nothing is
/// near.
std::optional<std::string> meant_key(State& state, std::uint32_t file, const ast::Saga& syntax,
                                     const model::Field& key);

}  // namespace flowc::sema
