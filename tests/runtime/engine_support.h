#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/channel.h"
#include "flow/topology.h"

namespace engine_test {

using namespace std::chrono_literals;
using flow::microseconds;
using flow::Timestamp;

/// Virtual time: both clocks go together, unless a test sets one. Compares with either.
struct Moment : flow::Now {
  explicit Moment(Timestamp at) : Now{at, flow::SteadyTime{std::chrono::hours{7}}} {}
  Moment& operator+=(microseconds by) {
    wall += by;
    steady += by;
    return *this;
  }
  friend Moment operator+(Moment at, microseconds by) { return at += by; }
  friend bool operator==(Timestamp at, const Moment& moment) { return at == moment.wall; }
  friend bool operator==(flow::SteadyTime at, const Moment& moment) { return at == moment.steady; }
  template <typename Time>
  friend bool operator==(const std::optional<Time>& at, const Moment& moment) {
    return at && *at == moment;
  }
};

/// A topology that tests build up; `topology()` stays valid as long as nothing is added.
struct World {
  std::vector<flow::MessageType> messages;
  std::vector<flow::ChannelPolicy> channels;
  std::vector<flow::Endpoint> endpoints;
  std::vector<flow::Deployment> deployments;
  std::string_view service = "shop";
  std::vector<std::string_view> services{service};

  flow::Topology topology() const {
    flow::Topology all;
    all.program = "test";
    all.service = service;
    all.contract_hash = "00";
    all.messages = messages;
    all.channels = channels;
    all.endpoints = endpoints;
    all.services = services;
    all.deployments = deployments;
    return all;
  }
};

inline void nothing(const void*, flow::Handling&) {}

/// One channel, one event, one endpoint; no jitter.
inline World one_channel(flow::ChannelPolicy policy = {.name = "work"}) {
  World world;
  policy.retry.jitter_percent = 0;
  world.messages = {{"shop.Placed", 1, flow::MessageKind::event, true}};
  world.channels = {policy};
  world.endpoints = {
      {.id = "shop.handle", .handler = "Shop.handle", .message = 0, .channel = 0, .call = nothing}};
  return world;
}

inline flow::Delivery delivery(std::uint64_t position, std::optional<std::string> key = {}) {
  flow::Delivery made;
  made.ordinal = made.position = position;
  flow::Message message;
  message.id = flow::Uuid::v7(Timestamp{}, position);
  message.key = std::move(key);
  message.payload = "{}";
  made.message = std::move(message);
  return made;
}

inline flow::Delivery row(std::uint64_t position, std::uint32_t attempts,
                          std::optional<std::string> key = {}) {
  flow::Delivery made = delivery(position, std::move(key));
  made.row = static_cast<std::int64_t>(1000 + position);
  made.attempts = attempts;
  for (std::uint32_t i = 1; i <= attempts; ++i) {
    made.errors.push_back({i, Timestamp{}, flow::Category::bug, "before"});
  }
  return made;
}

inline flow::Outcome failure(flow::Category category = flow::Category::bug,
                             std::string text = "broken") {
  return flow::Outcome::failed({category, "test", std::move(text)});
}

/// Drives one channel on virtual time.
struct Driver {
  explicit Driver(World made, std::uint64_t seed = 1)
      : world(std::move(made)), topology(world.topology()), channel(topology, 0, seed) {}

  World world;
  flow::Topology topology;
  flow::Channel channel;
  Moment now{Timestamp{std::chrono::seconds{1'800'000'000}}};
  std::int64_t next_row = 1;

  void take(std::vector<flow::Delivery> loaded) {
    channel.loading();
    channel.take(std::move(loaded));
  }
  void take_rows(std::vector<flow::Delivery> loaded) {
    channel.loading_rows();
    channel.take_rows(std::move(loaded));
  }
  std::optional<flow::Channel::Handle> handle() {
    auto action = channel.next(now);
    auto* found = std::get_if<flow::Channel::Handle>(&action);
    if (found == nullptr) return std::nullopt;
    return *found;
  }
  std::optional<flow::Channel::Commit> commit() {
    auto action = channel.next(now);
    auto* found = std::get_if<flow::Channel::Commit>(&action);
    if (found == nullptr) return std::nullopt;
    return std::move(*found);
  }
  bool nothing_to_do() { return std::holds_alternative<std::monostate>(channel.next(now)); }
  std::optional<flow::Channel::Done> committed(flow::Channel::Token token, std::int64_t row = 0) {
    return channel.committed(token, flow::Committed{row}, now);
  }
  void commit_fails(flow::Channel::Token token, flow::Category category) {
    channel.committed(token, flow::Error{category, "test", "the disk is full"}, now);
  }
};

}  // namespace engine_test
