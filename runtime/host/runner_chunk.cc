// How a worker handles a chunk: deliveries that are handed out, handled and committed as one.
#include <utility>

#include "engine/invoke.h"
#include "host/runner_worker.h"
#include "host/solitude.h"

namespace flow {
namespace {

constexpr std::size_t kChunk = 64;
/// A chunk whose handlers have effects is split for nothing, so the next visits go without.
constexpr std::uint32_t kVisitsWithout = 256;

/// A backlog is larger than the caches: the message after next is asked for now.
void prefetch(const std::vector<Delivery>& deliveries, std::size_t at) {
  constexpr std::size_t kFar = 4, kNear = 2, kLine = 64;
  if (at + kFar >= deliveries.size()) return;
  const Message& far = *deliveries[at + kFar].message;
  __builtin_prefetch(&far.type);
  __builtin_prefetch(&far.created_at);
  __builtin_prefetch(&far.payload);
  const std::string& payload = deliveries[at + kNear].message->payload;
  const char* const end = payload.data() + std::min(payload.size(), 8 * kLine);
  for (const char* line = payload.data(); line < end; line += kLine) __builtin_prefetch(line);
}

}  // namespace

/// Deliveries to a chunk; 0: no chunks now.
std::size_t Runner::chunk_max() const {
  const bool fits = rides_max() + 1 >= kChunk && without_chunks_ == 0;
  return fits && env_.store.takes_ranges() ? kChunk : 0;
}

std::optional<Channel::Chunk> Runner::next_chunk(const Now& now) {
  if (without_chunks_ > 0) {
    --without_chunks_;
    return std::nullopt;
  }
  if (chunk_max() == 0 || draining_) return std::nullopt;
  return channel_.next_chunk(now, env_.solitude.closed());
}

void Runner::handle_chunk(std::unique_lock<std::mutex>& lock, Worker& worker, Channel::Chunk chunk,
                          Now& now) {
  const Channel::Deliveries deliveries = chunk.deliveries;  // stays, whatever becomes of the chunk
  const SteadyTime stop_at = chunk.stop_at;
  worker.group.begun.store(0, std::memory_order_relaxed);
  worker.group.chunk = std::move(chunk);
  env_.timer.wake_by(now.steady + kBlockedAfter);
  const std::stop_token stop = begin_visit(worker, stop_at, now);
  lock.unlock();
  std::optional<Outcome> odd = run_chunk(worker, *deliveries, stop);
  lock.lock();
  if (worker.group.chunk && !odd) {
    now = env_.clock.both();
    const auto took = static_cast<double>((now.steady - worker.begun_at).count()) /
                      static_cast<double>(deliveries->size());
    // One visit that was interrupted does not make the handlers slow.
    handler_average_us_ += (std::min(took, 4 * handler_average_us_) - handler_average_us_) / 8;
    for (const Delivery& one : *deliveries)
      meter(one.endpoint).handler.add(static_cast<std::uint64_t>(took));
    auto commit = channel_.handled_chunk(worker.group.chunk->token);
    worker.group.chunk.reset();
    if (commit) worker.commits.push_back(std::move(*commit));
  } else {
    end_chunk(worker, std::move(odd));
  }
  report(lock, worker, now);
  if (env_.solitude.closed()) {
    lock.unlock();
    env_.solitude.check();
    lock.lock();
  }
}

// Until all are handled, one of them is not plain (what it came to), or the chunk is taken back.
std::optional<Outcome> Runner::run_chunk(Worker& worker, const std::vector<Delivery>& deliveries,
                                         const std::stop_token& stop) {
  UnitBuilder unit(env_.world, worker.ids, worker, stop);
  for (;;) {
    const std::size_t at = worker.group.begun.fetch_add(1);
    if (at >= deliveries.size()) return std::nullopt;
    prefetch(deliveries, at);
    worker.endpoint = deliveries[at].endpoint;
    const Worker::Turn turn(worker);
    if (auto odd = invoke_plain(unit, deliveries[at], 1)) return odd;
  }
}

// Not all of it was handled well and without effects: what was is reported one by one.
void Runner::end_chunk(Worker& worker, std::optional<Outcome> odd) {
  Worker::Group& group = worker.group;
  const std::lock_guard locked(group.mutex);
  if (group.chunk) {
    without_chunks_ = kVisitsWithout;
    std::vector<Channel::Handle> begun;
    channel_.split_chunk(group.chunk->token, group.begun.load(), begun);
    group.chunk.reset();
    for (const Channel::Handle& one : begun)
      group.ended.push_back({one.token, one.delivery->endpoint, {}});
    if (!begun.empty()) group.ended.back().outcome = std::move(*odd);
  } else if (group.current) {
    group.ended.push_back({group.current->token, group.current->delivery->endpoint,
                           odd ? std::move(*odd) : Outcome{}});
    group.current.reset();
  }
}

// The worker is held up, or the channel will be let go: the chunk's deliveries go their own ways. A
// worker that has handled them all is about to report them, and keeps them.
void Runner::take_back_chunk(Worker& worker, const Now& now,
                             std::vector<Channel::Commit>& commits) {
  Worker::Group& group = worker.group;
  if (!group.chunk) return;
  const std::uint32_t begun = group.begun.exchange(Worker::Group::kTakenBack);
  if (begun > group.chunk->deliveries->size()) return;
  std::vector<Channel::Handle> handles;
  channel_.split_chunk(group.chunk->token, begun, handles);
  group.chunk.reset();
  if (handles.empty()) return;
  {
    const std::lock_guard locked(group.mutex);
    group.current = handles.back();
  }
  handles.pop_back();
  for (const Channel::Handle& one : handles) {
    if (auto commit = channel_.handled(one.token, {}, now)) commits.push_back(std::move(*commit));
  }
}

}  // namespace flow
