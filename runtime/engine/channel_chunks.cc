// Chunks: consecutive deliveries in line that stand in one entry of the pool, from intake to
// commit, as long as nothing sets one of them apart. Then the chunk is unfolded into an entry for
// each.
#include <algorithm>
#include <utility>

#include "engine/channel_state.h"

namespace flow {

// All of them may start at any time and in any order, but for those that may have expired by then.
void Channel::State::take_in_chunks(std::vector<Delivery>& loaded, std::size_t most) {
  Slot open = kNone;
  for (Delivery& delivery : loaded) {
    if (!delivery.lasting && delivery.message->expires_at) {
      open = kNone;
      take_one(std::move(delivery));
      continue;
    }
    if (open == kNone) {
      open = acquire();
      --live;  // it counts its deliveries
      Entry& entry = pool[open];
      entry.phase = Phase::queued;
      entry.line = line_begin + line.size();
      entry.chunk = std::make_shared<std::vector<Delivery>>();
      entry.chunk->reserve(most);
      offer(open);
    }
    std::vector<Delivery>& chunk = *pool[open].chunk;
    chunk.push_back(std::move(delivery));
    line.push_back(open);
    ++live;
    if (chunk.size() == most) open = kNone;
  }
}

// An entry for each, queued at its place in line; `out` is their slots.
void Channel::State::unfold(Slot slot, std::vector<Slot>& out) {
  Entry& entry = pool[slot];
  const std::shared_ptr<std::vector<Delivery>> chunk = entry.chunk;
  const bool handed_out = entry.phase != Phase::queued;  // then others read the deliveries
  std::uint64_t place = entry.line;
  entry.line = kNotInLine;
  free_entry(slot);
  out.reserve(chunk->size());
  for (Delivery& delivery : *chunk) {
    const Slot made = handed_out ? add(Delivery{delivery}) : add(std::move(delivery));
    pool[made].line = place;
    line[static_cast<std::size_t>(place - line_begin)] = made;
    out.push_back(made);
    ++place;
  }
}

// The first of `ready` is a chunk; it is about to be handed out one by one.
void Channel::State::unfold_waiting(Slot slot) {
  ready.pop_front();
  std::vector<Slot> slots;
  unfold(slot, slots);
  for (auto made = slots.rbegin(); made != slots.rend(); ++made) {
    pool[*made].queued_to_start = true;
    ready.push_front(*made);
  }
}

void Channel::State::stop_chunk(Slot slot) {
  stop_executing(slot);
  chunked -= size(pool[slot]) - 1;
}

std::vector<OrdinalRange> Channel::State::ranges(const std::vector<Delivery>& deliveries) const {
  std::vector<OrdinalRange> all;
  for (const Delivery& delivery : deliveries) {
    // The endpoints of a channel take turns in line, each in the order of its ordinals.
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const OrdinalRange& range) {
      return range.endpoint == delivery.endpoint;
    });
    if (last != all.rend() && last->last + 1 == delivery.ordinal) {
      ++last->last;
    } else {
      all.push_back({delivery.endpoint, delivery.ordinal, delivery.ordinal});
    }
  }
  return all;
}

std::optional<Channel::Chunk> Channel::next_chunk(const Now& now, bool hold) {
  State& state = *state_;
  if (hold || state.alone || state.wants_alone || now.steady < state.pause_until) {
    return std::nullopt;
  }
  if (state.ready.empty() || !state.commits.empty() || !state.starters.empty()) return std::nullopt;
  const State::Slot slot = state.ready.front();
  State::Entry& entry = state.pool[slot];
  if (!entry.chunk || entry.phase != State::Phase::queued ||
      state.places() + state.recording >= state.policy.concurrency) {
    return std::nullopt;
  }
  state.ready.pop_front();
  entry.queued_to_start = false;
  const Handle handle = state.start(slot, now.steady);
  state.chunked += entry.chunk->size() - 1;
  return Chunk{handle.token, entry.chunk, handle.stop_at};
}

std::optional<Channel::Commit> Channel::handled_chunk(Token token) {
  State& state = *state_;
  State::Entry* entry = state.find(token);
  if (entry == nullptr || !entry->chunk || entry->phase != State::Phase::running) {
    return std::nullopt;
  }
  state.stop_chunk(static_cast<State::Slot>(token));
  entry->phase = State::Phase::committing;
  entry->unit = State::Unit::success;
  entry->in_flight = true;
  Commit commit{token};
  commit.unit.channel = state.number;
  commit.unit.ranges = state.ranges(*entry->chunk);
  return commit;
}

void Channel::split_chunk(Token token, std::size_t begun, std::vector<Handle>& out) {
  State& state = *state_;
  State::Entry* entry = state.find(token);
  if (entry == nullptr || !entry->chunk || entry->phase != State::Phase::running) return;
  const auto slot = static_cast<State::Slot>(token);
  const SteadyTime started = entry->started;
  state.stop_chunk(slot);
  std::vector<State::Slot> slots;
  state.unfold(slot, slots);
  for (std::size_t i = 0; i < begun; ++i) {
    out.push_back(state.start(slots[i], started));
    if (i + 1 == begun) break;
    state.pool[slots[i]].rides = true;
    ++state.riders;
  }
  for (std::size_t i = slots.size(); i-- > begun;) {
    if (state.draining) {
      state.retire(slots[i]);
    } else {
      state.pool[slots[i]].queued_to_start = true;
      state.ready.push_front(slots[i]);
    }
  }
}

// A unit of a chunk that could not be committed becomes a failed unit for each of its deliveries.
std::optional<Channel::Done> Channel::State::chunk_committed(Slot slot,
                                                             const Result<Committed>& result,
                                                             const Now& now) {
  if (!result.ok()) {
    std::vector<Slot> slots;
    unfold(slot, slots);
    for (const Slot made : slots) {
      Entry& entry = pool[made];
      entry.phase = Phase::committing;
      entry.unit = Unit::success;
      set_active(entry, true);
      commit_failed(made, result.error(), now);
    }
    return std::nullopt;
  }
  next_back_off = kFirstBackOff;
  const Deliveries chunk = pool[slot].chunk;
  for (auto first = chunk->begin(); first != chunk->end();) {
    const EndpointNo endpoint = first->endpoint;
    const auto last = std::find_if(first, chunk->end(), [endpoint](const Delivery& delivery) {
      return delivery.endpoint != endpoint;
    });
    counters[endpoint].handled += static_cast<std::uint64_t>(last - first);
    first = last;
  }
  retire(slot);
  return Done{0, {}, chunk};
}

}  // namespace flow
