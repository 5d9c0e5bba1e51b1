#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "engine/unit_of_work.h"
#include "flow/clock.h"
#include "flow/topology.h"

namespace flow {

/// How one handling ended.
struct Outcome {
  bool ok = true;
  Error error;                              ///< when !ok
  std::optional<microseconds> retry_after;  ///< flow::RetryAfter
  std::vector<Outgoing> outgoing;           ///< when ok
  std::unique_ptr<SqlScope> sql;            ///< when ok

  static Outcome failed(Error why) {
    Outcome outcome;
    outcome.ok = false;
    outcome.error = std::move(why);
    return outcome;
  }
};

/// The rules of one channel as a deterministic machine: who runs next, what is written before and
/// after, when to retry, when to give up. It has no thread, clock or store: the host (or a
/// simulation) calls it with the time, does what it says and reports back. Spans (timeouts, rates,
/// back-offs) are of the monotonic clock; what is due or expires is an instant of the wall clock.
/// Not thread-safe: one lock of the host guards it.
class Channel {
 public:
  /// In-line deliveries between the oldest that is not done and the newest loaded, at most. Bounds
  /// the memory and the inbox above the cursor.
  static constexpr std::size_t kWindow = 4096;

  Channel(const Topology& topology, ChannelNo number, std::uint64_t seed);
  ~Channel();

  // ---- intake: one load at a time of each kind
  /// How many more in-line deliveries it has room for.
  std::size_t room() const;
  /// What to ask Store::load_rows for, those it already has included; 0: it has enough.
  std::size_t row_room() const;
  /// Right before Store::load is called, and with what came of it (nothing, when it failed).
  /// `loaded` is left empty. With `chunk` > 1 it keeps what may start at any time in chunks of at
  /// most so many, if the channel's rules allow it: no key order and no rate.
  void loading();
  void take(std::vector<Delivery>&& loaded, std::size_t chunk = 0);
  /// The same for Store::load_rows. Rows that it already has, or wrote since, are ignored.
  void loading_rows();
  void take_rows(std::vector<Delivery>&& loaded);
  /// When Store::load_rows may bring something because of what was committed since this was last
  /// asked.
  std::optional<Timestamp> rows_due();

  // ---- work
  using Token = std::uint64_t;
  /// Call the handler, then handled(token, outcome).
  struct Handle {
    Token token;
    const Delivery* delivery;  ///< stays until handled() has been called
    std::uint32_t attempt;     ///< from 1
    SteadyTime stop_at;        ///< the channel's timeout
  };
  /// Submit, then committed(token, result).
  using Commit = Submission;
  using Action = std::variant<std::monostate, Handle, Commit>;
  /// What to do now: commits first, then handlers while concurrency, rate and key order allow.
  /// monostate: nothing before wake_at(), a report, or new intake.
  ///
  /// A row whose last attempt ended with its process runs alone: while nothing else runs in the
  /// process, so that another crash convicts it and nobody else. next() does not start it before
  /// grant_alone(); until that is called, wants_alone() is true. With `hold`, nothing new is
  /// started, only what is recorded as begun, because a row of some channel waits to run alone.
  Action next(const Now& now, bool hold = false);
  /// More deliveries for the place that next() has just given to one, to be handled one after the
  /// other: appends at most `max` that are in line and may start now. For handlers that are quick:
  /// a group costs one visit here. Each is reported by handled() as any other.
  void ride_along(SteadyTime now, std::size_t max, std::vector<Handle>& out);
  /// The handler of a delivery that was to ride along has not been called and will not be: it waits
  /// for a place again, before all others.
  void get_off(Token token);
  /// What rode along has taken the place over, because those before it were reported.
  void take_place(Token token);

  // ---- chunks: consecutive deliveries in line that are handed out, handled and committed as one.
  // Nothing but next_chunk() hands them out: next() and ride_along() make ordinary deliveries of a
  // chunk that waits.
  using Deliveries = std::shared_ptr<const std::vector<Delivery>>;
  /// Call the handler for each, one after the other, attempt 1; then handled_chunk(token) when all
  /// went well and had no effects, else split_chunk().
  struct Chunk {
    Token token;
    Deliveries deliveries;  ///< none of them expires
    SteadyTime stop_at;
  };
  /// The chunk that waits first and may start now. None: ask next().
  std::optional<Chunk> next_chunk(const Now& now, bool hold = false);
  std::optional<Commit> handled_chunk(Token token);
  /// Makes ordinary deliveries of a chunk that was handed out. The first `begun` are appended to
  /// `out`, to be reported by handled() each; the last of them keeps the chunk's place. The others
  /// wait again, before all others. Nothing when the channel has forgotten the chunk.
  void split_chunk(Token token, std::size_t begun, std::vector<Handle>& out);

  bool wants_alone() const;
  void grant_alone();
  /// Between grant_alone() and the end of what was granted.
  bool alone() const;
  /// Deliveries that a crash would be counted for, or that are being written.
  std::size_t exposed() const;
  /// The unit to submit for a handling that ended: consumption and effects, or a retry row, or a
  /// dead letter. Nothing when it had been fenced (drop its effects), or when the unit has to wait
  /// and will come from next().
  std::optional<Commit> handled(Token token, Outcome outcome, const Now& now);
  /// A delivery that is done with: its effects are durable.
  struct Done {
    EndpointNo endpoint;
    Timestamp created_at;
    Deliveries chunk{};  ///< a chunk's: these are done with, and the fields above say nothing
  };
  /// A unit that failed for the store's reasons is tried again after a while without counting an
  /// attempt; one that can never commit is a failed attempt. After a fenced failure call lost().
  std::optional<Done> committed(Token token, const Result<Committed>& result, const Now& now);

  // ---- time
  /// Handlings past their timeout: ask them to stop.
  std::vector<Token> overdue(SteadyTime now) const;
  /// The earliest timeout of what runs.
  std::optional<SteadyTime> first_stop() const;
  /// Gives up on a handling that did not stop: its attempt has failed, its report will be dropped.
  /// Its place is free.
  std::optional<Commit> fence(Token token, const std::string& why, const Now& now);
  /// When next() may have something that it has not now; none: nothing is planned.
  std::optional<SteadyTime> wake_at() const;

  std::size_t running() const;  ///< deliveries handed out to handlers, without those fenced
  std::size_t stuck() const;    ///< handlers that were fenced and have not come back
  /// Ordered by key, and a handler that was fenced has not come back: the key's next delivery waits
  /// for it, here and (so do not release the channel) in other processes.
  bool holds_keys() const;
  std::size_t ready() const;  ///< about how many next() could start, were there places
  std::size_t held() const;   ///< deliveries in it, in line and rows
  bool quiet() const;  ///< nothing loaded, running or uncommitted (stuck handlers do not count)
  /// Forgets what was loaded and not begun, and begins nothing more: before a release.
  void drop_unbegun();
  /// After a release that is not for ever: what is loaded from now on counts again.
  void resume();
  /// Another process owns the channel: forgets everything. Reports of what still runs will be
  /// dropped.
  void lost();

  struct Counters {
    std::uint64_t handled = 0, failed_attempts = 0, retried = 0, dead = 0;
  };
  Counters counters(EndpointNo endpoint) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flow
