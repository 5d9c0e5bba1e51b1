#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of policies, effects, schedules, batches, retry times and loops (430 to 479).
namespace flowc {

inline constexpr std::array<Definition, 0> kHandlingDefinitions{};

}  // namespace flowc
