#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/channel.h"
#include "engine/random.h"
#include "engine/retry.h"

namespace flow {

/// The inside of Channel. An entry is one delivery; its place in `pool` and its generation are its
/// token.
struct Channel::State {
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0xffffffff;
  static constexpr std::uint64_t kNotInLine = ~std::uint64_t{0};
  static constexpr microseconds kFirstBackOff{1'000'000};
  static constexpr microseconds kMostBackOff{30'000'000};
  /// A handling that has run this long and keeps the full window from moving is moved out of line.
  static constexpr microseconds kDetachAfter{20'000};

  enum class Phase : std::uint8_t {
    free,
    queued,      // waits for its key, a place or the rate
    committing,  // a unit is to be submitted, or was
    starting,    // its attempt is recorded
    running,
    abandoned  // fenced or lost, its handler still runs: keeps the delivery that it reads
  };
  /// The unit that is to be submitted, or was.
  enum class Unit : std::uint8_t { none, record, success, retry, dead, move, detach };

  struct Key {
    Slot first = kNone, last = kNone;  // all its entries, by position
    std::uint32_t active = 0;          // of them: neither queued nor being moved out of line
  };

  struct Entry {
    Delivery delivery;
    std::shared_ptr<std::vector<Delivery>> chunk;  // it stands for these instead
    std::uint32_t generation = 1;                  // from 1: no token is 0
    Phase phase = Phase::free;
    Unit unit = Unit::none;
    bool in_flight = false;   // the unit was submitted
    bool recorded = false;    // `attempt` is in the store
    bool suspect = false;     // its last attempt ended with its process: runs alone
    bool unreadable = false;  // of a newer version than this program reads: waits out of line
    bool convicting = false;  // its newest error says how it ends if the process does
    bool rides = false;       // shares the place of one handed out before it
    std::uint32_t executing_at = 0;  // its place in `executing`
    bool start_after_commit = false;
    bool queued_to_start = false;     // is in `ready`
    bool active = false;              // is counted in Key::active
    std::uint32_t attempt = 1;        // the running one, or the next
    std::uint64_t line = kNotInLine;  // of a chunk: of its first
    SteadyTime started{}, stop_at{};
    Timestamp dead_at{};
    Category dead_category = Category::bug;
    std::string dead_reason;
    std::optional<Outcome> outcome;  // came while the move out of line was being committed
    Key* key = nullptr;
    Slot before = kNone, after = kNone;  // in its key
    bool came_back = false;              // abandoned, and its handler has returned
    std::uint64_t successor = 0;         // of an abandoned one whose unit is still in flight
  };

  State(const Topology& topology, ChannelNo number, std::uint64_t seed);

  // pool
  Slot acquire();
  void free_entry(Slot slot);
  Entry* find(Token token);
  static std::size_t size(const Entry& entry) { return entry.chunk ? entry.chunk->size() : 1; }
  Token token(Slot slot) const { return (Token{pool[slot].generation} << 32) | slot; }

  // intake
  Slot add(Delivery&& delivery);
  void take_one(Delivery&& delivery);
  bool is_newer(const Delivery& delivery) const;
  bool take_row(Delivery&& delivery);

  // chunks: channel_chunks.cc
  bool chunks_allowed() const { return !policy.ordered_by_key && policy.rate_count == 0; }
  void take_in_chunks(std::vector<Delivery>& loaded, std::size_t most);
  void unfold(Slot slot, std::vector<Slot>& out);
  void unfold_waiting(Slot slot);
  void stop_chunk(Slot slot);
  std::vector<OrdinalRange> ranges(const std::vector<Delivery>& deliveries) const;
  std::optional<Done> chunk_committed(Slot slot, const Result<Committed>& result, const Now& now);

  // the line and the keys
  void leave_line(Entry& entry);
  void join_key(Slot slot);
  void leave_key(Slot slot);
  void set_active(Entry& entry, bool active);
  void offer_head(Key& key);
  bool may_start(const Entry& entry, Slot slot) const;
  void offer(Slot slot);
  void move_followers(Key& key);
  void move_out(Slot slot);

  // work
  std::optional<Action> next_start(const Now& now, bool hold);
  std::optional<Action> next_starter(SteadyTime now);
  std::optional<Action> start_alone(const Now& now);
  void end_alone(Slot slot);
  Handle start(Slot slot, SteadyTime now);
  std::size_t places() const { return executing.size() - riders; }
  void stop_executing(Slot slot);
  std::optional<Commit> next_commit();
  Commit begin_row(Slot slot);
  std::optional<Commit> detach_oldest(const Now& now);
  bool starved() const;
  Commit submit(Slot slot, Unit unit);
  UnitOfWork build(Entry& entry);
  Delivery reference(const Entry& entry) const;

  // reports
  void fail_attempt(Entry& entry, const Error& error, std::optional<microseconds> retry_after,
                    const Now& now);
  void bury(Entry& entry, Category category, std::string reason, const Now& now);
  void conclude(Entry& entry, Outcome&& outcome, const Now& now);
  std::optional<Done> commit_done(Slot slot, const Committed& committed, const Now& now);
  void commit_failed(Slot slot, const Error& error, const Now& now);
  void retire(Slot slot);
  void back_off(SteadyTime now);
  void stop_running(Slot slot);
  void came_back(Slot slot);
  bool key_is_stuck(const Entry& entry) const;
  void touch(const Entry& entry);

  const Topology& topology;
  const ChannelNo number;
  const ChannelPolicy& policy;
  Random random;
  RateLimit rate;

  std::deque<Entry> pool;
  std::vector<Slot> free_slots;
  std::deque<Slot> line;         // in line, oldest first; kNone: done
  std::uint64_t line_begin = 0;  // number of line.front()
  std::deque<Slot> ready, starters, commits;
  std::vector<Slot> executing;
  std::size_t riders = 0;   // of them: those that ride along
  std::size_t live = 0;     // deliveries of the entries neither free nor abandoned
  std::size_t chunked = 0;  // deliveries of the chunks in `executing`, without one of each
  std::size_t abandoned = 0;
  std::size_t recording = 0;  // attempts being recorded
  bool wants_alone = false, alone = false;
  Slot alone_slot = kNone;  // what runs alone, from its recording on

  std::unordered_map<std::string, Key> keys;
  /// Keys of fenced or lost handlings that still run, and how many. They outlive the ownership: the
  /// handler runs, whoever owns the channel.
  std::unordered_map<std::string, std::uint32_t> stuck_keys;
  /// Keys that got rows since the load in progress began: it may have missed them.
  std::unordered_set<std::string> held_since;
  bool load_in_progress = false;

  struct RowId {
    EndpointNo endpoint;
    std::uint64_t ordinal;
    bool operator==(const RowId&) const = default;
  };
  struct RowIdHash {
    std::size_t operator()(const RowId& id) const noexcept {
      return std::hash<std::uint64_t>{}(id.ordinal * 0x9e3779b97f4a7c15U + id.endpoint);
    }
  };
  /// Out of line and in here, or on the way out of line.
  std::unordered_map<RowId, Slot, RowIdHash> rows;
  /// Rows written since the load of rows in progress began: what it brings of them is stale.
  std::unordered_set<RowId, RowIdHash> touched_since;
  bool row_load_in_progress = false;

  bool draining = false;
  SteadyTime pause_until = SteadyTime::min();
  microseconds next_back_off = kFirstBackOff;
  bool rate_blocked = false;
  std::optional<Timestamp> rows_due;
  void hint_rows(Timestamp due) {
    if (!rows_due || due < *rows_due) rows_due = due;
  }
  std::unordered_map<EndpointNo, Counters> counters;
};

}  // namespace flow
