#pragma once

#include <optional>

#include "model/program.h"
#include "sema/step.h"

namespace flowc::sema {

/// A literal as a value of `type`, checked and in its range. Nothing, if reported: then, and for a
/// type that was reported itself, the field has no default.
std::optional<model::Value> value_of(State& state, const ast::Value& literal,
                                     const model::Type& type);

}  // namespace flowc::sema
