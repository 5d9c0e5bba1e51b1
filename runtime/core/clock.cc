#include "flow/clock.h"

namespace flow {

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::steady_clock::now());
}

}  // namespace flow
