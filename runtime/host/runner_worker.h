#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/on_thread.h"
#include "host/runner.h"

namespace flow {

inline constexpr microseconds kPollEvery{1'000'000};
/// Handlers quicker than this do not make it worth waking another thread; should one of them block,
/// tick() wakes it.
inline constexpr double kQuickHandlerUs = 20;
inline constexpr microseconds kBlockedAfter{2'000};

/// How long to sleep until an instant. No longer than a poll: the wall clock may be set meanwhile.
inline microseconds until(Timestamp now, Timestamp due) {
  if (due <= now) return microseconds{0};
  return due - now < kPollEvery ? due - now : kPollEvery;
}

/// One thread of a runner, and what its running handler may be stopped by.
struct Runner::Worker final : public SqlSource {
  Worker(Environment& environment, const ChannelPolicy& policy, std::uint64_t seed)
      : env_(environment), policy_(policy), ids(seed) {}

  /// A handler runs on this thread, from here to the end of the scope.
  class Turn {
   public:
    explicit Turn(Worker& worker)
        : worker_(worker),
          on_thread_(&worker.env_, OnThread::Doing::handler, worker.endpoint_id()) {
      worker_.doing.store(Doing::user_code, std::memory_order_relaxed);
    }
    ~Turn() { worker_.doing.store(Doing::nothing, std::memory_order_relaxed); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Worker& worker_;
    const OnThread on_thread_;
  };

  std::unique_ptr<SqlScope> open(const std::stop_token& to_stop) override {
    enter(Doing::waits_for_sql);
    // The fence would come while it waits for its turn, so it does not wait longer than that.
    auto opened = env_.store.open_sql(
        policy_.timeout,
        {.channel = policy_.name, .handler = endpoint_id(), .repeatable = true, .stop = to_stop});
    enter(opened ? Doing::holds_sql : Doing::user_code);
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  std::unique_ptr<Sql> open_reading() override {
    auto opened = env_.store.open_reading();
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  void opened(SqlScope* scope) override {
    const std::lock_guard lock(scope_mutex);
    current = scope;
    if (fenced && scope != nullptr) scope->revoke();
  }
  /// The handler can write nothing from here on.
  void revoke() {
    const std::lock_guard lock(scope_mutex);
    fenced = true;
    if (current != nullptr) current->revoke();
  }

  /// What its handler does, as far as is known from outside, and for how long; for people. From any
  /// thread, before revoke().
  std::string why_running() const {
    const microseconds from{since.load(std::memory_order_relaxed)};
    const std::chrono::duration<double> took = env_.clock.steady().time_since_epoch() - from;
    const double s = took.count();
    switch (doing.load(std::memory_order_relaxed)) {
      case Doing::waits_for_sql: {
        const std::string holder = env_.store.writer_now();
        return fmt::format("it has waited for the store's write side for {:.1f} s{}{}", s,
                           holder.empty() ? "" : ": ", holder);
      }
      case Doing::holds_sql:
        return fmt::format(
            "it has held the store's write side for {:.1f} s, since its first statement; if it "
            "waits for another thread that calls the bus, that one waits for it",
            s);
      case Doing::user_code:
        return fmt::format("it has been in its own code for {:.1f} s", s);
      case Doing::nothing:
        break;
    }
    return "it is about to end";
  }

  /// What it was handed begins, or goes on. Under the runner's mutex.
  void begun(SteadyTime now) {
    begun_at = now;
    since.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

  std::string_view endpoint_id() const { return env_.topology.endpoints[endpoint].id; }

  Environment& env_;
  const ChannelPolicy& policy_;
  IdSource ids;
  std::thread thread;

  // Guarded by the runner's mutex.
  std::stop_source stop;
  EndpointNo endpoint = 0;  // of what it handles; written by its own thread alone
  SteadyTime begun_at{};    // what it was handed, or what of that is not reported yet
  bool asked = false;       // to stop
  bool replaced = false;    // leaves when its handler returns
  bool gone = false;        // its thread is about to end
  SteadyTime fence_at{};

  /// What it was handed at one visit to the channel, to be handled one after the other. Its mutex
  /// is taken within the runner's, or alone.
  struct Group {
    struct Ended {
      Channel::Token token;
      EndpointNo endpoint;
      Outcome outcome;
    };
    std::mutex mutex;
    std::vector<Channel::Handle> handles;
    std::size_t next = 0;                    // of `handles`: the first that has not begun
    std::optional<Channel::Handle> current;  // is being handled
    std::vector<Ended> ended;                // handled, and not reported yet
    // Instead of `handles`, a chunk. Guarded by the runner's mutex; but the worker alone counts
    // what has begun, and whoever takes the chunk back makes that kTakenBack.
    static constexpr std::uint32_t kTakenBack = 1U << 30;
    std::optional<Channel::Chunk> chunk;
    std::atomic<std::uint32_t> begun{0};
  } group;
  // The worker's own, kept for their memory.
  std::vector<Group::Ended> reported;
  std::vector<Channel::Commit> commits;

  std::mutex scope_mutex;
  SqlScope* current = nullptr;
  bool fenced = false;

 private:
  enum class Doing { nothing, user_code, waits_for_sql, holds_sql };
  void enter(Doing what) {
    const microseconds now = env_.clock.steady().time_since_epoch();
    since.store(now.count(), std::memory_order_relaxed);
    doing.store(what, std::memory_order_relaxed);
  }

  // Read together by people alone, so that they need not fit exactly.
  std::atomic<Doing> doing{Doing::nothing};
  std::atomic<std::int64_t> since{0};  // of the monotonic clock
};

}  // namespace flow
