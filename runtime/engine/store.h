#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flow/message.h"
#include "flow/result.h"
#include "flow/sql.h"
#include "flow/topology.h"

/// What the engine asks of a store. Every store passes tests/runtime/store_conformance.
///
/// Logical copies, physical log: a message is appended once, to the log of its type (its *stream*).
/// A place in a stream is an *ordinal* (dense, from 1); a place over all streams is a *position*
/// (rising, not dense), by which a channel merges the streams its endpoints read. Each endpoint has
/// a cursor: all ordinals at or below it are done. What is done above the cursor is the inbox,
/// written in the same unit of work and pruned as the cursor moves. Only what is out of line has a
/// *row* of its own: a delivery that failed, waits behind its key, or was running when its process
/// died.
namespace flow {

/// The text of an attempt that has no other end recorded than that its process was gone.
inline constexpr std::string_view kProcessEnded = "the process ended during this attempt";

/// One failed attempt, as dead letters show it.
struct AttemptError {
  std::uint32_t attempt = 0;
  Timestamp at{};
  Category category = Category::bug;
  std::string text;
};

/// One message for one endpoint.
struct Delivery {
  EndpointNo endpoint = 0;
  std::uint64_t ordinal = 0;   ///< in its stream
  std::uint64_t position = 0;  ///< over all streams
  std::int64_t row = 0;        ///< 0: in line
  std::uint32_t attempts = 0;  ///< begun so far (of a row)
  bool key_held = false;       ///< in line, on an ordered channel: rows of its key came before it
  Timestamp due{};             ///< of a row
  std::vector<AttemptError> errors;  ///< of a row
  Message message;
};

/// An out-of-line delivery to write. row 0 inserts; otherwise that row is rewritten (attempts, due,
/// errors).
struct RowWrite {
  Delivery delivery;
  /// Held behind earlier rows of its key: due when the last of them goes. When there is none, due
  /// at once.
  bool waiting = false;
};

struct DeadLetter {
  std::int64_t id = 0;   ///< given by the store
  std::string endpoint;  ///< the endpoint's id, even one no longer declared
  std::string channel;
  std::string message_type;  ///< wire name
  std::uint32_t attempts = 0;
  Category category = Category::bug;
  std::string reason;  ///< the last error, or `expired`, `no such endpoint`, …
  Timestamp dead_at{};
  /// How often it was replayed before. Known to the store alone: what a unit of work says is not
  /// read.
  std::uint32_t replays = 0;
  std::vector<AttemptError> errors;  ///< over all replays
  std::uint64_t ordinal = 0;
  std::uint64_t position = 0;
  Message message;
};

struct Outgoing {
  Message message;
  std::optional<Timestamp> due;  ///< set: appended to its stream at that time, not before
};

/// A claim of the store's write side by one handler, for its SQL. Destroyed without being
/// submitted: rolled back.
class SqlScope : public Sql {
 public:
  /// From any thread: rolls back, frees the write side for others, and makes every later call of
  /// its owner throw.
  virtual void revoke() noexcept = 0;
};

/// All that one handling does. Commits whole or not at all.
struct UnitOfWork {
  ChannelNo channel = no_channel;  ///< whose ownership guards it; no_channel: a bus call
  /// Done with: in line, marks it done; a row, removes it (and makes the next waiting row of its
  /// key due).
  std::optional<Delivery> consumed;  ///< endpoint, ordinal, position, row and message.key are read
  std::vector<Outgoing> outgoing;
  std::optional<RowWrite> put;
  std::optional<DeadLetter> dead_letter;
  std::unique_ptr<SqlScope> sql;
};

struct Committed {
  std::int64_t row = 0;  ///< of UnitOfWork::put
};

class CommitListener {
 public:
  virtual ~CommitListener() = default;
  /// After the unit is durable or has failed whole. From the store's thread, or (memory) from
  /// within submit(): so submit without holding a lock that this takes. Must be quick and must not
  /// call the store. Errors: `fenced` (`lease_lost`: the channel is another's; `already_done`: the
  /// delivery was consumed before): drop the work. `transient` and `busy`: nothing was written,
  /// submit again (a unit that had SQL: handle again).
  virtual void committed(std::uint64_t token, const Result<Committed>& result) noexcept = 0;
};

/// Told when there may be something to read. From any thread; quick; must not call the store.
class StoreListener {
 public:
  virtual ~StoreListener() = default;
  virtual void wake(ChannelNo channel) noexcept = 0;
  virtual void wake_all() noexcept = 0;    ///< another process wrote
  virtual void wake_timer() noexcept = 0;  ///< an earlier delayed message than known
  virtual void alarm(const std::string& text) noexcept = 0;
};

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
  std::optional<Timestamp> oldest;    ///< created-at of the oldest delivery not done
  std::optional<Timestamp> next_due;  ///< of a row that is not waiting
  /// As last reported by the process that serves the channel (Store::renew), if it is alive.
  std::uint64_t in_flight = 0;
  double handled_per_s = 0;
};

