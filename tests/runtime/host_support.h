#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine_support.h"
#include "flow/host.h"
#include "flow/service.h"
#include "store/memory/memory_store.h"

namespace host_test {

using namespace std::chrono_literals;
using engine_test::World;

/// Opened once, by the thread that the test wants to go first. What waits gives up after a while,
/// so that a failure ends the test.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool wait(std::chrono::milliseconds most = 10s) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return open_; });
  }
  bool is_open() {
    const std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// What the endpoints of a test run: by the endpoint's id.
struct Handlers {
  std::function<void(flow::Handling&)> on;
};

inline void call(const void* handlers, flow::Handling& handling) {
  static_cast<const Handlers*>(handlers)->on(handling);
}

inline constexpr flow::MessageNo kPlaced = 0;
inline constexpr flow::MessageNo kShip = 1;
inline constexpr flow::MessageNo kTotal = 2;
inline constexpr flow::MessageNo kReserve = 3;

/// `shop.Placed` fans out to `mail` and `totals` on channels of their own; `shop.Ship` goes to
/// `ship` on channel three; the query `shop.Total` and the command `shop.Reserve` are handled in
/// the caller's unit of work.
inline World shop() {
  World world;
  world.messages = {{"shop.Placed", 1, flow::MessageKind::event, true},
                    {"shop.Ship", 1, flow::MessageKind::command, true},
                    {"shop.Total", 1, flow::MessageKind::query, false},
                    {"shop.Reserve", 1, flow::MessageKind::command, false}};
  const flow::RetryPolicy retry{.now = 1, .delayed = 1, .first = 10ms, .most = 10ms};
  for (const char* name : {"mail", "totals", "shipping"}) {
    flow::ChannelPolicy policy{.name = name};
    policy.concurrency = 2;
    policy.retry = retry;
    world.channels.push_back(policy);
  }
  const auto endpoint = [&](std::string_view id, flow::MessageNo message, flow::ChannelNo channel,
                            flow::Dispatch dispatch) {
    world.endpoints.push_back({.id = id,
                               .handler = id,
                               .message = message,
                               .channel = channel,
                               .dispatch = dispatch,
                               .call = call});
  };
  endpoint("mail", kPlaced, 0, flow::Dispatch::channel);
  endpoint("reserve", kReserve, flow::no_channel, flow::Dispatch::caller);
  endpoint("ship", kShip, 2, flow::Dispatch::channel);
  endpoint("total", kTotal, flow::no_channel, flow::Dispatch::caller);
  endpoint("totals", kPlaced, 1, flow::Dispatch::channel);
  world.deployments = {
      {.name = "memory", .store_kind = flow::StoreKind::memory, .open_store = flow::open_memory}};
  return world;
}

class TestService final : public flow::Service {
 public:
  TestService(const flow::Topology& topology, const Handlers& handlers)
      : flow::Service(topology, &handlers) {}
};

/// A running service over the memory store.
struct Running {
  Running(World made, std::function<void(flow::Handling&)> on,
          const std::function<void(flow::HostOptions&)>& adjust = {})
      : world(std::move(made)),
        topology(world.topology()),
        handlers{std::move(on)},
        service(topology, handlers) {
    flow::HostOptions options;
    options.drain_deadline = 5s;
    options.log = [this](const std::string& text) {
      const std::lock_guard lock(log_mutex);
      log.push_back(text);
    };
    if (adjust) adjust(options);
    auto opened = flow::Host::open(service, options);
    if (!opened) throw std::runtime_error(opened.error().text);
    host = std::move(opened).value();
  }

  flow::Uuid emit(flow::MessageNo type, std::optional<std::string> key = {},
                  std::string payload = "{}", const flow::SendOptions& options = {}) {
    return service.outlet().emit(type, std::move(key), std::move(payload), options);
  }
  flow::EndpointStats stats(std::string_view endpoint) const {
    for (const flow::EndpointStats& stats : host->endpoint_stats()) {
      if (stats.endpoint == endpoint) return stats;
    }
    throw std::runtime_error("no such endpoint");
  }
  bool logged(std::string_view part) {
    const std::lock_guard lock(log_mutex);
    for (const std::string& line : log) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  World world;
  flow::Topology topology;
  Handlers handlers;
  TestService service;
  std::mutex log_mutex;
  std::vector<std::string> log;
  std::unique_ptr<flow::Host> host;  // last: ends first
};

}  // namespace host_test
