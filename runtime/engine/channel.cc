#include "engine/channel.h"

#include <algorithm>
#include <utility>

#include "engine/channel_state.h"

namespace flow {

Channel::State::State(const Topology& all, ChannelNo no, std::uint64_t seed)
    : topology(all),
      number(no),
      policy(all.channels[no]),
      random(seed),
      rate(policy.rate_count, policy.rate_period) {}

Channel::Channel(const Topology& topology, ChannelNo number, std::uint64_t seed)
    : state_(std::make_unique<State>(topology, number, seed)) {}

Channel::~Channel() = default;

// ---- the pool

Channel::State::Slot Channel::State::acquire() {
  Slot slot = 0;
  if (free_slots.empty()) {
    slot = static_cast<Slot>(pool.size());
    pool.emplace_back();
  } else {
    slot = free_slots.back();
    free_slots.pop_back();
  }
  ++live;
  return slot;
}

void Channel::State::free_entry(Slot slot) {
  Entry& entry = pool[slot];
  if (entry.phase == Phase::abandoned) {
    --abandoned;
  } else {
    live -= size(entry);
  }
  const std::uint32_t generation = entry.generation + 1;
  entry = Entry{};
  entry.generation = generation;
  free_slots.push_back(slot);
}

Channel::State::Entry* Channel::State::find(Token token) {
  const auto slot = static_cast<Slot>(token);
  if (slot >= pool.size()) return nullptr;
  Entry& entry = pool[slot];
  const bool same = entry.phase != Phase::free && entry.generation == token >> 32;
  return same ? &entry : nullptr;
}

// ---- intake

Channel::State::Slot Channel::State::add(Delivery&& delivery) {
  const Slot slot = acquire();
  Entry& entry = pool[slot];
  entry.delivery = std::move(delivery);
  entry.phase = Phase::queued;
  if (policy.ordered_by_key && entry.delivery.message->key) join_key(slot);
  return slot;
}

// A program that reads it serves the endpoint too, or will: it is no poison.
bool Channel::State::is_newer(const Delivery& delivery) const {
  if (delivery.message->headers.empty()) return false;
  const MessageType& type = topology.messages[topology.endpoints[delivery.endpoint].message];
  return version_of(*delivery.message).value_or(0) > type.version;
}

void Channel::State::take_one(Delivery&& delivery) {
  const std::optional<std::string>& key = delivery.message->key;
  if (key && !held_since.empty() && held_since.contains(*key)) delivery.key_held = true;
  const Slot slot = add(std::move(delivery));
  Entry& entry = pool[slot];
  entry.unreadable = is_newer(entry.delivery);
  entry.line = line_begin + line.size();
  line.push_back(slot);
  if (may_start(entry, slot)) offer(slot);
}

bool Channel::State::take_row(Delivery&& delivery) {
  const RowId id{delivery.endpoint, delivery.ordinal};
  if (rows.contains(id) || touched_since.contains(id)) return false;
  auto& errors = delivery.errors;
  if (delivery.attempts > 0 && (errors.empty() || errors.back().attempt != delivery.attempts)) {
    add_error(errors, {delivery.attempts, delivery.due, Category::bug, std::string{kProcessEnded}});
  }
  // It may have run beside the one that ended the process, so it is not convicted of that: it runs
  // alone next. Where there is one attempt only, that one is alone.
  const bool suspect = delivery.attempts > 0 ? errors.back().text == kProcessEnded ||
                                                   errors.back().text == kProcessEndedAlone
                                             : total_attempts(policy.retry) == 1;
  const Slot slot = add(std::move(delivery));
  pool[slot].suspect = suspect;
  rows.emplace(id, slot);
  if (may_start(pool[slot], slot)) offer(slot);
  return true;
}

void Channel::State::touch(const Entry& entry) {
  if (row_load_in_progress) touched_since.insert({entry.delivery.endpoint, entry.delivery.ordinal});
}

std::size_t Channel::room() const {
  if (state_->draining) return 0;
  return kWindow - std::min(kWindow, state_->line.size());
}

std::size_t Channel::row_room() const {
  const std::size_t most = std::max<std::size_t>(64, 4 * std::size_t{state_->policy.concurrency});
  if (state_->draining || state_->rows.size() >= most) return 0;
  return most + state_->rows.size();
}

void Channel::loading() {
  state_->held_since.clear();
  state_->load_in_progress = true;
}

void Channel::take(std::vector<Delivery>&& loaded, std::size_t chunk) {
  if (chunk > 1 && !state_->draining && state_->chunks_allowed()) {
    state_->take_in_chunks(loaded, chunk);
    loaded.clear();
  }
  for (Delivery& delivery : loaded) {
    if (!state_->draining) state_->take_one(std::move(delivery));
  }
  loaded.clear();
  state_->load_in_progress = false;
  state_->held_since.clear();
}

void Channel::loading_rows() {
  state_->touched_since.clear();
  state_->row_load_in_progress = true;
}

void Channel::take_rows(std::vector<Delivery>&& loaded) {
  for (Delivery& delivery : loaded) {
    if (!state_->draining) state_->take_row(std::move(delivery));
  }
  loaded.clear();
  state_->row_load_in_progress = false;
  state_->touched_since.clear();
}

std::optional<Timestamp> Channel::rows_due() {
  return std::exchange(state_->rows_due, std::nullopt);
}

// ---- the line

void Channel::State::leave_line(Entry& entry) {
  if (entry.line == kNotInLine) return;
  const auto at = line.begin() + static_cast<std::ptrdiff_t>(entry.line - line_begin);
  std::fill_n(at, size(entry), kNone);
  entry.line = kNotInLine;
  while (!line.empty() && line.front() == kNone) {
    line.pop_front();
    ++line_begin;
  }
}

// ---- keys

void Channel::State::join_key(Slot slot) {
  Entry& entry = pool[slot];
  Key& key = keys[*entry.delivery.message->key];
  entry.key = &key;
  const auto later = [&](const Delivery& other) {
    const Delivery& own = entry.delivery;
    return other.position != own.position ? other.position > own.position
                                          : other.endpoint > own.endpoint;
  };
  Slot before = key.last;
  while (before != kNone && later(pool[before].delivery)) before = pool[before].before;
  const Slot after = before == kNone ? key.first : pool[before].after;
  entry.before = before;
  entry.after = after;
  (before == kNone ? key.first : pool[before].after) = slot;
  (after == kNone ? key.last : pool[after].before) = slot;
}

void Channel::State::leave_key(Slot slot) {
  Entry& entry = pool[slot];
  if (entry.key == nullptr) return;
  Key& key = *entry.key;
  set_active(entry, false);
  (entry.before == kNone ? key.first : pool[entry.before].after) = entry.after;
  (entry.after == kNone ? key.last : pool[entry.after].before) = entry.before;
  entry.key = nullptr;
  entry.before = entry.after = kNone;
  if (key.first == kNone) {
    keys.erase(*entry.delivery.message->key);
  } else {
    offer_head(key);
  }
}

void Channel::State::set_active(Entry& entry, bool active) {
  if (entry.active == active) return;
  entry.active = active;
  if (entry.key == nullptr) return;
  if (active) {
    ++entry.key->active;
  } else {
    --entry.key->active;
  }
}

bool Channel::State::may_start(const Entry& entry, Slot slot) const {
  return entry.key == nullptr ||
         (entry.key->active == 0 && entry.key->first == slot && !key_is_stuck(entry));
}

// A handler of the key was fenced and still runs: what it does outside must not meet the next one.
bool Channel::State::key_is_stuck(const Entry& entry) const {
  return !stuck_keys.empty() && policy.ordered_by_key && entry.delivery.message->key &&
         stuck_keys.contains(*entry.delivery.message->key);
}

void Channel::State::offer_head(Key& key) {
  if (key.active == 0 && key.first != kNone && pool[key.first].phase == Phase::queued) {
    offer(key.first);
  }
}

// A delivery behind rows of its key moves out of line when it would start, not before: those of its
// key that are in line before it must be done or have become rows, or it could come due ahead of
// them. So does one that this program cannot read: its row waits for a program that can, and its
// key behind it.
void Channel::State::offer(Slot slot) {
  Entry& entry = pool[slot];
  const bool held = entry.delivery.key_held && entry.key != nullptr;
  if ((held || entry.unreadable) && entry.line != kNotInLine) return move_out(slot);
  if (entry.queued_to_start) return;
  entry.queued_to_start = true;
  ready.push_back(slot);
}

// The key has rows now: what is queued behind them waits in the store, not in the window.
void Channel::State::move_followers(Key& key) {
  for (Slot slot = key.first; slot != kNone; slot = pool[slot].after) {
    if (pool[slot].phase == Phase::queued) move_out(slot);
  }
}

void Channel::State::move_out(Slot slot) {
  Entry& entry = pool[slot];
  entry.phase = Phase::committing;
  entry.unit = Unit::move;
  entry.in_flight = false;
  commits.push_back(slot);
}

// ---- what the host asks

std::vector<Channel::Token> Channel::overdue(SteadyTime now) const {
  std::vector<Token> tokens;
  for (const State::Slot slot : state_->executing) {
    if (state_->pool[slot].stop_at <= now) tokens.push_back(state_->token(slot));
  }
  return tokens;
}

std::optional<SteadyTime> Channel::first_stop() const {
  std::optional<SteadyTime> first;
  for (const State::Slot slot : state_->executing) {
    const SteadyTime at = state_->pool[slot].stop_at;
    if (!first || at < *first) first = at;
  }
  return first;
}

std::optional<SteadyTime> Channel::wake_at() const {
  std::optional<SteadyTime> at;
  const auto consider = [&at](SteadyTime when) {
    if (!at || when < *at) at = when;
  };
  if (state_->live > 0 && state_->pause_until != SteadyTime::min()) consider(state_->pause_until);
  if (state_->rate_blocked) consider(state_->rate.free_at());
  if (state_->starved()) {
    const State::Entry& oldest = state_->pool[state_->line.front()];
    if (!oldest.chunk && oldest.phase == State::Phase::running &&
        oldest.unit == State::Unit::none) {
      consider(oldest.started + State::kDetachAfter);
    }
  }
  return at;
}

std::size_t Channel::running() const {
  return state_->executing.size() + state_->chunked;
}
std::size_t Channel::stuck() const {
  return state_->abandoned;
}
std::size_t Channel::ready() const {
  return state_->ready.size() + state_->starters.size() + state_->commits.size();
}
std::size_t Channel::held() const {
  return state_->live;
}
bool Channel::holds_keys() const {
  return !state_->stuck_keys.empty();
}
bool Channel::quiet() const {
  return state_->live == 0;
}

bool Channel::wants_alone() const {
  return state_->wants_alone;
}
void Channel::grant_alone() {
  state_->alone = true;
  state_->wants_alone = false;
}
bool Channel::alone() const {
  return state_->alone;
}
std::size_t Channel::exposed() const {
  std::size_t exposed = 0;
  for (const State::Entry& entry : state_->pool) {
    if (entry.phase == State::Phase::committing || entry.phase == State::Phase::starting ||
        entry.phase == State::Phase::running) {
      exposed += State::size(entry);
    }
  }
  return exposed;
}

Channel::Counters Channel::counters(EndpointNo endpoint) const {
  const auto found = state_->counters.find(endpoint);
  return found == state_->counters.end() ? Counters{} : found->second;
}

// ---- letting go

void Channel::drop_unbegun() {
  State& state = *state_;
  state.draining = true;
  state.wants_alone = false;
  if (state.alone_slot == State::kNone) state.alone = false;
  for (State::Slot slot = 0; slot < state.pool.size(); ++slot) {
    State::Entry& entry = state.pool[slot];
    const bool queued = entry.phase == State::Phase::queued;
    const bool moving = entry.phase == State::Phase::committing &&
                        entry.unit == State::Unit::move && !entry.in_flight;
    if (queued || moving) state.retire(slot);
  }
  state.ready.clear();
}

void Channel::resume() {
  state_->draining = false;
}

void Channel::lost() {
  State& state = *state_;
  while (!state.executing.empty()) {
    const State::Slot last = state.executing.back();
    if (state.pool[last].chunk) {
      state.stop_chunk(last);  // whoever handles it shares its deliveries
    } else {
      state.stop_running(last);
    }
  }
  for (State::Slot slot = 0; slot < state.pool.size(); ++slot) {
    State::Entry& entry = state.pool[slot];
    entry.key = nullptr;
    entry.before = entry.after = State::kNone;
    entry.successor = 0;
    if (entry.phase == State::Phase::abandoned || entry.phase == State::Phase::free) continue;
    state.free_entry(slot);
  }
  state.line.clear();
  state.line_begin = 0;
  state.ready.clear();
  state.starters.clear();
  state.commits.clear();
  state.keys.clear();
  state.rows.clear();
  state.held_since.clear();
  state.touched_since.clear();
  state.recording = 0;
  state.wants_alone = state.alone = false;
  state.alone_slot = State::kNone;
  state.load_in_progress = state.row_load_in_progress = false;
  state.rows_due.reset();
  state.rate_blocked = false;
  state.pause_until = SteadyTime::min();
}

}  // namespace flow
