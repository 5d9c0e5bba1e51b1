#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/store_operating.h"
#include "flow/host.h"
#include "flow/result.h"

namespace flow::detail {

/// A snapshot in the Prometheus text format (version 0.0.4): counters of endpoints since the start,
/// gauges of channels and of what no live process handles (of `orphans`), latencies as quantile
/// gauges in seconds. Deterministic; every sample carries the label `service`.
std::string metrics_text(std::string_view service, std::span<const EndpointStats> endpoints,
                         std::span<const ChannelStats> channels,
                         std::span<const Orphan> orphans = {});

/// Replaces the file at `path` in one step: a reader sees the old text or the new one, never half
/// of it.
Result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace flow::detail
