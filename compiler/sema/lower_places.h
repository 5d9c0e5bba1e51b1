#pragma once

#include <optional>
#include <string>

#include "model/place_kinds.h"
#include "sema/step.h"

namespace flowc::sema {

/// What stands behind `store`, `broker` or a publisher's `on`, checked against the table of kinds.
struct LoweredPlace {
  const model::PlaceKind* kind = nullptr;
  std::vector<model::Option> options;  ///< those that could be understood
  bool complete = false;               ///< nothing of it is missing, and nothing was reported
};

/// Nothing, and reported, for a kind that does not exist.
std::optional<LoweredPlace> lower_place(State& state, const ast::Place& syntax,
                                        model::PlaceUse use);

}  // namespace flowc::sema
