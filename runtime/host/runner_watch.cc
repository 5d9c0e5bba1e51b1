// What is done to a runner from outside its workers: timeouts, drain, figures.
#include <utility>

#include "host/runner_worker.h"

namespace flow {
namespace {

/// A handling that was asked to stop is given up after a tenth of its timeout, a second at most.
constexpr microseconds kMostGrace{1'000'000};
constexpr microseconds kBlocked{1'000};
constexpr microseconds kLookAgain{2'000};

double milliseconds(std::uint64_t microseconds_count) {
  return static_cast<double>(microseconds_count) / 1000.0;
}

}  // namespace

SteadyTime Runner::tick(const Now& now) {
  std::vector<std::stop_source> to_stop;
  std::vector<Worker*> to_revoke;
  std::vector<Channel::Commit> commits;
  std::vector<std::string> alarms;
  std::list<std::unique_ptr<Worker>> gone;
  SteadyTime again = SteadyTime::max();
  {
    const std::lock_guard lock(mutex_);
    for (auto& worker : workers_) {
      if (now.steady - worker->begun_at < kBlockedAfter) continue;
      take_back(*worker, now, commits);
    }
    for (const Channel::Token token : channel_.overdue(now.steady)) {
      for (auto& worker : workers_) {
        const auto handling = current(*worker);
        if (!handling || handling->token != token || worker->replaced) continue;
        const std::string_view endpoint = env_.topology.endpoints[handling->delivery->endpoint].id;
        if (!worker->asked) {
          worker->asked = true;
          worker->fence_at = now.steady + std::min(kMostGrace, policy_.timeout / 10);
          to_stop.push_back(worker->stop);
        } else if (now.steady >= worker->fence_at) {
          const auto limit = std::chrono::duration<double>(policy_.timeout).count();
          const std::string why = fmt::format("no end within its timeout of {} s", limit);
          if (auto commit = channel_.fence(token, why, now)) commits.push_back(std::move(*commit));
          worker->replaced = true;
          --threads_;
          to_revoke.push_back(worker.get());
          alarms.push_back(
              fmt::format("channel `{}`: handler `{}` is stuck: {}, and it did not stop when "
                          "asked: {}; its attempt has failed and another worker takes its place{}",
                          policy_.name, endpoint, why, worker->why_running(),
                          channel_.holds_keys() ? "; later messages of its key wait until it has "
                                                  "come back or its process is gone"
                                                : ""));
        }
        if (!worker->replaced) again = std::min(again, worker->fence_at);
      }
    }
    if (!to_revoke.empty() && idle_ == 0 && !ended_) spawn();
    for (auto it = workers_.begin(); it != workers_.end();) {
      const auto here = it++;
      const bool in_use =
          std::find(to_revoke.begin(), to_revoke.end(), here->get()) != to_revoke.end();
      if ((*here)->gone && (*here)->replaced && !in_use) gone.splice(gone.end(), workers_, here);
    }
    if (const auto stop = channel_.first_stop(); stop && *stop > now.steady)
      again = std::min(again, *stop);
    again = std::min(again, watch_idle(now.steady));
  }
  for (const std::string& alarm : alarms) env_.log(alarm);
  for (std::stop_source& stop : to_stop) stop.request_stop();
  for (Worker* worker : to_revoke) worker->revoke();
  if (!commits.empty()) env_.store.submit_all(commits, *this);
  for (auto& worker : gone) worker->thread.join();
  return again;
}

// Wakes a waiting worker when something is due, or when those that work are held up.
SteadyTime Runner::watch_idle(SteadyTime now) {
  if (idle_ == 0) return SteadyTime::max();
  const auto at = next_work(now);
  const bool due = at && *at <= now;
  const auto stop = channel_.first_stop();
  const bool ready = channel_.ready() > 0 || due;
  if (idle_ == threads_ || !stop) {
    if (ready) changed_.notify_one();
  } else if (ready) {
    if (now >= saturating_add(*stop, kBlocked - policy_.timeout)) changed_.notify_one();
    return now + kLookAgain;
  }
  return at && !due ? *at : SteadyTime::max();
}

// ---- running alone

bool Runner::wants_alone() const {
  const std::lock_guard lock(mutex_);
  return channel_.wants_alone() && owned_ && !ended_;
}

bool Runner::alone() const {
  const std::lock_guard lock(mutex_);
  return channel_.alone() && owned_ && !ended_;
}

std::size_t Runner::exposed() const {
  const std::lock_guard lock(mutex_);
  return channel_.exposed();
}

void Runner::grant_alone() {
  const std::lock_guard lock(mutex_);
  asked_alone_ = false;
  channel_.grant_alone();
  changed_.notify_all();
}

void Runner::go_on() {
  const std::lock_guard lock(mutex_);
  asked_alone_ = false;
  changed_.notify_all();
}

// ---- turns

void Runner::let_go() {
  const std::lock_guard lock(mutex_);
  if (!owned_ || draining_ || yielding_ || channel_.holds_keys()) return;
  yielding_ = true;
  channel_.drop_unbegun();
  changed_.notify_all();
}

void Runner::stop_yielding() {
  if (!std::exchange(yielding_, false)) return;
  if (!draining_) channel_.resume();
  more_ = true;
  rows_at_ = load_at_ = SteadyTime{};
}

// ---- drain

void Runner::begin_drain() {
  std::vector<Channel::Commit> commits;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    const Now now = env_.clock.both();
    for (auto& worker : workers_) take_back(*worker, now, commits);
    channel_.drop_unbegun();
    changed_.notify_all();
  }
  if (!commits.empty()) env_.store.submit_all(commits, *this);
}

bool Runner::wait_drained(SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  while (!channel_.quiet() || claiming_ || loading_ || loading_rows_) {
    const auto left = deadline - env_.clock.steady();
    if (left.count() <= 0) return false;
    changed_.wait_for(lock, std::min<microseconds>(left, microseconds{100'000}));
  }
  return true;
}

void Runner::ask_all_to_stop() {
  std::vector<std::stop_source> to_stop;
  {
    const std::lock_guard lock(mutex_);
    for (auto& worker : workers_) {
      if (current(*worker)) to_stop.push_back(worker->stop);
    }
  }
  for (std::stop_source& stop : to_stop) stop.request_stop();
}

bool Runner::end_drain() {
  std::vector<Worker*> to_revoke;
  std::vector<Channel::Commit> commits;
  {
    const std::lock_guard lock(mutex_);
    const Now now = env_.clock.both();
    for (auto& worker : workers_) {
      const auto handling = current(*worker);
      if (!handling || worker->replaced) continue;
      auto commit = channel_.fence(handling->token, "not done when the process had to end", now);
      if (commit) commits.push_back(std::move(*commit));
      worker->replaced = true;
      --threads_;
      to_revoke.push_back(worker.get());
    }
  }
  for (Worker* worker : to_revoke) worker->revoke();
  if (!commits.empty()) env_.store.submit_all(commits, *this);
  const bool written = wait_drained(env_.clock.steady() + microseconds{2'000'000});
  bool release = false;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    // What could not be written stays marked as begun, so that the next owner finds it: not
    // released then. Nor is a key that a stuck handler still works on: its next attempt is another
    // process's when this one is gone.
    release = owned_ && written && !channel_.holds_keys();
    if (!written) channel_.lost();
    owned_ = false;
    changed_.notify_all();
  }
  if (release) env_.store.release(number_);
  return to_revoke.empty() && written && stuck() == 0;
}

void Runner::join() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = draining_ = true;
    changed_.notify_all();
  }
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

void Runner::lose_locked() {
  if (!owned_) return;
  owned_ = false;
  ++term_;
  claim_at_ = SteadyTime{};
  const Now now = env_.clock.both();
  std::vector<Channel::Commit> void_commits;
  for (auto& worker : workers_) take_back_chunk(*worker, now, void_commits);
  channel_.lost();
  for (auto& worker : workers_) abandon(*worker, now);
  stop_yielding();
  loading_ = loading_rows_ = false;
  env_.log(fmt::format("channel `{}`: another process has taken it over; its work here is dropped",
                       policy_.name));
  changed_.notify_one();
}

void Runner::lost() {
  const std::lock_guard lock(mutex_);
  lose_locked();
}

// ---- figures

bool Runner::quiet() const {
  const std::lock_guard lock(mutex_);
  return channel_.quiet() && !loading_ && !loading_rows_;
}

std::size_t Runner::running() const {
  const std::lock_guard lock(mutex_);
  return channel_.running();
}

std::size_t Runner::stuck() const {
  const std::lock_guard lock(mutex_);
  return channel_.stuck();
}

bool Runner::owned() const {
  const std::lock_guard lock(mutex_);
  return owned_;
}

ChannelActivity Runner::activity() const {
  const std::lock_guard lock(mutex_);
  return {number_, channel_.running(), handled_per_s_};
}

void Runner::sample_rate(double seconds) {
  const std::lock_guard lock(mutex_);
  if (seconds <= 0) return;
  handled_per_s_ = static_cast<double>(handled_ - handled_before_) / seconds;
  handled_before_ = handled_;
}

void Runner::add_stats(std::vector<EndpointStats>& all) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t no = 0; no < env_.topology.endpoints.size(); ++no) {
    const Endpoint& endpoint = env_.topology.endpoints[no];
    if (endpoint.dispatch != Dispatch::channel || endpoint.channel != number_) continue;
    EndpointStats& stats = all.emplace_back();
    stats.endpoint = endpoint.id;
    stats.channel = name();
    const Channel::Counters counters = channel_.counters(static_cast<EndpointNo>(no));
    stats.handled = counters.handled;
    stats.failed_attempts = counters.failed_attempts;
    stats.retried = counters.retried;
    stats.dead = counters.dead;
    const auto found = meters_.find(static_cast<EndpointNo>(no));
    if (found == meters_.end()) continue;
    const Meter& meter = *found->second;
    stats.p50_ms = milliseconds(meter.latency.quantile(0.5));
    stats.p99_ms = milliseconds(meter.latency.quantile(0.99));
    stats.p999_ms = milliseconds(meter.latency.quantile(0.999));
    stats.max_ms = milliseconds(meter.latency.max());
    stats.handler_p50_ms = milliseconds(meter.handler.quantile(0.5));
    stats.handler_p99_ms = milliseconds(meter.handler.quantile(0.99));
  }
}

}  // namespace flow
