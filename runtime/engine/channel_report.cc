// What a channel makes of a handling that ended, and of a unit that was committed or failed.
#include <algorithm>
#include <utility>

#include "engine/channel_state.h"
#include "engine/store_writing.h"

namespace flow {

std::optional<Channel::Commit> Channel::handled(Token token, Outcome outcome, const Now& now) {
  State& state = *state_;
  State::Entry* entry = state.find(token);
  if (entry == nullptr) return std::nullopt;
  const auto slot = static_cast<State::Slot>(token);
  if (entry->phase == State::Phase::abandoned) {
    state.came_back(slot);
    // While its move out of line is in flight, committed() still has to find its successor by it.
    if (entry->successor != 0) {
      entry->came_back = true;
    } else {
      state.free_entry(slot);
    }
    return std::nullopt;
  }
  if (entry->phase != State::Phase::running || entry->chunk) return std::nullopt;
  state.stop_executing(slot);
  state.end_alone(slot);
  if (entry->unit == State::Unit::detach) {
    // Its move out of line is being committed. Its effects wait for that, unless its SQL holds the
    // store's write side, which that needs: then it is handled once more.
    entry->phase = State::Phase::committing;
    if (!outcome.sql) entry->outcome = std::move(outcome);
    return std::nullopt;
  }
  state.conclude(*entry, std::move(outcome), now);
  return state.submit(slot, entry->unit);
}

std::optional<Channel::Commit> Channel::fence(Token token, const std::string& why, const Now& now) {
  State& state = *state_;
  State::Entry* found = state.find(token);
  if (found == nullptr || found->phase != State::Phase::running || found->chunk) {
    return std::nullopt;
  }
  const auto old_slot = static_cast<State::Slot>(token);
  const State::Slot slot = state.acquire();
  state.end_alone(old_slot);
  State::Entry& entry = state.pool[slot];
  State::Entry& old = state.pool[old_slot];
  entry.delivery = old.delivery;  // a copy: the handler still reads the other
  entry.phase = State::Phase::committing;
  entry.unit = old.unit;
  entry.in_flight = old.in_flight;
  entry.recorded = old.recorded;
  entry.attempt = old.attempt;
  entry.started = old.started;
  entry.line = std::exchange(old.line, State::kNotInLine);
  if (entry.line != State::kNotInLine) {
    state.line[static_cast<std::size_t>(entry.line - state.line_begin)] = slot;
  }
  const State::RowId id{entry.delivery.endpoint, entry.delivery.ordinal};
  if (const auto row = state.rows.find(id); row != state.rows.end()) row->second = slot;
  if (old.key != nullptr) {
    state.join_key(slot);
    state.set_active(entry, true);
    state.leave_key(old_slot);
  }
  state.stop_running(old_slot);
  Outcome outcome = Outcome::failed({Category::transient, "timeout", why});
  if (entry.unit == State::Unit::detach) {
    old.successor = state.token(slot);
    entry.outcome = std::move(outcome);
    return std::nullopt;
  }
  state.conclude(entry, std::move(outcome), now);
  return state.submit(slot, entry.unit);
}

void Channel::State::stop_running(Slot slot) {
  stop_executing(slot);
  const auto& key = pool[slot].delivery.message->key;
  if (policy.ordered_by_key && key) ++stuck_keys[*key];
  pool[slot].phase = Phase::abandoned;
  pool[slot].unit = Unit::none;
  pool[slot].in_flight = false;
  pool[slot].active = false;
  pool[slot].line = kNotInLine;
  ++abandoned;
  --live;
}

// The handler of an abandoned delivery has returned: its key may go on.
void Channel::State::came_back(Slot slot) {
  const auto& key = pool[slot].delivery.message->key;
  if (!policy.ordered_by_key || !key) return;
  const auto stuck = stuck_keys.find(*key);
  if (stuck == stuck_keys.end() || --stuck->second > 0) return;
  stuck_keys.erase(stuck);
  if (const auto found = keys.find(*key); found != keys.end()) offer_head(found->second);
}

// Decides what becomes of the delivery: sets the unit to write.
void Channel::State::conclude(Entry& entry, Outcome&& outcome, const Now& now) {
  entry.phase = Phase::committing;
  if (outcome.ok) {
    entry.unit = Unit::success;
    entry.outcome = std::move(outcome);
  } else {
    const Outcome failed = std::move(outcome);
    entry.outcome.reset();
    fail_attempt(entry, failed.error, failed.retry_after, now);
  }
}

void Channel::State::fail_attempt(Entry& entry, const Error& error,
                                  std::optional<microseconds> retry_after, const Now& now) {
  Delivery& delivery = entry.delivery;
  delivery.attempts = entry.attempt;
  add_error(delivery.errors, {entry.attempt, now.wall, error.category, error.text});
  ++counters[delivery.endpoint].failed_attempts;
  if (error.category == Category::rejected || error.category == Category::poison) {
    return bury(entry, error.category, error.text, now);
  }
  const auto delay = retry_delay(policy.retry, entry.attempt, random);
  if (!delay) return bury(entry, error.category, error.text, now);
  const microseconds pause = std::max(microseconds{0}, retry_after.value_or(*delay));
  entry.unit = Unit::retry;
  entry.recorded = false;
  delivery.due = std::min(saturating_add(now.wall, pause), kEndOfTime);
  // An immediate retry is begun by the commit that records the failure.
  entry.start_after_commit = pause.count() == 0 && !draining && !key_is_stuck(entry);
  if (entry.start_after_commit) delivery.attempts = entry.attempt + 1;
}

void Channel::State::bury(Entry& entry, Category category, std::string reason, const Now& now) {
  entry.phase = Phase::committing;
  entry.unit = Unit::dead;
  entry.dead_category = category;
  entry.dead_reason = std::move(reason);
  entry.dead_at = now.wall;
}

std::optional<Channel::Done> Channel::committed(Token token, const Result<Committed>& result,
                                                const Now& now) {
  State& state = *state_;
  State::Entry* entry = state.find(token);
  if (entry == nullptr) return std::nullopt;
  if (entry->phase == State::Phase::abandoned) {
    const Token successor = std::exchange(entry->successor, 0);
    const bool came_back = entry->came_back;
    if (came_back) state.free_entry(static_cast<State::Slot>(token));
    if (successor == 0) return std::nullopt;
    token = successor;
    entry = state.find(token);
  }
  if (entry == nullptr || !entry->in_flight) return std::nullopt;
  const auto slot = static_cast<State::Slot>(token);
  entry->in_flight = false;
  if (entry->chunk) return state.chunk_committed(slot, result, now);
  if (entry->unit == State::Unit::record) {
    --state.recording;
    if (std::exchange(entry->convicting, false)) entry->delivery.errors.pop_back();
  }
  if (result.ok()) {
    state.next_back_off = State::kFirstBackOff;
    return state.commit_done(slot, *result, now);
  }
  state.commit_failed(slot, result.error(), now);
  return std::nullopt;
}

std::optional<Channel::Done> Channel::State::commit_done(Slot slot, const Committed& result,
                                                         const Now& now) {
  Entry& entry = pool[slot];
  Delivery& delivery = entry.delivery;
  const Unit unit = std::exchange(entry.unit, Unit::none);
  if (unit != Unit::success || delivery.row != 0) touch(entry);
  const bool frees_key = entry.key != nullptr && delivery.row != 0;
  switch (unit) {
    case Unit::none:
      break;
    case Unit::record:
      delivery.attempts = entry.attempt;
      entry.recorded = true;
      entry.phase = Phase::starting;
      starters.push_back(slot);
      break;
    case Unit::success: {
      const Done done{delivery.endpoint, delivery.message->created_at};
      ++counters[done.endpoint].handled;
      if (frees_key) hint_rows(now.wall);
      retire(slot);
      return done;
    }
    case Unit::dead:
      ++counters[delivery.endpoint].dead;
      if (frees_key) hint_rows(now.wall);
      retire(slot);
      break;
    case Unit::retry:
      ++counters[delivery.endpoint].retried;
      [[fallthrough]];
    case Unit::move:
      leave_line(entry);
      if (delivery.row == 0) delivery.row = result.row;
      if (unit == Unit::retry && entry.start_after_commit) {
        entry.attempt = delivery.attempts;
        entry.recorded = true;
        entry.phase = Phase::starting;
        starters.push_back(slot);
        break;
      }
      hint_rows(unit == Unit::retry ? delivery.due : now.wall);
      if (entry.key != nullptr) {
        if (load_in_progress) held_since.insert(*delivery.message->key);
        move_followers(*entry.key);
      }
      retire(slot);
      break;
    case Unit::detach:
      leave_line(entry);
      delivery.row = result.row;
      entry.recorded = true;
      if (entry.phase == Phase::running) break;
      if (entry.outcome) {
        Outcome outcome = std::move(*entry.outcome);
        conclude(entry, std::move(outcome), now);
        commits.push_back(slot);
      } else {
        entry.phase = Phase::starting;
        starters.push_back(slot);
      }
      break;
  }
  return std::nullopt;
}

void Channel::State::commit_failed(Slot slot, const Error& error, const Now& now) {
  Entry& entry = pool[slot];
  const Unit unit = entry.unit;
  if (error.category == Category::fenced) {
    end_alone(slot);
    return retire(slot);
  }
  const bool may_work = error.category == Category::transient || error.category == Category::busy;
  // A neighbour's SQL undid it: nothing is wrong with it or with the store, so it goes on at once.
  const bool undone = error.code == kGroupUndone;
  if (!undone && (unit != Unit::success || may_work)) back_off(now.steady);
  switch (unit) {
    case Unit::none:
      break;
    case Unit::record:
      if (slot == alone_slot) entry.suspect = true;
      end_alone(slot);
      set_active(entry, false);
      entry.phase = Phase::queued;
      entry.unit = Unit::none;
      if (draining) return retire(slot);
      entry.queued_to_start = true;
      ready.push_front(slot);
      break;
    case Unit::success:
      if (may_work) {
        entry.phase = Phase::starting;
        starters.push_back(slot);
      } else {
        fail_attempt(entry, error, std::nullopt, now);
        commits.push_back(slot);
      }
      break;
    case Unit::move:
      if (draining) return retire(slot);
      [[fallthrough]];
    case Unit::retry:
    case Unit::dead:
      commits.push_back(slot);
      break;
    case Unit::detach:
      rows.erase({entry.delivery.endpoint, entry.delivery.ordinal});
      entry.unit = Unit::none;
      entry.delivery.attempts = 0;
      if (entry.phase == Phase::running) break;
      if (entry.outcome) {
        Outcome outcome = std::move(*entry.outcome);
        conclude(entry, std::move(outcome), now);
        commits.push_back(slot);
      } else {
        entry.phase = Phase::starting;
        starters.push_back(slot);
      }
      break;
  }
}

// The failures of one group of commits are one failure.
void Channel::State::back_off(SteadyTime now) {
  if (pause_until != SteadyTime::min() && now < pause_until) return;
  pause_until = now + next_back_off;
  next_back_off = std::min(next_back_off * 2, kMostBackOff);
}

void Channel::State::retire(Slot slot) {
  Entry& entry = pool[slot];
  leave_line(entry);
  if (!rows.empty()) {
    const auto row = rows.find({entry.delivery.endpoint, entry.delivery.ordinal});
    if (row != rows.end() && row->second == slot) rows.erase(row);
  }
  leave_key(slot);
  free_entry(slot);
}

}  // namespace flow
