// What a channel does next, and the units that it writes.
#include <algorithm>
#include <utility>

#include "engine/channel_state.h"

namespace flow {

Channel::Action Channel::next(Timestamp now, bool hold) {
  State& state = *state_;
  state.rate_blocked = false;
  if (now < state.pause_until) return std::monostate{};
  state.pause_until = Timestamp::min();
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
std::optional<Channel::Action> Channel::State::next_starter(Timestamp now) {
  while (!starters.empty() && pool[starters.front()].phase != Phase::starting) starters.pop_front();
  if (!starters.empty() && executing.size() < policy.concurrency) {
    if (rate.allows(now)) {
      const Slot slot = starters.front();
      starters.pop_front();
      return start(slot, now);
    }
    rate_blocked = true;
  }
  return std::nullopt;
}

std::optional<Channel::Action> Channel::State::next_start(Timestamp now, bool hold) {
  if (auto action = next_starter(now)) return action;
  if (alone) return start_alone();
  wants_alone = false;
  while (!ready.empty() && executing.size() + recording + starters.size() < policy.concurrency) {
    const Slot slot = ready.front();
    Entry& entry = pool[slot];
    if (entry.phase != Phase::queued || !may_start(entry, slot)) {
      entry.queued_to_start = false;
      ready.pop_front();
      continue;
    }
    const Message& message = entry.delivery.message;
    const bool expired = message.expires_at && *message.expires_at <= now;
    const bool spent = entry.delivery.attempts >= total_attempts(policy.retry);
    if (!expired && !spent && (entry.suspect || hold)) {
      wants_alone = entry.suspect;
      break;
    }
    if (!expired && !spent && !rate.allows(now)) {
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
    return start(slot, now);
  }
  return std::nullopt;
}

std::optional<Channel::Action> Channel::State::start_alone() {
  if (alone_slot != kNone) return std::nullopt;
  for (auto it = ready.begin(); it != ready.end(); ++it) {
    Entry& entry = pool[*it];
    if (!entry.suspect || entry.phase != Phase::queued || !may_start(entry, *it)) continue;
    alone_slot = *it;
    ready.erase(it);
    entry.queued_to_start = false;
    entry.suspect = false;
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

Channel::Handle Channel::State::start(Slot slot, Timestamp now) {
  Entry& entry = pool[slot];
  set_active(entry, true);
  entry.phase = Phase::running;
  entry.unit = Unit::none;
  entry.started = now;
  entry.stop_at = saturating_add(now, policy.timeout);
  rate.started(now);
  executing.push_back(slot);
  return Handle{token(slot), &entry.delivery, entry.attempt, entry.stop_at};
}

// The window is full, and nothing in it can start before its oldest delivery is done.
bool Channel::State::starved() const {
  return line.size() >= kWindow && ready.empty() && commits.empty() && starters.empty() &&
         !draining;
}

std::optional<Channel::Commit> Channel::State::detach_oldest(Timestamp now) {
  if (!starved()) return std::nullopt;
  const Slot slot = line.front();
  Entry& entry = pool[slot];
  if (entry.phase == Phase::queued && entry.key != nullptr) {
    move_followers(*entry.key);
    return next_commit();
  }
  if (entry.phase != Phase::running || entry.unit != Unit::none) return std::nullopt;
  if (now - entry.started < kDetachAfter) return std::nullopt;
  entry.delivery.attempts = 1;
  entry.delivery.due = now;
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
  if (own.row != 0 || entry.unit != Unit::success) reference.message.key = own.message.key;
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
      dead.dead_at = entry.started;
      dead.errors = own.errors;
      dead.ordinal = own.ordinal;
      dead.position = own.position;
      dead.message = own.message;
      break;
    }
  }
  return unit;
}

}  // namespace flow
