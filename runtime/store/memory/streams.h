#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/delivery.h"
#include "store/ordinals.h"

namespace flow::memory {

struct Entry {
  std::uint64_t position;
  bool lasting;  // does not expire
  SharedMessage message;
};

/// The log of one message type.
struct Stream {
  std::deque<Entry> entries;
  std::uint64_t trimmed = 0;  // the ordinal before entries.front()
  std::uint64_t delayed = 0;  // messages for it whose time has not come
  std::vector<EndpointNo> endpoints;
  std::vector<ChannelNo> readers;

  std::uint64_t tail() const { return trimmed + entries.size(); }
  const Entry& at(std::uint64_t ordinal) const { return entries[ordinal - trimmed - 1]; }
  /// A backlog is larger than the caches: what will be counted up soon is asked for now.
  void prefetch_behind(std::uint64_t ordinal) const {
    constexpr std::uint64_t kFar = 16;
    if (ordinal + kFar <= tail()) __builtin_prefetch(&*at(ordinal + kFar).message, 1);
  }
};

/// How far an endpoint is with its stream.
struct Reader {
  std::uint64_t cursor = 0;
  std::uint64_t handed_out = 0;
  Ordinals done;
  Ordinals skip;  // done when the channel was claimed
};

}  // namespace flow::memory
