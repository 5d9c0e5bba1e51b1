#pragma once

#include <map>
#include <optional>

#include "sema/step.h"

namespace flowc::sema {

/// Whether instances may be found by the field of a message: then it is worth naming.
bool may_correlate(const model::Field& field, const model::Field& key);

/// By which field each message of one saga finds its instance.
class Correlations {
 public:
  Correlations(State& state, const model::Saga& saga) : state_(state), saga_(saga) {}

  /// Until then, nothing is said of correlations: the key was reported.
  void key_is_known() { known_ = true; }

  /// The field that `by event.field` names, else the one called as the key. Nothing, if reported or
  /// not known.
  std::optional<std::uint32_t> find(model::MessageId message, const ast::Path& on,
                                    const std::optional<ast::Path>& by);

 private:
  struct Use {
    std::uint32_t field = 0;
    Span span;
  };

  std::optional<std::uint32_t> named(const model::Message& message, const ast::Path& by);
  std::optional<std::uint32_t> same_name(const model::Message& message, const ast::Path& on);
  bool fits(const model::Field& field, Span at);

  State& state_;
  const model::Saga& saga_;
  bool known_ = false;
  std::map<std::uint32_t, Use> uses_;  // by MessageId
};

}  // namespace flowc::sema
