#pragma once

#include <chrono>
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
