#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "flow/time.h"

namespace flow {

/// A 128-bit identifier (RFC 9562). A value: cheap to copy, ordered as its bytes are, so that
/// version 7 ids sort by creation. Default: nil.
class Uuid {
 public:
  using Octets = std::array<std::uint8_t, 16>;

  constexpr Uuid() = default;
  constexpr explicit Uuid(const Octets& octets) : octets_(octets) {}

  static constexpr Uuid nil() { return Uuid{}; }
  /// The canonical form, 8-4-4-4-12 hexadecimal digits of either case, and nothing else (no braces,
  /// no URN).
  static std::optional<Uuid> parse(std::string_view text) noexcept;
  /// As parse(); throws std::invalid_argument. For constants in code.
  static Uuid from_string(std::string_view text);
  /// A version 7 id: milliseconds since 1970, 12 bits of sub-millisecond time, 62 bits of `random`.
  /// Times before 1970 count as 1970. Monotonic ids come from a UuidGenerator.
  static Uuid v7(Timestamp now, std::uint64_t random) noexcept;
  /// The version 5 id of `name` within `name_space`: the same for the same arguments, everywhere.
  static Uuid from_name(const Uuid& name_space, std::string_view name) noexcept;

  constexpr bool is_nil() const { return *this == Uuid{}; }
  constexpr int version() const { return octets_[6] >> 4; }
  constexpr const Octets& octets() const { return octets_; }
  /// Lower case, 36 characters.
  std::string to_string() const;
  /// Writes the 36 characters of to_string() to `out`, without a terminating zero.
  void write_to(char* out) const noexcept;

  friend constexpr bool operator==(const Uuid&, const Uuid&) = default;
  friend constexpr std::strong_ordering operator<=>(const Uuid&, const Uuid&) = default;

 private:
  Octets octets_{};
};

std::ostream& operator<<(std::ostream& out, const Uuid& id);

/// Makes version 7 ids, each greater than the one before, also within one tick and when the clock
/// goes back (the time in them then runs ahead by a quarter of a microsecond an id). Has no clock
/// and no random source: they are passed in. Not thread-safe: one for each thread, or a lock.
class UuidGenerator {
 public:
  Uuid next(Timestamp now, std::uint64_t random) noexcept;

 private:
  std::uint64_t last_tick_ = 0;  ///< 1/4096 ms since 1970
};

}  // namespace flow

template <>
struct std::hash<flow::Uuid> {
  std::size_t operator()(const flow::Uuid& id) const noexcept;
};
