#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>

#include "host/runner.h"

namespace flow {

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
  std::optional<Channel::Token> token;  // of what it handles
  EndpointNo endpoint = 0;
  bool asked = false;     // to stop
  bool replaced = false;  // leaves when its handler returns
  bool gone = false;      // its thread is about to end
  SteadyTime fence_at{};

  std::mutex scope_mutex;
  SqlScope* current = nullptr;
  bool fenced = false;
};

}  // namespace flow
