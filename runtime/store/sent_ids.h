#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/sha1.h"
#include "engine/unit_of_work.h"
#include "flow/topology.h"

/// What stores share about messages whose ids their senders gave: which are remembered, so that
/// each is appended once.
namespace flow {

using PayloadDigest = std::array<std::uint8_t, 20>;
inline PayloadDigest digest_of(std::string_view payload) {
  return detail::sha1({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, {});
}

/// How long the id of a message is kept after it was appended, by MessageNo: the longest retention
/// of dead letters of the channels that read it, and a day at least.
inline std::vector<microseconds> kept_ids(const Topology& topology) {
  std::vector<microseconds> kept(topology.messages.size(), std::chrono::hours{24});
  for (const Endpoint& endpoint : topology.endpoints) {
    if (endpoint.channel >= topology.channels.size()) continue;
    microseconds& longest = kept[endpoint.message];
    longest = std::max(longest, topology.channels[endpoint.channel].dead_letter_keep);
  }
  return kept;
}

/// The id was given to a message of another type or payload before.
inline Error id_in_use(const Uuid& id, std::string_view wire_name, Timestamp sent_at,
                       bool same_type) {
  return {Category::rejected, "id_in_use",
          "the id " + id.to_string() + " is that of a `" + std::string{wire_name} + "` sent at " +
              to_string(sent_at) +
              (same_type ? " with another payload: send it as it was (byte for byte), or under an "
                           "id of its own"
                         : ": give this message an id of its own")};
}

}  // namespace flow
