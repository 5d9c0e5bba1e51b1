#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flow {

using Bytes = std::vector<std::byte>;

/// RFC 4648 base 64 with the standard alphabet and padding.
std::string base64_encode(std::span<const std::byte> bytes);
/// Strict: standard alphabet, padding needed, no white space, unused bits zero. None otherwise.
std::optional<Bytes> base64_decode(std::string_view text);

}  // namespace flow
