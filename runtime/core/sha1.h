#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace flow::detail {

/// SHA-1 (FIPS 180-4) of the two parts together. For name-based ids alone: it resists nobody.
std::array<std::uint8_t, 20> sha1(std::span<const std::uint8_t> first,
                                  std::span<const std::uint8_t> second) noexcept;

}  // namespace flow::detail
