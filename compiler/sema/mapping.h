#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sema/step.h"

namespace flowc::sema {

/// Where the names of an expression may come from.
struct MappingSource {
  model::FieldRef::Root root = model::FieldRef::Root::message;
  /// What stands before the dot: `event` of `event.order_id`. Empty: there is none.
  std::string word;
  /// Whether its fields may be named alone in an expression, as in an upcast. `{ field }` without
  /// an expression looks through every source, in order, whatever this says.
  bool bare = false;
  /// What it is called in messages: "`OrderPlaced` v1", "the saga's data".
  std::string called;
  const std::vector<model::Field>* fields = nullptr;  ///< outlives the call; of key: one field
};

/// The mapping's target and what it may read. Personal and secret fields that no `declassify` names
/// are errors if `leaves`.
struct MappingScope {
  std::vector<MappingSource> sources;  ///< in the order in which `{ field }` looks
  bool leaves = false;                 ///< the target belongs to another service or a partner
};

/// Fills `target` as `syntax` says; every field of it must be filled, have a default or be
/// optional. Each mistake is reported, and what could not be understood is left out: nothing when
/// any was.
std::optional<std::vector<model::Assignment>> lower_mapping(State& state, std::uint32_t file,
                                                            const ast::Mapping& syntax,
                                                            model::MessageId target,
                                                            const MappingScope& scope);

/// A condition: a boolean field, or a comparison. Nothing, if reported.
std::optional<model::Expression> lower_condition(State& state, std::uint32_t file,
                                                 const ast::Expression& syntax,
                                                 const MappingScope& scope);

}  // namespace flowc::sema
