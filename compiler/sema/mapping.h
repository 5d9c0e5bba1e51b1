#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sema/field_finder.h"
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
  bool damaged = false;  ///< fields may be missing, which was reported: an unknown one is silent
};

/// All of a message as a source, called by its name.
MappingSource message_source(const State& state, model::MessageId message,
                             model::FieldRef::Root root, std::string word, bool bare);

/// What a mapping may read, and where its target goes. A personal or secret field needs
/// `declassify` to fill a field that is not so marked itself, and if `leaves` always.
struct MappingScope {
  std::vector<MappingSource> sources;  ///< in the order in which `{ field }` looks
  bool leaves = false;                 ///< the target belongs to another service or a partner
  /// Fields that the mapping does not name are filled from the first source's of the same name and
  /// type: upcasts.
  bool carries_over = false;
  bool timer = false;  ///< no message is at hand: a timer has fired
  /// What finds the fields of the sources and of what they hold; copies share it.
  std::shared_ptr<FieldFinder> finder = std::make_shared<FieldFinder>();
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
