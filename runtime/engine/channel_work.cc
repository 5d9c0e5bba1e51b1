// What a channel does next, and the units that it writes.
#include <algorithm>
#include <utility>

#include "engine/channel_state.h"

namespace flow {

Channel::Action Channel::next(const Now& now, bool hold) {
  State& state = *state_;
  state.rate_blocked = false;
  if (now.steady < state.pause_until) return std::monostate{};
  state.pause_until = SteadyTime::min();
  if (auto commit = state.next_commit()) return std::move(*commit);
  if (auto action = state.next_start(now, hold)) return std::move(*action);
  if (auto commit = state.detach_oldest(now)) return std::move(*commit);
  return std::monostate{};
}

std::optional<Channel::Commit> Channel::State::next_commit() {
  while (!commits.empty()) {
    const Slot slot = commits.front();
    commits.pop_front();
    const Entry& entry = pool[slot];
    if (entry.phase != Phase::committing || entry.in_flight) continue;
    return submit(slot, entry.unit);
  }
  return std::nullopt;
}

// What is recorded as begun, and only has to be called.
std::optional<Channel::Action> Channel::State::next_starter(SteadyTime now) {
  while (!starters.empty() && pool[starters.front()].phase != Phase::starting) starters.pop_front();
  if (!starters.empty() && places() < policy.concurrency) {
    if (rate.allows(now)) {
      const Slot slot = starters.front();
      starters.pop_front();
      return start(slot, now);
    }
    rate_blocked = true;
  }
  return std::nullopt;
}

std::optional<Channel::Action> Channel::State::next_start(const Now& now, bool hold) {
  if (auto action = next_starter(now.steady)) return action;
  if (alone) return start_alone(now);
  wants_alone = false;
  while (!ready.empty() && places() + recording + starters.size() < policy.concurrency) {
    const Slot slot = ready.front();
    Entry& entry = pool[slot];
    if (entry.phase != Phase::queued || !may_start(entry, slot)) {
      entry.queued_to_start = false;
      ready.pop_front();
      continue;
    }
    if (entry.chunk) {
      unfold_waiting(slot);
      continue;
    }
    const Message& message = *entry.delivery.message;
    const bool expired = message.expires_at && *message.expires_at <= now.wall;
    // An attempt that ended with its process beside others proves nothing: it is not the last.
    const bool spent = entry.delivery.attempts >= total_attempts(policy.retry) &&
                       !(entry.suspect && entry.delivery.errors.back().text == kProcessEnded);
    if (!expired && !spent && (entry.suspect || hold)) {
      wants_alone = entry.suspect;
      break;
    }
    if (!expired && !spent && !rate.allows(now.steady)) {
      rate_blocked = true;
      break;
    }
    entry.queued_to_start = false;
    ready.pop_front();
    set_active(entry, true);
    if (expired) {
      bury(entry, Category::rejected, "expired", now);
      return submit(slot, Unit::dead);
    }
    if (spent) {
      const auto& errors = entry.delivery.errors;
      bury(entry, Category::bug, errors.empty() ? "no attempt is left" : errors.back().text, now);
      return submit(slot, Unit::dead);
    }
    if (entry.delivery.row != 0 && !entry.recorded) return begin_row(slot);
    return start(slot, now.steady);
  }
  return std::nullopt;
}

std::optional<Channel::Action> Channel::State::start_alone(const Now& now) {
  if (alone_slot != kNone) return std::nullopt;
  for (auto it = ready.begin(); it != ready.end(); ++it) {
    Entry& entry = pool[*it];
    if (!entry.suspect || entry.phase != Phase::queued || !may_start(entry, *it)) continue;
    alone_slot = *it;
    ready.erase(it);
    entry.queued_to_start = false;
    entry.suspect = false;
    entry.convicting = true;
    add_error(entry.delivery.errors, {entry.delivery.attempts + 1, now.wall, Category::bug,
                                      std::string{kProcessEndedAlone}});
    set_active(entry, true);
    return begin_row(alone_slot);
  }
  alone = false;
  return std::nullopt;
}

void Channel::State::end_alone(Slot slot) {
  if (slot != alone_slot) return;
  alone_slot = kNone;
  alone = false;
}

// An attempt of a row is recorded before its handler runs, so that a crash counts.
Channel::Commit Channel::State::begin_row(Slot slot) {
  Entry& entry = pool[slot];
  entry.attempt = entry.delivery.attempts + 1;
  ++recording;
  return submit(slot, Unit::record);
}

Channel::Handle Channel::State::start(Slot slot, SteadyTime now) {
  Entry& entry = pool[slot];
  set_active(entry, true);
  entry.phase = Phase::running;
  entry.unit = Unit::none;
  entry.started = now;
  entry.stop_at = saturating_add(now, policy.timeout);
  rate.started(now);
  entry.executing_at = static_cast<std::uint32_t>(executing.size());
  executing.push_back(slot);
  return Handle{token(slot), &entry.delivery, entry.attempt, entry.stop_at};
}

void Channel::ride_along(SteadyTime now, std::size_t max, std::vector<Handle>& out) {
  State& state = *state_;
  if (state.alone || state.wants_alone || !state.starters.empty()) return;
  if (state.policy.rate_count != 0) return;  // a start that is taken back would count
  while (max > 0 && !state.ready.empty()) {
    const State::Slot slot = state.ready.front();
    if (state.pool[slot].chunk) {
      state.unfold_waiting(slot);
      continue;
    }
    State::Entry& entry = state.pool[slot];
    // What needs a write first, or may have expired, is next()'s.
    if (entry.phase != State::Phase::queued || entry.delivery.row != 0 || entry.suspect ||
        entry.delivery.message->expires_at || !state.may_start(entry, slot)) {
      return;
    }
    state.ready.pop_front();
    entry.queued_to_start = false;
    entry.rides = true;
    ++state.riders;
    out.push_back(state.start(slot, now));
    --max;
  }
}

void Channel::get_off(Token token) {
  State& state = *state_;
  State::Entry* entry = state.find(token);
  if (entry == nullptr || entry->phase != State::Phase::running) return;
  const auto slot = static_cast<State::Slot>(token);
  state.stop_executing(slot);
  state.set_active(*entry, false);
  entry->phase = State::Phase::queued;
  entry->queued_to_start = true;
  state.ready.push_front(slot);
}

void Channel::take_place(Token token) {
  State::Entry* entry = state_->find(token);
  if (entry != nullptr && std::exchange(entry->rides, false)) --state_->riders;
}

void Channel::State::stop_executing(Slot slot) {
  Entry& entry = pool[slot];
  const Slot last = executing.back();
  executing[entry.executing_at] = last;
  pool[last].executing_at = entry.executing_at;
  executing.pop_back();
  if (std::exchange(entry.rides, false)) --riders;
}

// The window is full, and nothing in it can start before its oldest delivery is done.
bool Channel::State::starved() const {
  return line.size() >= kWindow && ready.empty() && commits.empty() && starters.empty() &&
         !draining;
}

std::optional<Channel::Commit> Channel::State::detach_oldest(const Now& now) {
  if (!starved()) return std::nullopt;
  const Slot slot = line.front();
  Entry& entry = pool[slot];
  if (entry.phase == Phase::queued && entry.key != nullptr) {
    move_followers(*entry.key);
    return next_commit();
  }
  if (entry.phase != Phase::running || entry.unit != Unit::none || entry.rides || entry.chunk) {
    return std::nullopt;
  }
  if (now.steady - entry.started < kDetachAfter) return std::nullopt;
  entry.delivery.attempts = 1;
  entry.delivery.due = now.wall;
  return submit(slot, Unit::detach);
}

Channel::Commit Channel::State::submit(Slot slot, Unit unit) {
  Entry& entry = pool[slot];
  entry.unit = unit;
  entry.in_flight = true;
  if (unit != Unit::detach) entry.phase = Phase::committing;
  if (unit == Unit::retry || unit == Unit::move || unit == Unit::detach) {
    rows.try_emplace({entry.delivery.endpoint, entry.delivery.ordinal}, slot);
  }
  return Commit{token(slot), build(entry)};
}

Delivery Channel::State::reference(const Entry& entry) const {
  Delivery reference;
  const Delivery& own = entry.delivery;
  reference.endpoint = own.endpoint;
  reference.ordinal = own.ordinal;
  reference.position = own.position;
  reference.row = own.row;
  if (own.row != 0 || entry.unit != Unit::success) reference.message = own.message;
  return reference;
}

UnitOfWork Channel::State::build(Entry& entry) {
  UnitOfWork unit;
  unit.channel = number;
  const Delivery& own = entry.delivery;
  const auto put_row = [&](bool waiting) {
    RowWrite& put = unit.put.emplace();
    put.waiting = waiting;
    if (own.row == 0) {
      unit.consumed = reference(entry);
      put.delivery = own;
    } else {
      put.delivery = reference(entry);
      put.delivery.attempts = own.attempts;
      put.delivery.due = own.due;
      put.delivery.errors = own.errors;
    }
  };
  switch (entry.unit) {
    case Unit::none:
      break;
    case Unit::record:
      put_row(false);
      unit.put->delivery.attempts = entry.attempt;
      break;
    case Unit::success:
      unit.consumed = reference(entry);
      unit.outgoing = std::move(entry.outcome->outgoing);
      unit.sql = std::move(entry.outcome->sql);
      entry.outcome.reset();
      break;
    case Unit::retry:
    case Unit::detach:
      put_row(false);
      break;
    case Unit::move:
      put_row(true);
      break;
    case Unit::dead: {
      unit.consumed = reference(entry);
      const Endpoint& endpoint = topology.endpoints[own.endpoint];
      DeadLetter& dead = unit.dead_letter.emplace();
      dead.endpoint = endpoint.id;
      dead.channel = policy.name;
      dead.message_type = topology.messages[endpoint.message].wire_name;
      dead.attempts = own.attempts;
      dead.category = entry.dead_category;
      dead.reason = entry.dead_reason;
      dead.dead_at = entry.dead_at;
      dead.errors = own.errors;
      dead.ordinal = own.ordinal;
      dead.position = own.position;
      dead.message = *own.message;
      break;
    }
  }
  return unit;
}

}  // namespace flow
