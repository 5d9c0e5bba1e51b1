#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of what changed since the lock (700 to 799).
namespace flowc {

inline constexpr std::array<Definition, 0> kEvolutionDefinitions{};

}  // namespace flowc
