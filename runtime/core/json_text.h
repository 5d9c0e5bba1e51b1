#pragma once

#include <string>
#include <string_view>

namespace flow::json::detail {

/// Resolves the escapes of a string's inside; without `out` it only checks them. False for an
/// unknown escape or half a surrogate pair.
bool unescape(std::string_view raw, std::string* out);
/// The grammar of a JSON number.
bool is_number(std::string_view token) noexcept;

}  // namespace flow::json::detail
