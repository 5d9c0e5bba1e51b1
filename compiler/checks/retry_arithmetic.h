#pragma once

#include <cstdint>
#include <string>

#include "model/flow.h"
#include "model/process.h"

/// How long a policy's retries last. Pure functions, in microseconds; what does not fit into 64
/// bits stays at their largest value.
namespace flowc {

inline constexpr std::int64_t kForever_us = INT64_MAX;

/// The delay before delayed retry `index` (from 0), as written: without jitter.
[[nodiscard]] std::int64_t nominal_delay_us(const model::Retry& retry, std::uint32_t index);

/// The same, with all the jitter there can be.
[[nodiscard]] std::int64_t longest_delay_us(const model::Retry& retry, std::uint32_t index);

/// The sum of the first `count` delays, each the longest it can be. Takes time that does not grow
/// with the count.
[[nodiscard]] std::int64_t longest_delays_us(const model::Retry& retry, std::uint32_t count);

struct RetryTime {
  std::uint64_t attempts = 1;    ///< the first, the immediate and the delayed ones
  std::int64_t delays_us = 0;    ///< between attempts, with all jitter
  std::int64_t handling_us = 0;  ///< attempts × timeout
  std::int64_t horizon_us = 0;   ///< from the first attempt to the dead letter, at worst
};

/// At worst every attempt takes the whole timeout and every delay all of its jitter. Waiting for a
/// free worker is not counted.
[[nodiscard]] RetryTime worst_case(const model::Retry& retry, std::int64_t timeout_us);

/// Of an endpoint that waits on a channel, on that channel; `on_failure dead_letter` has one
/// attempt.
[[nodiscard]] RetryTime worst_case(const model::Channel& channel, const model::Endpoint& endpoint);

/// Of what a publisher has in its buffer: how long one sending takes is not declared, and not
/// counted; nor is the time that its breaker is open, when nothing is sent.
[[nodiscard]] RetryTime worst_case(const model::Publisher& publisher);

/// A time for people, in its two largest units and rounded up: `5m 46s`, `3d 2h`, `1.5s`, `250ms`.
[[nodiscard]] std::string time_text(std::int64_t microseconds);

/// A sum and a product that stay at kForever_us. Neither takes negative numbers.
[[nodiscard]] std::int64_t add_us(std::int64_t a, std::int64_t b);
[[nodiscard]] std::int64_t times_us(std::int64_t a, std::uint64_t count);

}  // namespace flowc
