#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>

#include "engine/store_operating.h"
#include "flow/message.h"
#include "store/memory/rows.h"
#include "store/sent_ids.h"

namespace flow::memory {

/// A message that was sent with an id of its sender's.
struct SentMessage {
  MessageNo type = 0;
  PayloadDigest digest{};
  Timestamp sent_at{};
  std::optional<Timestamp> due;  ///< delayed until then
  Timestamp appended_at{};       ///< when it is not delayed
  std::uint64_t ordinal = 0;
  std::set<EndpointNo> dead;  ///< for which it died
};

/// Those of a memory store, the oldest forgotten first where there are too many. Not thread-safe.
class SentIds {
 public:
  static constexpr std::size_t kMost = 262'144;

  /// nullptr: not sent within the retention.
  SentMessage* find(const Uuid& id);
  /// `id_in_use`: another type or payload under an id that was given before, or twice in the unit.
  Result<void> check(const UnitOfWork& unit, const Topology& topology) const;
  void insert(const Uuid& id, SentMessage message);
  void trim(const Topology& topology, Timestamp now);
  std::size_t size() const { return sent_.size(); }

 private:
  std::unordered_map<Uuid, SentMessage> sent_;
  std::deque<Uuid> order_;
  Timestamp trimmed_at_{};
};

/// For one endpoint, of whose line it is done or not; of the dead, without their dead letter.
EndpointFate fate_of(const SentMessage& sent, EndpointNo endpoint, bool done, const Rows& rows);

}  // namespace flow::memory
