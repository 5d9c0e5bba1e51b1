#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of versions and upcasts, mappings, privacy (320 to 399) and partners (480 to 489).
namespace flowc {

inline constexpr std::array<Definition, 0> kContractsDefinitions{};

}  // namespace flowc
