#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

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
  Worker(WritingStore& store, const ChannelPolicy& policy, std::uint64_t seed)
      : store_(store), policy_(policy), ids(seed) {}

  std::unique_ptr<SqlScope> open() override {
    // The fence would come while it waits for its turn, so it does not wait longer than that.
    auto opened = store_.open_sql(policy_.timeout);
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

  WritingStore& store_;
  const ChannelPolicy& policy_;
  IdSource ids;
  std::thread thread;

  // Guarded by the runner's mutex.
  std::stop_source stop;
  SteadyTime begun_at{};  // what it was handed, or what of that is not reported yet
  bool asked = false;     // to stop
  bool replaced = false;  // leaves when its handler returns
  bool gone = false;      // its thread is about to end
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
};

}  // namespace flow
