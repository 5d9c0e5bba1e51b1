#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of scenarios (580 to 599), deployments (604 to 699) and routing between services
/// (490 to 499).
namespace flowc {

inline constexpr std::array<Definition, 0> kDeployDefinitions{};

}  // namespace flowc
