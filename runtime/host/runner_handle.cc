// How a worker handles what it is handed, and what becomes of what it has handled.
#include <utility>

#include "engine/invoke.h"
#include "host/capacity.h"
#include "host/runner_worker.h"
#include "host/solitude.h"

namespace flow {
namespace {

/// Quick deliveries are handed out in groups that take about this long: the locks, clock readings
/// and wake-ups of a visit are shared, and nobody waits noticeably for the group's end.
constexpr double kGroupUs = 200;
constexpr double kMostInGroup = 64;
/// A group's handlings share one start, so a timeout must be long beside what a group takes.
constexpr microseconds kLeastTimeoutOfGroups{1'000'000};

}  // namespace

std::size_t Runner::rides_max() const {
  if (handler_average_us_ > kQuickHandlerUs || policy_.timeout < kLeastTimeoutOfGroups) return 0;
  const double fit = std::min(kMostInGroup, kGroupUs / std::max(1.0, handler_average_us_));
  return static_cast<std::size_t>(fit) - 1;
}

void Runner::handle(std::unique_lock<std::mutex>& lock, Worker& worker, Channel::Handle first,
                    Now& now) {
  {
    const std::lock_guard group(worker.group.mutex);
    auto& handles = worker.group.handles;
    handles.clear();
    handles.push_back(first);
    channel_.ride_along(now.steady, rides_max(), handles);
    worker.group.next = 0;
    if (handles.size() > 1) env_.timer.wake_by(now.steady + kBlockedAfter);
  }
  const std::stop_token stop = begin_visit(worker, first.stop_at, now);
  lock.unlock();
  while (handle_next(worker, stop)) {
    // SQL holds the store's write side until its unit is submitted, so it does not wait for others.
    lock.lock();
    report(lock, worker, now);
    lock.unlock();
  }
  lock.lock();
  report(lock, worker, now);
  if (env_.solitude.closed()) {
    lock.unlock();
    env_.solitude.check();
    lock.lock();
  }
}

// A worker is about to handle what it was handed, until `stop_at`.
std::stop_token Runner::begin_visit(Worker& worker, SteadyTime stop_at, const Now& now) {
  worker.begun(now.steady);
  worker.asked = false;
  if (worker.stop.stop_requested()) worker.stop = std::stop_source{};
  env_.timer.wake_by(stop_at);
  if (idle_ == 0 && threads_ < policy_.concurrency && !draining_ && !ended_) spawn();
  if (channel_.ready() > 0) rouse(now.steady);
  env_.idle.progress.fetch_add(1, std::memory_order_relaxed);
  return worker.stop.get_token();
}

// Handles what is left of the group. True: up to one that has to be reported at once.
bool Runner::handle_next(Worker& worker, const std::stop_token& stop) {
  Worker::Group& group = worker.group;
  std::unique_lock lock(group.mutex);
  while (group.next < group.handles.size()) {
    const Channel::Handle handle = group.handles[group.next++];
    group.current = handle;
    const EndpointNo endpoint = handle.delivery->endpoint;
    lock.unlock();
    Outcome outcome;
    {
      worker.endpoint = endpoint;
      const Worker::Turn turn(worker);
      UnitBuilder unit(env_.world, worker.ids, worker, stop);
      outcome = invoke(unit, *handle.delivery, handle.attempt);
    }
    const bool at_once = outcome.sql != nullptr;
    lock.lock();
    group.current.reset();
    group.ended.push_back({handle.token, endpoint, std::move(outcome)});
    if (at_once) return true;
  }
  return false;
}

void Runner::report(std::unique_lock<std::mutex>& lock, Worker& worker, Now& now) {
  {
    const std::lock_guard group(worker.group.mutex);
    worker.reported.swap(worker.group.ended);
  }
  now = env_.clock.both();
  if (!worker.reported.empty()) {
    const auto took = static_cast<double>((now.steady - worker.begun_at).count()) /
                      static_cast<double>(worker.reported.size());
    handler_average_us_ += (took - handler_average_us_) / 8;
    for (Worker::Group::Ended& ended : worker.reported) {
      meter(ended.endpoint).handler.add(static_cast<std::uint64_t>(took));
      auto commit = channel_.handled(ended.token, std::move(ended.outcome), now);
      if (commit) worker.commits.push_back(std::move(*commit));
    }
    worker.reported.clear();
  }
  worker.begun(now.steady);
  if (worker.commits.empty()) return;
  lock.unlock();
  env_.store.submit_all(worker.commits, *this);
  worker.commits.clear();
  lock.lock();
}

// ---- from outside the worker, under the runner's mutex

std::optional<Channel::Handle> Runner::current(Worker& worker) {
  const std::lock_guard group(worker.group.mutex);
  return worker.group.current;
}

// What has not begun goes to other workers, what has ended is reported: the worker is held up by
// the one that it handles.
void Runner::take_back(Worker& worker, const Now& now, std::vector<Channel::Commit>& commits) {
  take_back_chunk(worker, now, commits);
  Worker::Group& group = worker.group;
  const std::lock_guard locked(group.mutex);
  while (group.handles.size() > group.next) {
    channel_.get_off(group.handles.back().token);
    group.handles.pop_back();
  }
  for (Worker::Group::Ended& ended : group.ended) {
    auto commit = channel_.handled(ended.token, std::move(ended.outcome), now);
    if (commit) commits.push_back(std::move(*commit));
  }
  group.ended.clear();
  if (group.current) channel_.take_place(group.current->token);
}

// The channel has forgotten what it handed out: what has not begun will not.
void Runner::abandon(Worker& worker, const Now& now) {
  Worker::Group& group = worker.group;
  const std::lock_guard locked(group.mutex);
  while (group.handles.size() > group.next) {
    static_cast<void>(channel_.handled(group.handles.back().token, {}, now));
    group.handles.pop_back();
  }
}

// ---- what the store tells

void Runner::committed(std::uint64_t token, const Result<Committed>& result) noexcept {
  const Commitment one{token, result};
  committed_all({&one, 1});
}

void Runner::committed_all(std::span<const Commitment> ended) noexcept {
  const Now now = env_.clock.both();
  bool became_quiet = false;
  {
    const std::lock_guard lock(mutex_);
    for (const Commitment& one : ended) note_commitment(one, now);
    if (const auto due = channel_.rows_due()) {
      rows_at_ = std::min(rows_at_, now.steady + until(now.wall, *due));
    }
    became_quiet = channel_.quiet();
    if ((draining_ || yielding_) && became_quiet) {
      changed_.notify_all();
    } else if (const auto at = next_work(now.steady);
               channel_.ready() > 0 || (at && *at <= now.steady)) {
      rouse(now.steady);
    } else if (at && idle_ > 0) {
      env_.timer.wake_by(*at);
    }
  }
  env_.idle.progress.fetch_add(1, std::memory_order_relaxed);
  if (became_quiet) env_.idle.notify();
  if (env_.solitude.closed()) env_.solitude.check();
}

void Runner::note_commitment(const Commitment& ended, const Now& now) {
  if (const auto done = channel_.committed(ended.token, ended.result, now)) {
    const auto note = [&](EndpointNo endpoint, Timestamp created_at) {
      ++handled_;
      const auto took =
          std::max<std::int64_t>(0, saturating_difference(now.wall, created_at).count());
      meter(endpoint).latency.add(static_cast<std::uint64_t>(took));
    };
    if (done->chunk) {
      for (const Delivery& one : *done->chunk) note(one.endpoint, one.message->created_at);
    } else {
      note(done->endpoint, done->created_at);
    }
  }
  if (ended.result.ok()) return;
  const Error& error = ended.result.error();
  if (error.category != Category::fenced) {
    const bool of_sql = error.code == kGroupUndone || error.code == kOwnSqlFailed;
    if (!of_sql) store_failed(error, now.steady);
  } else if (error.code != "already_done") {
    lose_locked();
  }
}

}  // namespace flow
