#pragma once

#include <ostream>

#include "simulate/options.h"

namespace shop {

/// Feeds orders, shows progress, waits until nothing is left to do, reports. Returns the exit code:
/// 0 when the run came to its end, whatever was dead-lettered on the way; 1 when it could not, or
/// was stopped.
int simulate(const SimulateOptions& options, std::ostream& out);

}  // namespace shop
