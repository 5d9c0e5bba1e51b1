#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/flow.h"
#include "model/types.h"

/// Services, where they run, and how they are tried.
namespace flowc::model {

struct Service : Declaration {
  ModuleId module{};
  std::vector<ComponentId> components;  ///< as listed, then its forwards and translators
};

/// A string that may come from the environment of the running service.
struct Setting {
  std::string text;                        ///< the literal, or the default of env(name, default)
  std::optional<std::string> environment;  ///< the variable's name
  bool has_default = true;                 ///< false: env(name) without a default
};

/// One option of a store, a broker or a partner's place; its kind says which there are.
struct Option {
  std::string name;
  Setting value;
  Span span;
};

enum class StoreKind { sqlite, memory, postgres, mysql };

struct Store : Declaration {  ///< `name` is empty for an unnamed store
  StoreKind kind = StoreKind::sqlite;
  Setting path;                 ///< of sqlite: the file, relative to the working directory
  std::vector<Option> options;  ///< of the others: `url`
};

enum class BrokerKind { kafka, rabbitmq, redis, sqs };

struct Broker : Declaration {
  BrokerKind kind = BrokerKind::kafka;
  std::vector<Option> options;
};

/// A store or a broker of one deployment.
struct PlaceRef {
  enum class Kind { store, broker } kind = Kind::store;
  std::uint32_t index = 0;  ///< into the deployment's stores or brokers
  friend bool operator==(const PlaceRef&, const PlaceRef&) = default;
};

struct ChannelPlacement {
  ChannelId channel{};
  PlaceRef place;
  std::optional<std::uint32_t> partitions;
  Span span;  ///< of the place's name
};

/// What a deployment says of one service.
struct ServicePlacement {
  ServiceId service{};
  std::optional<PlaceRef> listens;
  std::optional<std::uint32_t> store;  ///< `channels on main`: the store's index
  std::vector<ChannelPlacement> channels;
  Span span;
  Span listens_span;
};

enum class PartnerKind { kafka, rabbitmq, redis, sqs, webhook, file };

struct PublisherPlacement {
  PublisherId publisher{};
  PartnerKind kind = PartnerKind::file;
  std::vector<Option> options;
  Span span;
};

struct Deployment : Declaration {
  bool implicit = false;  ///< made when no `deploy` is declared: dev, on sqlite("flow.db")
  std::vector<Store> stores;
  std::vector<Broker> brokers;
  std::vector<ServicePlacement> services;
  std::vector<PublisherPlacement> publishers;
  // What follows from those, for every channel and service of the program.
  std::vector<PlaceRef> channel_places;       ///< by ChannelId
  std::vector<std::uint32_t> service_stores;  ///< by ServiceId: where sagas, outbox and inbox live
};

struct ScenarioStep {
  enum class Kind { given, advance, expect, expect_no } kind = Kind::given;
  MessageId message{};                ///< of all but advance
  std::optional<std::string> fields;  ///< of the message, as its JSON: given ones are whole
  std::int64_t advance_us = 0;
  Span span;
};

struct Scenario : Declaration {  ///< `name` is its text
  ModuleId module{};
  std::vector<ScenarioStep> steps;
};

}  // namespace flowc::model
