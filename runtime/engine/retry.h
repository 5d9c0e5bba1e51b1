#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/delivery.h"
#include "flow/clock.h"
#include "flow/topology.h"

namespace flow {

/// How many attempts a policy allows in all.
std::uint32_t total_attempts(const RetryPolicy& policy) noexcept;

/// The pause after failed attempt `attempt` (from 1); zero for an immediate retry. nullopt: no
/// attempt is left.
std::optional<microseconds> retry_delay(const RetryPolicy& policy, std::uint32_t attempt,
                                        Random& random);

/// Adds an attempt to a history that stays bounded: the first and the last errors are kept, texts
/// are cut.
void add_error(std::vector<AttemptError>& history, AttemptError error);

/// At most `count` starts in any span of `period` of the monotonic clock, whichever way it is laid.
class RateLimit {
 public:
  /// count 0: no limit.
  RateLimit(std::uint64_t count, microseconds period);

  /// When the next start is allowed; in the past or now: at once.
  SteadyTime free_at() const noexcept;
  bool allows(SteadyTime now) const noexcept { return limit_ == 0 || free_at() <= now; }
  void started(SteadyTime now);

 private:
  std::size_t limit_ = 0;
  microseconds period_{0};
  std::deque<SteadyTime> starts_;  // the last `limit_`
};

}  // namespace flow
