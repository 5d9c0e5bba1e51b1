#pragma once

#include <algorithm>
#include <string>

#include "engine/store_operating.h"

namespace flow::memory {

inline bool matches(const DeadLetterFilter& filter, const DeadLetter& dead) {
  return (filter.ids.empty() || std::ranges::find(filter.ids, dead.id) != filter.ids.end()) &&
         (filter.endpoint.empty() || dead.endpoint == filter.endpoint) &&
         (filter.channel.empty() || dead.channel == filter.channel) &&
         (filter.key.empty() || dead.message.key == filter.key) &&
         (filter.reason_contains.empty() ||
          dead.reason.find(filter.reason_contains) != std::string::npos) &&
         (!filter.dead_after || dead.dead_at >= *filter.dead_after) &&
         (!filter.dead_before || dead.dead_at < *filter.dead_before) && dead.id > filter.after_id;
}

}  // namespace flow::memory