struct ChannelActivity {
  ChannelNo channel = no_channel;
  std::uint64_t in_flight = 0;
  double handled_per_s = 0;
};

/// Deliveries the store holds for endpoints that the topology no longer has.
struct Orphan {
  std::string endpoint;
  std::string channel;
  std::uint64_t deliveries = 0;
};

/// The schema's version, as opening found it (0: there was none) and as it is now. 0, 0: no schema.
struct StoreVersion {
  std::int64_t found = 0;
  std::int64_t now = 0;
};

/// Thread-safe, all of it.
class Store {
 public:
  virtual ~Store() = default;
  virtual StoreVersion version() const { return {}; }

  // ---- set-up. Opening has created the tables of an empty store, or migrated an older one.
  /// Records streams and endpoints. A new endpoint begins at its stream's end; on a stream that is
  /// new too, at its beginning. Records the contract hash.
  virtual Result<void> register_topology() = 0;
  virtual Result<std::vector<Orphan>> orphans() = 0;
  /// Dead-letters an orphan's deliveries with the reason `no such endpoint`, and forgets it.
  virtual Result<std::uint64_t> retire(const std::string& endpoint) = 0;
  virtual void listen(StoreListener* listener) = 0;  ///< before the first claim; nullptr: none

  // ---- ownership: a channel is served by one process at a time
  /// True: this process owns it now. What the last owner had begun and not finished, when it did
  /// not release, has become rows (attempts 0, due now), so that each is tried alone with its
  /// attempt recorded first. On an ordered channel, those behind the first of their key wait. What
  /// was handed out before a release and not done is handed out again by load. True as well when
  /// this process owned it already.
  virtual Result<bool> claim(ChannelNo channel) = 0;
  virtual void release(ChannelNo channel) = 0;
  /// Prolongs everything this process owns, and reports. To be called about every second. `fenced`
  /// (`lease_lost`): a channel was taken over meanwhile; it is no longer owned and may be claimed
  /// again.
  virtual Result<void> renew(std::span<const ChannelActivity> activity) = 0;

  // ---- reading, by the owner. What load returns is durably marked as begun: a crash from here on
  // is seen.
  /// Appends at most `max` deliveries that follow those loaded before, merged by position. Fewer
  /// than `max` does not mean that there is no more; none does. `fenced` when the channel is not
  /// owned.
  virtual Result<void> load(ChannelNo channel, std::size_t max, std::vector<Delivery>& out) = 0;
  /// Appends at most `max` rows that are due, oldest due first, those loaded before included.
  virtual Result<void> load_rows(ChannelNo channel, Timestamp now, std::size_t max,
                                 std::vector<Delivery>& out) = 0;
  virtual Result<std::optional<Timestamp>> next_due(ChannelNo channel) = 0;

  // ---- writing
  /// Opens the write side for a handler's SQL; waits for its turn at most `timeout`, then `busy`. A
  /// store without SQL: `bug`, `no_sql`.
  virtual Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout) = 0;
  /// Commits, in a group with others; units submitted by one thread are applied in order. The
  /// listener is told exactly once.
  virtual void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token) = 0;
  /// Appends delayed messages that are due, a bounded number a call; returns when the next one is
  /// (not after `now`: call again).
  virtual Result<std::optional<Timestamp>> release_due(Timestamp now) = 0;

  // ---- operators
  virtual Result<StoredChannelStats> stats(ChannelNo channel, Timestamp now) = 0;
  /// In the order of their ids, which rise in the order of dying.
  virtual Result<std::vector<DeadLetter>> dead_letters(const DeadLetterFilter& filter) = 0;
  /// Without the limit.
  virtual Result<std::uint64_t> count_dead_letters(const DeadLetterFilter& filter) = 0;
  /// Gives those of the ids whose endpoint still exists back to their endpoint alone: rows,
  /// attempts 0, due now, history kept, one replay more. Returns how many.
  virtual Result<std::uint64_t> replay(std::span<const std::int64_t> ids, Timestamp now) = 0;
  virtual Result<std::uint64_t> discard(std::span<const std::int64_t> ids) = 0;
  /// Drops what every cursor has passed, and dead letters older than their channel keeps them. A
  /// bounded amount of work a call; true when there is more.
  virtual Result<bool> trim(Timestamp now) = 0;
};

}  // namespace flow
