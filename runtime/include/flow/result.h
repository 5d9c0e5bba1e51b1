#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace flow {

/// What kind of failure it was: all that retry logic reads.
enum class Category : std::uint8_t {
  transient,  ///< may work when tried again: a lost connection, a full disk
  busy,       ///< try again later: back-pressure, a lock held elsewhere
  fenced,     ///< this process no longer owns what it worked on: drop the work, another has it
  poison,     ///< this input can never work: undecodable, unknown endpoint
  rejected,   ///< the handler said no (`flow::Reject`): no retry
  bug         ///< ours or the handler's: retried, then dead
};

std::string_view to_string(Category category) noexcept;

/// `code` is stable and lower_snake (`disk_full`, `store_newer`); `text` says what, where and what
/// to do.
struct Error {
  Category category = Category::bug;
  std::string code;
  std::string text;
};

/// Thrown by the calls that send, publish and ask: nothing of the call was kept.
struct BusError : std::runtime_error {
  explicit BusError(Error failed) : std::runtime_error(failed.text), error(std::move(failed)) {}
  Error error;
};

/// A value or an Error. GCC 12 has no std::expected in C++20.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  /// Only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  /// Only when !ok().
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  Error& error() { return error_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace flow
