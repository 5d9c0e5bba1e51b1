#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "engine/dispatch.h"
#include "engine/handling.h"
#include "engine/store.h"
#include "flow/clock.h"

namespace flow {

class CapacityGauge;
class Solitude;

/// How long a store that failed is left alone.
inline constexpr microseconds kStoreFailedFor{1'000'000};

/// A thread's alarm clock, on the monotonic clock, that others may set earlier. Thread-safe.
class Timer {
 public:
  explicit Timer(const Clock& clock) : clock_(clock) {}

  /// Cheap when the alarm is set as early already.
  void wake_by(SteadyTime at) {
    if (at.time_since_epoch().count() >= alarm_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock(mutex_);
    if (at.time_since_epoch().count() >= alarm_.load(std::memory_order_relaxed)) return;
    alarm_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    changed_.notify_all();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  /// Before its thread looks at what there is to do: what is asked for from now on counts.
  void begin() { alarm_.store(INT64_MAX, std::memory_order_relaxed); }
  /// Sleeps until `at` or what was asked for; at most a second, so that what is due at an instant
  /// is seen soon after the wall clock was set forward. False when stopped.
  bool sleep(SteadyTime at) {
    wake_by(at);
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      const auto left =
          microseconds{alarm_.load(std::memory_order_relaxed)} - clock_.steady().time_since_epoch();
      if (left.count() <= 0) break;
      if (left > kLongest) {
        changed_.wait_for(lock, kLongest);
        break;
      }
      changed_.wait_for(lock, left);
    }
    return !stopped_;
  }

 private:
  static constexpr microseconds kLongest{1'000'000};
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::int64_t> alarm_{INT64_MAX};
  bool stopped_ = false;
};

/// Tells those who wait for the host to become idle.
struct IdleSignal {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<int> waiting{0};
  std::atomic<std::uint64_t> progress{0};  ///< rises with every delivery begun or committed

  void notify() {
    if (waiting.load() == 0) return;
    const std::lock_guard lock(mutex);
    changed.notify_all();
  }
};

/// What the parts of a host share.
struct Environment {
  const Topology& topology;
  const DispatchTable& routes;
  Store& store;
  const Clock& clock;
  const HandlingWorld& world;
  CapacityGauge& capacity;
  Solitude& solitude;
  Timer& timer;
  IdleSignal& idle;
  const std::function<void(const std::string&)>& log;
};

}  // namespace flow
