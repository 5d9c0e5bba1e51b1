// The life of a host: its threads, its drain, and when it is idle.
#include <pthread.h>

#include <algorithm>
#include <utility>

#include "host/host_state.h"
#include "host/on_thread.h"

namespace flow {
namespace {

constexpr microseconds kRenewEvery{1'000'000};
constexpr microseconds kTrimEvery{2'000'000};
constexpr microseconds kTrimMore{20'000};
/// Behind the reports that tell it: what a drain or a lost channel leaves behind.
constexpr microseconds kLookAtSolitude{100'000};

}  // namespace

void Host::State::refuse_inside(std::string_view call) const {
  if (const OnThread* inside = OnThread::of(&environment)) {
    throw BusError(inside->waits_for_itself(call));
  }
}

void Host::State::start() {
  const std::lock_guard lock(life);
  if (started || drained) return;
  started = true;
  if (!options.handle_channels) return;
  timer_thread = std::thread([this] {
    pthread_setname_np(pthread_self(), "flow-timer");
    run_timer();
  });
  keeper_thread = std::thread([this] {
    pthread_setname_np(pthread_self(), "flow-keeper");
    run_keeper();
  });
  for (auto& runner : runners) {
    if (runner) runner->start();
  }
}

void Host::State::run_timer() {
  for (;;) {
    timer.begin();
    const Now now = clock->both();
    SteadyTime next = now.steady + kRenewEvery;
    for (auto& runner : runners) {
      if (runner) next = std::min(next, runner->tick(now));
    }
    if (solitude.closed()) {
      solitude.check();
      next = std::min(next, now.steady + kLookAtSolitude);
    }
    if (!timer.sleep(next)) return;
  }
}

void Host::State::run_keeper() {
  SteadyTime renew_at{}, release_at{}, trim_at = clock->steady() + kTrimEvery;
  bool failing = false;
  for (;;) {
    keeper_timer.begin();
    const Now now = clock->both();
    if (now.steady >= renew_at) {
      renew(now.steady);
      renew_at = now.steady + kRenewEvery;
    }
    // Asked at each turn: a turn is a second, or an earlier message than known.
    if (const auto next = store->release_due(now.wall); !next.ok()) {
      if (!std::exchange(failing, true)) {
        options.log("delayed messages: the store failed, trying again: " + next.error().text);
      }
      release_at = now.steady + kStoreFailedFor;
    } else {
      failing = false;
      const Timestamp due = next->value_or(Timestamp::max());
      next_delayed.store(due.time_since_epoch().count());
      // The wall clock may be set meanwhile: looked at again with the next renewal.
      release_at = due <= now.wall                ? now.steady
                   : due - now.wall < kRenewEvery ? now.steady + (due - now.wall)
                                                  : now.steady + kRenewEvery;
    }
    if (now.steady >= trim_at) {
      const auto more = store->trim(now.wall);
      trim_at = now.steady + (more.ok() && *more ? kTrimMore : kTrimEvery);
    }
    if (!keeper_timer.sleep(std::min({renew_at, release_at, trim_at}))) return;
  }
}

void Host::State::renew(SteadyTime now) {
  std::vector<ChannelActivity> activity;
  const std::chrono::duration<double> since = renewed_at ? now - *renewed_at : microseconds{0};
  renewed_at = now;
  for (auto& runner : runners) {
    if (!runner || !runner->owned()) continue;
    runner->sample_rate(since.count());
    activity.push_back(runner->activity());
  }
  if (activity.empty()) return;
  const auto renewed = store->renew(activity);
  if (renewed.ok()) return;
  // Which channel was lost shows at its next load or commit; looking now makes that soon.
  options.log("renewing ownership failed: " + renewed.error().text);
  wake_all();
}

void Host::State::wake(ChannelNo channel) noexcept {
  if (channel < runners.size() && runners[channel]) runners[channel]->wake();
}

void Host::State::wake_all() noexcept {
  for (auto& runner : runners) {
    if (runner) runner->wake();
  }
  keeper_timer.wake_by(SteadyTime{});
}

bool Host::State::drain() {
  const std::lock_guard lock(life);
  if (drained) return *drained;
  bool finished = true;
  if (started && options.handle_channels) {
    const SteadyTime deadline = saturating_add(clock->steady(), options.drain_deadline);
    const auto each = [this](auto&& action) {
      for (auto& runner : runners) {
        if (runner) action(*runner);
      }
    };
    each([](Runner& runner) { runner.begin_drain(); });
    bool late = false;
    each([&](Runner& runner) { late = !runner.wait_drained(deadline) || late; });
    if (late) {
      each([](Runner& runner) { runner.ask_all_to_stop(); });
      const SteadyTime last =
          clock->steady() + std::min(options.drain_deadline, microseconds{1'000'000});
      each([&](Runner& runner) { runner.wait_drained(last); });
    }
    store->hurry();
    each([&](Runner& runner) { finished = runner.end_drain() && finished; });
    stop_threads();
    each([](Runner& runner) {
      if (runner.stuck() == 0) runner.join();
    });
  }
  drained = finished;
  return finished;
}

void Host::State::stop_threads() {
  timer.stop();
  keeper_timer.stop();
  if (timer_thread.joinable()) timer_thread.join();
  if (keeper_thread.joinable()) keeper_thread.join();
}

// What a look at one part misses may have moved to another, so two looks must agree that nothing
// moved.
bool Host::State::idle(microseconds horizon) const {
  const std::uint64_t before = idle_signal.progress.load();
  return idle_once(horizon) && idle_signal.progress.load() == before && idle_once(horizon);
}

bool Host::State::idle_once(microseconds horizon) const {
  const Timestamp now = clock->now();
  const Timestamp until = std::min(saturating_add(now, horizon), kEndOfTime);  // past it: nothing
  if (Timestamp{microseconds{next_delayed.load()}} <= until) return false;
  for (const auto& runner : runners) {
    if (runner && !runner->quiet()) return false;
  }
  for (std::size_t no = 0; no < runners.size(); ++no) {
    const auto channel = static_cast<ChannelNo>(no);
    if (!routes.serves(channel)) continue;
    const auto stats = store->stats(channel, now);
    if (!stats || stats->depth > stats->retrying + stats->waiting) return false;
    if (stats->next_due && *stats->next_due <= until) return false;
  }
  return true;
}

}  // namespace flow
