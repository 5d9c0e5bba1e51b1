#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace flowc {

/// A value or the reason there is none. For the edges only (files, numbers): the mistakes of a
/// .flow file are diagnostics, given to a Reporter, because one file may have many.
template <class T, class E = std::string>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; asking for it when there is none is a bug of ours.
  T& value() & {
    FLOW_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    FLOW_ASSERT(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    FLOW_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  const E& error() const {
    FLOW_ASSERT(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace flowc
