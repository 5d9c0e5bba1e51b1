#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "flow/host.h"
#include "host/bus.h"
#include "host/capacity.h"
#include "host/environment.h"
#include "host/solitude.h"
#include "host/runner.h"

namespace flow {

/// The inside of Host: the parts of a running service, and the two threads that no channel owns.
/// The timer's does nothing that can block; the keeper's talks to the store.
struct Host::State final : StoreListener {
  State(Service& owner, HostOptions chosen, std::shared_ptr<Clock> time,
        std::unique_ptr<Store> opened, std::uint64_t seed);
  ~State() override;

  void wake(ChannelNo channel) noexcept override;
  void wake_all() noexcept override;
  void wake_timer() noexcept override {
    next_delayed.store(INT64_MIN);  // not idle before the keeper has looked
    keeper_timer.wake_by(SteadyTime{});
  }
  void alarm(const std::string& text) noexcept override { options.log(text); }

  /// Throws BusError when this thread runs what `call` would wait for.
  void refuse_inside(std::string_view call) const;
  void start();
  bool drain();
  void run_timer();
  void run_keeper();
  void renew(SteadyTime now);
  bool idle(microseconds horizon) const;
  bool idle_once(microseconds horizon) const;
  void stop_threads();

  Service& service;
  HostOptions options;
  std::shared_ptr<Clock> clock;
  DispatchTable routes;
  std::unique_ptr<Store> store;
  CapacityGauge capacity;
  HandlingWorld world;
  Timer timer, keeper_timer;
  mutable IdleSignal idle_signal;
  Solitude solitude;
  Environment environment;
  Bus bus;
  std::vector<std::unique_ptr<Runner>> runners;  // by channel; nullptr: not served here

  std::mutex life;  // start and drain
  bool started = false;
  std::optional<bool> drained;
  std::thread timer_thread, keeper_thread;
  std::optional<SteadyTime> renewed_at;
  std::atomic<std::int64_t> next_delayed{INT64_MAX};  // when the next delayed message is due
};

}  // namespace flow
