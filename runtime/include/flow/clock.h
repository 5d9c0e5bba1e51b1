#pragma once

#include "flow/time.h"

namespace flow {

/// Where time comes from: the system's clock, or a virtual one under test. Thread-safe.
struct Clock {
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The system's wall clock. It can jump.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

}  // namespace flow
