#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Time as messages carry it, and its ISO 8601 text. Everything here is pure, strict, free of
/// locale and thread-safe.
namespace flow {

using std::chrono::microseconds;

/// An instant in UTC, in microseconds. Leap seconds do not exist.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// A length of time; may be negative. The `duration` of the language.
using Duration = std::chrono::microseconds;
/// A day of the proleptic Gregorian calendar, without a time zone. A default Date is no day: !ok().
using Date = std::chrono::year_month_day;

/// The last instant that has a text: the end of the year 9999. What is due or expires later never
/// does.
inline constexpr Timestamp kEndOfTime =
    Timestamp{std::chrono::sys_days{std::chrono::year{10000} / std::chrono::January / 1}} -
    Duration{1};

/// Sums and differences that stay at the ends of 64 bits instead of overflowing, which is undefined
/// and would make "for ever" a time in the past. For every time that a user has a part in.
constexpr Duration saturating_add(Duration a, Duration b) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a.count(), b.count(), &sum)) return Duration{sum};
  return b.count() < 0 ? Duration::min() : Duration::max();
}
constexpr Duration saturating_subtract(Duration a, Duration b) noexcept {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a.count(), b.count(), &difference)) return Duration{difference};
  return b.count() < 0 ? Duration::max() : Duration::min();
}
constexpr Timestamp saturating_add(Timestamp at, Duration length) noexcept {
  return Timestamp{saturating_add(at.time_since_epoch(), length)};
}
constexpr Timestamp saturating_subtract(Timestamp at, Duration length) noexcept {
  return Timestamp{saturating_subtract(at.time_since_epoch(), length)};
}
/// later - earlier.
constexpr Duration saturating_difference(Timestamp later, Timestamp earlier) noexcept {
  return saturating_subtract(later.time_since_epoch(), earlier.time_since_epoch());
}
/// As above for the finer clocks of the system: std::chrono::steady_clock counts nanoseconds, and
/// 64 bits of them are 292 years.
template <typename Clock, typename Unit>
constexpr std::chrono::time_point<Clock, Unit> saturating_add(
    std::chrono::time_point<Clock, Unit> at, Duration length) noexcept {
  using Point = std::chrono::time_point<Clock, Unit>;
  constexpr Duration kMost = std::chrono::duration_cast<Duration>(Unit::max());
  const Unit step = std::chrono::duration_cast<Unit>(length > kMost    ? kMost
                                                     : length < -kMost ? -kMost
                                                                       : length);
  typename Unit::rep sum = 0;
  if (!__builtin_add_overflow(at.time_since_epoch().count(), step.count(), &sum))
    return Point{Unit{sum}};
  return step.count() < 0 ? Point::min() : Point::max();
}

/// `2026-11-22T20:08:03.123456Z`. The offset is needed: `Z` or `+02:00` (converted to UTC). The
/// fraction has 1 to 9 digits; what is finer than a microsecond is cut off. Years 0001 to 9999.
std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;
/// In UTC with `Z`; the fraction has 0 to 6 digits, without trailing zeros.
std::string to_string(Timestamp instant);

/// `2026-11-22`, years 0001 to 9999.
std::optional<Date> parse_date(std::string_view text) noexcept;
std::string to_string(Date date);

/// `PT15M`, `PT0.25S`, `P1DT12H`, `P2W`, `-PT3S`: weeks, days (of 24 hours), hours, minutes,
/// seconds, in this order, each at most once, at least one. Only seconds take a fraction (1 to 9
/// digits, cut off at microseconds). Years and months are not lengths of time and are refused, as
/// is what does not fit in 64 bits of microseconds.
std::optional<Duration> parse_duration(std::string_view text) noexcept;
/// Hours, minutes and seconds only: `PT36H`, `PT1H0.5S`, `PT0S`.
std::string to_string(Duration duration);

}  // namespace flow
