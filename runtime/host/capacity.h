#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/store_operating.h"
#include "flow/clock.h"

namespace flow {

/// How full the channels with a `capacity` are: sampled from the store, and what this process sent
/// since added. Thread-safe.
class CapacityGauge {
 public:
  CapacityGauge(const Topology& topology, OperatingStore& store, const Clock& clock);

  /// One of the channels is at its capacity.
  bool full(std::span<const ChannelNo> channels) { return any_above(channels, 100); }
  /// One of the channels has not fallen below 90 % again.
  bool still_full(std::span<const ChannelNo> channels) { return any_above(channels, 90); }
  /// The first of the channels that is full; no_channel: none.
  ChannelNo first_full(std::span<const ChannelNo> channels);
  void sent(std::span<const ChannelNo> channels);

 private:
  struct Gauge {
    std::mutex mutex;
    std::uint64_t depth = 0;
    std::uint64_t sent = 0;
    std::optional<SteadyTime> sampled;
  };

  bool any_above(std::span<const ChannelNo> channels, std::uint64_t percent);
  bool above(ChannelNo channel, std::uint64_t percent);

  const Topology& topology_;
  OperatingStore& store_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Gauge>> gauges_;  // by channel; nullptr: without a capacity
};

}  // namespace flow
