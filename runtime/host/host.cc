#include "flow/host.h"

#include <fmt/format.h>

#include <cstdio>
#include <random>
#include <utility>

#include "host/host_state.h"
#include "host/on_thread.h"
#include "host/verify.h"

namespace flow {
namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

Host::State::State(Service& owner, HostOptions chosen, std::shared_ptr<Clock> time,
                   std::unique_ptr<Store> opened, std::uint64_t seed)
    : service(owner),
      options(std::move(chosen)),
      clock(std::move(time)),
      routes(owner.topology()),
      store(std::move(opened)),
      capacity(owner.topology(), *store, *clock),
      world{owner.topology(), routes, owner.handlers(), *clock},
      timer(*clock),
      keeper_timer(*clock),
      solitude(runners),
      environment{owner.topology(), routes,   *store, *clock,      world,
                  capacity,         solitude, timer,  idle_signal, options.log},
      bus(environment, seed),
      runners(owner.topology().channels.size()) {
  for (std::size_t no = 0; options.handle_channels && no < runners.size(); ++no) {
    const auto channel = static_cast<ChannelNo>(no);
    if (!routes.serves(channel)) continue;
    runners[no] = std::make_unique<Runner>(environment, channel, seed + 1000 * (no + 1));
  }
}

Host::State::~State() {
  if (const OnThread* inside = OnThread::of(&environment)) {
    options.log(inside->waits_for_itself("destroying the host").text);
  }
  service.attach(nullptr);
  bus.stop();
  {
    const std::lock_guard lock(life);
    if (!drained)
      options.drain_deadline = std::min(options.drain_deadline, microseconds{1'000'000});
  }
  drain();
  store->listen(nullptr);
  for (auto& runner : runners) {
    if (!runner) continue;
    if (runner->stuck() > 0) {
      options.log(fmt::format("waiting for a stuck handler of channel `{}` to return",
                              environment.topology.channels[runner->channel()].name));
    }
    runner->join();
  }
  // Its threads may be telling a listener still: they end before what they tell does.
  store.reset();
}

Result<std::unique_ptr<Host>> Host::open(Service& service, HostOptions options) {
  if (!options.log) {
    options.log = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  }
  if (auto checked = service.topology().check_ids(); !checked) return checked.error();
  auto clock = std::make_shared<SystemClock>();
  auto store = open_deployment(service.topology(), options, *clock);
  if (!store) return store.error();
  if (auto verified = verify_store(**store, options, options.log); !verified) {
    return verified.error();
  }
  auto state = std::make_unique<State>(service, std::move(options), std::move(clock),
                                       std::move(store).value(), random_seed());
  state->store->listen(state.get());
  if (auto registered = state->store->register_topology(); !registered) return registered.error();
  service.attach(&state->bus);
  return std::unique_ptr<Host>(new Host(std::move(state)));
}

Host::Host(std::unique_ptr<State> state) : state_(std::move(state)) {}
Host::~Host() = default;

void Host::start() {
  state_->start();
}
bool Host::drain() {
  state_->refuse_inside("Host::drain()");
  return state_->drain();
}
Store& Host::store() {
  return *state_->store;
}
bool Host::idle(microseconds horizon) const {
  return state_->idle(horizon);
}

bool Host::wait_idle(microseconds timeout, microseconds horizon) {
  state_->refuse_inside("Host::wait_idle()");
  // The signal may miss what another process does, so a slow look stands behind it.
  constexpr std::chrono::milliseconds kLookEvery{100};
  IdleSignal& signal = state_->idle_signal;
  const auto deadline = saturating_add(std::chrono::steady_clock::now(), timeout);
  ++signal.waiting;
  bool idle = false;
  for (;;) {
    const std::uint64_t before = signal.progress.load();
    idle = state_->idle(horizon);
    const auto now = std::chrono::steady_clock::now();
    if (idle || now >= deadline) break;
    std::unique_lock lock(signal.mutex);
    if (signal.progress.load() == before) {
      signal.changed.wait_until(lock, std::min(deadline, now + kLookEvery));
    } else {
      signal.changed.wait_until(lock, std::min(deadline, now + std::chrono::milliseconds{5}));
    }
  }
  --signal.waiting;
  return idle;
}

bool Host::unhealthy() const {
  constexpr std::size_t kMostStuck = 16;
  std::size_t all = 0;
  for (const auto& runner : state_->runners) {
    if (!runner) continue;
    const std::size_t stuck = runner->stuck();
    if (stuck > state_->environment.topology.channels[runner->channel()].concurrency) return true;
    all += stuck;
  }
  return all > kMostStuck;
}

Sent Host::send(MessageNo type, std::optional<std::string> key, std::string payload,
                const SendOptions& options) {
  return state_->bus.send(type, std::move(key), std::move(payload), options);
}

std::vector<EndpointStats> Host::endpoint_stats() const {
  std::vector<EndpointStats> all;
  for (const auto& runner : state_->runners) {
    if (runner) runner->add_stats(all);
  }
  return all;
}

Result<std::vector<ChannelStats>> Host::channel_stats() const {
  const Topology& topology = state_->environment.topology;
  const Timestamp now = state_->clock->now();
  std::vector<ChannelStats> all;
  for (std::size_t no = 0; no < topology.channels.size(); ++no) {
    const auto channel = static_cast<ChannelNo>(no);
    auto stored = state_->store->stats(channel, now);
    if (!stored) return stored.error();
    ChannelStats& stats = all.emplace_back();
    stats.channel = topology.channels[no].name;
    stats.depth = stored->depth;
    stats.retrying = stored->retrying;
    stats.waiting = stored->waiting;
    stats.delayed = stored->delayed;
    stats.dead = stored->dead;
    if (stored->oldest) {
      const std::chrono::duration<double> age = saturating_difference(now, *stored->oldest);
      stats.oldest_age_s = std::max(0.0, age.count());
    }
    stats.in_flight = stored->in_flight;
    stats.handled_per_s = stored->handled_per_s;
    if (const auto& runner = state_->runners[no]; runner && runner->owned()) {
      const ChannelActivity activity = runner->activity();
      stats.in_flight = activity.in_flight;
      stats.handled_per_s = activity.handled_per_s;
    }
  }
  return all;
}

}  // namespace flow
