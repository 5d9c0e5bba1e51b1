#pragma once

#include <chrono>

#include "flow/time.h"

namespace flow {

/// A moment of the monotonic clock, which nobody can set: spans are measured between two of them
/// (timeouts, rates, leases, back-offs, periods). It means something on this machine since its last
/// boot only, so it is not stored, except beside the boot's id.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

/// Both clocks, read together. What is due at an instant compares with `wall`; what takes a span
/// compares with `steady`.
struct Now {
  Timestamp wall{};
  SteadyTime steady{};
};

/// Where time comes from: the system's clocks, or virtual ones under test. Thread-safe.
struct Clock {
  virtual ~Clock() = default;
  /// The wall clock, UTC. It can jump.
  virtual Timestamp now() const = 0;
  /// The monotonic clock.
  virtual SteadyTime steady() const = 0;
  Now both() const { return {now(), steady()}; }
};

/// The system's clocks.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  SteadyTime steady() const override;
};

}  // namespace flow
