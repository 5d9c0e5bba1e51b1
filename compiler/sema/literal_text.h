#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The text forms of values that a .flow file writes as strings. They accept what the runtime
/// accepts.
namespace flowc::sema {

/// `0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b`, in lower case, or nothing.
[[nodiscard]] std::optional<std::string> uuid_text(std::string_view text);

/// `2026-11-22`: a day that exists, of the years 0001 to 9999.
[[nodiscard]] bool is_date(std::string_view text);

/// `2026-11-22T20:08:03.123456Z` or with an offset, `+02:00`; at most six digits of a second's
/// fraction.
[[nodiscard]] bool is_timestamp(std::string_view text);

/// `-12.50`: at most 38 digits, at most 28 of them after the point.
[[nodiscard]] bool is_decimal(std::string_view text);

/// `aGVsbG8=`: the standard alphabet, with its padding.
[[nodiscard]] bool is_base64(std::string_view text);

/// A length of time as it travels: `PT36H`, `PT15M`, `PT0.25S`. Never negative.
[[nodiscard]] std::string iso_duration(std::int64_t microseconds);

}  // namespace flowc::sema
