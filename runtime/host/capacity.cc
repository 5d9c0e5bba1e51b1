#include "host/capacity.h"

#include <algorithm>
#include <cstddef>

namespace flow {
namespace {

constexpr microseconds kSampleEvery{20'000};
constexpr std::uint64_t kSendsPerSample = 256;

}  // namespace

CapacityGauge::CapacityGauge(const Topology& topology, OperatingStore& store, const Clock& clock)
    : topology_(topology), store_(store), clock_(clock), gauges_(topology.channels.size()) {
  for (std::size_t no = 0; no < gauges_.size(); ++no) {
    if (topology.channels[no].capacity > 0) gauges_[no] = std::make_unique<Gauge>();
  }
}

bool CapacityGauge::above(ChannelNo channel, std::uint64_t percent) {
  Gauge* const gauge = gauges_[channel].get();
  if (gauge == nullptr) return false;
  const std::uint64_t limit =
      std::max<std::uint64_t>(1, topology_.channels[channel].capacity * percent / 100);
  const std::lock_guard lock(gauge->mutex);
  const Now now = clock_.both();
  const microseconds age = gauge->sampled ? now.steady - *gauge->sampled : microseconds::max();
  // A small capacity must not be overrun between two samples, nor be blocked by what has long been
  // handled.
  const bool stale =
      age >= kSampleEvery || gauge->sent >= kSendsPerSample || gauge->depth + gauge->sent >= limit;
  if (stale && (gauge->sent > 0 || age >= microseconds{1'000})) {
    // Without an answer the last sample stands: a store that is down says so where it matters.
    if (const auto stats = store_.stats(channel, now.wall); stats.ok()) {
      gauge->depth = stats->depth;
      gauge->sent = 0;
    }
    gauge->sampled = now.steady;
  }
  return gauge->depth + gauge->sent >= limit;
}

bool CapacityGauge::any_above(std::span<const ChannelNo> channels, std::uint64_t percent) {
  return std::any_of(channels.begin(), channels.end(),
                     [&](ChannelNo channel) { return above(channel, percent); });
}

ChannelNo CapacityGauge::first_full(std::span<const ChannelNo> channels) {
  for (const ChannelNo channel : channels) {
    if (above(channel, 100)) return channel;
  }
  return no_channel;
}

void CapacityGauge::sent(std::span<const ChannelNo> channels) {
  for (const ChannelNo channel : channels) {
    Gauge* const gauge = gauges_[channel].get();
    if (gauge == nullptr) continue;
    const std::lock_guard lock(gauge->mutex);
    ++gauge->sent;
  }
}

}  // namespace flow
