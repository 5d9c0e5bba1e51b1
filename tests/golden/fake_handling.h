#pragma once

#include <string>
#include <vector>

#include "flow/generated.h"

/// A delivery without an engine: hands one payload to a generated call and records what comes out.
class FakeHandling final : public flow::Handling {
 public:
  struct Emitted {
    std::string type;
    std::optional<std::string> key;
    std::string payload;
    flow::SendOptions options;
  };

  FakeHandling(const flow::Topology& topology, const std::string& type, std::string payload)
      : topology_(topology) {
    message_.type = static_cast<flow::MessageNo>(number(type));
    message_.payload = std::move(payload);
  }

  const flow::Topology& topology() const override { return topology_; }
  const flow::Message& message() const override { return message_; }
  std::string_view endpoint_id() const override { return "fake"; }
  std::uint32_t attempt() const override { return 1; }
  std::string idempotency_key() const override { return "fake:1"; }
  std::stop_token stop_token() const override { return {}; }
  flow::Timestamp now() const override { return {}; }
  flow::Sql& sql() override { throw flow::SqlError{flow::Error{}}; }
  void emit(flow::MessageNo type, std::optional<std::string> key, std::string payload,
            const flow::SendOptions& options) override {
    emitted.push_back({std::string{topology_.messages[type].wire_name}, std::move(key),
                       std::move(payload), options});
  }
  std::string ask(flow::MessageNo, std::optional<std::string>, std::string) override { return {}; }
  void reply(std::string payload) override { replies.push_back(std::move(payload)); }

  /// Runs the endpoint of the service on the payload.
  void run(const flow::Service& service, std::string_view id) {
    for (const flow::Endpoint& endpoint : topology_.endpoints) {
      if (endpoint.id == id) return endpoint.call(service.handlers(), *this);
    }
    throw std::logic_error("no endpoint " + std::string{id});
  }

  std::vector<Emitted> emitted;
  std::vector<std::string> replies;

 private:
  std::size_t number(const std::string& type) const {
    for (std::size_t i = 0; i < topology_.messages.size(); ++i) {
      if (topology_.messages[i].wire_name == type) return i;
    }
    throw std::logic_error("no message " + type);
  }

  const flow::Topology& topology_;
  flow::Message message_;
};
