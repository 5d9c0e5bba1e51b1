#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/delivery.h"

namespace flow {

struct DeadLetterFilter {
  std::vector<std::int64_t> ids;  ///< empty: any
  std::string endpoint;           ///< empty: any; exact id
  std::string channel;
  std::optional<std::string> key;  ///< none: any, those without a key too
  std::string reason_contains;
  std::optional<Timestamp> dead_after, dead_before;  ///< at or after; before
  std::int64_t after_id =
      0;                 ///< only greater ids: the next page begins after the last id of this one
  bool payloads = true;  ///< false: Message::payload stays empty, and is not read
  std::size_t limit = 100;
};

/// A channel as the store sees it.
struct StoredChannelStats {
  std::uint64_t depth = 0, retrying = 0, waiting = 0, dead = 0;
  /// Messages whose time has not come, and which endpoints of the channel read: not in the depth.
  std::uint64_t delayed = 0;
  std::optional<Timestamp> oldest;    ///< created-at of the oldest delivery not done
  std::optional<Timestamp> next_due;  ///< of a row that is not waiting
  /// As last reported by the process that serves the channel (Store::renew), if it is alive.
  std::uint64_t in_flight = 0;
  double handled_per_s = 0;
};

/// What became of a message for one endpoint.
struct EndpointFate {
  enum class State : std::uint8_t {
    in_line,   ///< not yet handled, or being handled for the first time
    handled,   ///< done
    retrying,  ///< failed at least once; the next attempt is pending or runs
    waiting,   ///< held back behind its key
    dead,
    gone  ///< the endpoint was forgotten by the store
  };
  std::string endpoint;
  State state = State::in_line;
  std::uint32_t attempts = 0;         ///< begun so far, where that is known: of a row, of the dead
  std::optional<Timestamp> next_due;  ///< retrying
  std::int64_t dead_letter = 0;       ///< dead; 0: it was discarded, or is past its retention
  std::string reason;                 ///< dead
};
/// `in_line`, `handled`, …
std::string_view to_string(EndpointFate::State state) noexcept;

/// What became of a message that was sent with an id of its sender's.
struct MessageFate {
  std::string message_type;  ///< wire name
  Timestamp sent_at{};
  std::optional<Timestamp> delayed_until;  ///< set: handed to nobody yet
  std::vector<EndpointFate> endpoints;     ///< those that it is for, by id; empty while delayed
};

/// Deliveries the store holds for endpoints that the topology no longer has.
struct Orphan {
  std::string endpoint;
  std::string channel;
  std::uint64_t deliveries = 0;
};

/// What operators ask of a store: what there is, and what is dead. Asked by the command line, the
/// host's figures and back-pressure. Thread-safe.
class OperatingStore {
 public:
  virtual ~OperatingStore() = default;

  virtual Result<std::vector<Orphan>> orphans() = 0;
  /// Dead-letters an orphan's deliveries with the reason `no such endpoint`, and forgets it.
  virtual Result<std::uint64_t> retire(const std::string& endpoint) = 0;

  virtual Result<StoredChannelStats> stats(ChannelNo channel, Timestamp now) = 0;
  /// In the order of their ids, which rise in the order of dying.
  virtual Result<std::vector<DeadLetter>> dead_letters(const DeadLetterFilter& filter) = 0;
  /// Without the limit.
  virtual Result<std::uint64_t> count_dead_letters(const DeadLetterFilter& filter) = 0;
  /// Gives those of the ids whose endpoint still exists back to their endpoint alone: rows,
  /// attempts 0, due now, history kept, one replay more. Returns how many.
  virtual Result<std::uint64_t> replay(std::span<const std::int64_t> ids, Timestamp now) = 0;
  virtual Result<std::uint64_t> discard(std::span<const std::int64_t> ids) = 0;
  /// What became of a message whose id its sender gave (Outgoing::given_id). Nothing: no such id
  /// was sent within the retention of ids (kept_ids in store/sent_ids.h).
  virtual Result<std::optional<MessageFate>> fate(const Uuid& id) = 0;
};

}  // namespace flow
