#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of steps, orchestrators and sagas (500 to 579).
namespace flowc {

inline constexpr std::array<Definition, 0> kProcessDefinitions{};

}  // namespace flowc
