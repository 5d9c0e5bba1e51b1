#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "flow/message.h"
#include "store/ordinals.h"

namespace flow::memory {

struct Entry {
  std::uint64_t position;
  Message message;
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
};

/// How far an endpoint is with its stream.
struct Reader {
  std::uint64_t cursor = 0;
  std::uint64_t handed_out = 0;
  Ordinals done;
  Ordinals skip;  // done when the channel was claimed
};

}  // namespace flow::memory
