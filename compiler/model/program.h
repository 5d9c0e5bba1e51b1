#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/span.h"

/// The checked program: what backends read, and nothing else. Plain const data; declarations refer
/// to each other by index into the vectors of Program, in declaration order (import order of files,
/// then offset). A Program exists only when no error was reported, so a backend never meets a
/// dangling or missing part.
namespace flowc::model {

/// Index types: one per table of Program, so that a channel's number cannot be used for an
/// endpoint's.
enum class ModuleId : std::uint32_t {};
enum class RecordId : std::uint32_t {};
enum class EnumId : std::uint32_t {};
enum class MessageId : std::uint32_t {};
enum class ChannelId : std::uint32_t {};
enum class ComponentId : std::uint32_t {};
enum class EndpointId : std::uint32_t {};
enum class ServiceId : std::uint32_t {};

/// What every declaration has.
struct Declaration {
  std::string name;  ///< as written: `OrderPlaced`, `provider_matching`
  std::string
      documentation;  ///< the `///` lines, without the slashes, joined by '\n'; empty without any
  Span span;          ///< of the name
};

enum class Primitive {
  boolean,
  int32,
  int64,
  float64,
  decimal,
  string,
  bytes,
  uuid,
  timestamp,
  duration,
  date
};

struct Type {
  enum class Kind {
    primitive,
    record,
    enumeration,
    optional,
    list,
    map
  };  // a map's key is a string
  Kind kind = Kind::primitive;
  Primitive primitive = Primitive::boolean;  ///< of Kind::primitive
  RecordId record{};                         ///< of Kind::record
  EnumId enumeration{};                      ///< of Kind::enumeration
  std::shared_ptr<const Type> element;       ///< of optional, list and map
};

/// A literal, already of the field's type: a field's default.
/// Integers: int64. float64: double. Decimals, strings, uuids, timestamps, dates: std::string,
/// checked, as on the wire. Durations: int64 microseconds. Enum values: the value's name as
/// std::string. bool: bool. Empty lists and maps (`[]`, `{}`) are std::monostate.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct Field : Declaration {
  Type type;
  bool key = false;  ///< the message's ordering and partition key: at most one, of a scalar type
  bool personal = false;               ///< `@personal`
  bool secret = false;                 ///< `@secret`
  std::optional<Value> default_value;  ///< without one, and not optional: required on the wire
  std::string wire_name;               ///< the name in JSON: `name`, or what `was "…"` says
};

struct Record : Declaration {
  ModuleId module{};
  bool is_public = false;
  std::vector<Field> fields;
};

struct Enum : Declaration {
  ModuleId module{};
  bool is_public = false;
  std::vector<Declaration> values;  ///< a value named `unknown` takes what a newer peer sends
};

enum class MessageKind { event, command, query };

struct Message : Declaration {
  ModuleId module{};
  bool is_public = false;
  MessageKind kind = MessageKind::event;
  std::uint16_t version = 1;
  std::string wire_name;  ///< `marketplace.customer.OrderPlaced`, or what `@wire("…")` pins
  std::vector<Field> fields;
  std::optional<std::uint32_t> key;  ///< index of the key field
  std::optional<Type> answer;        ///< of a query: a record
};

/// What an endpoint takes or gives: a record or a message.
struct Payload {
  std::variant<MessageId, RecordId> type;
};

struct Retry {
  std::uint32_t now = 2;      ///< immediate retries
  std::uint32_t delayed = 6;  ///< delayed ones after them
  bool exponential = true;    ///< doubling from first to most; otherwise always `first`
  std::int64_t first_us = 1'000'000;
  std::int64_t most_us = 600'000'000;
  std::uint32_t jitter_percent = 20;  ///< the delay is drawn from ± this
};

struct Channel : Declaration {
  ModuleId module{};
  bool implicit = false;  ///< made for a handler without `via`; `name` is then its endpoint id
  std::uint32_t concurrency = 8;
  bool ordered_by_key = false;
  Retry retry;
  std::int64_t timeout_us = 30'000'000;
  std::int64_t dead_letter_keep_us = 30LL * 24 * 3600 * 1'000'000;
  std::optional<std::uint64_t> capacity;    ///< unset: bounded by the store's disk alone
  std::optional<std::uint64_t> rate_count;  ///< `rate N per D`
  std::int64_t rate_period_us = 0;
};

/// Where a handler runs.
enum class Dispatch {
  channel,  ///< from its channel, in a unit of work of its own
  caller,   ///< a command without a channel, a query, an `inline` event handler: in the caller's
            ///< unit of work
  chained   ///< named by another handler's `then` only: takes its result, in its unit of work
};

struct Endpoint : Declaration {
  ComponentId component{};
  std::string id;  ///< `customer_notification.email_receipt`, or what `at "…"` pins
  Payload takes;
  std::optional<Payload> gives;    ///< `-> X`
  std::optional<EndpointId> then;  ///< the handler of the same component that takes what it gives
  Dispatch dispatch = Dispatch::channel;
  std::optional<ChannelId> channel;  ///< of Dispatch::channel
  std::vector<MessageId> sends;      ///< commands, in declaration order
  std::vector<MessageId> publishes;  ///< events, in declaration order
};

struct Component : Declaration {
  ModuleId module{};
  std::vector<EndpointId> endpoints;
};

struct Service : Declaration {
  ModuleId module{};
  std::vector<ComponentId> components;
};

/// A string that may come from the environment of the running service.
struct Setting {
  std::string text;                        ///< the literal, or the default of env(name, default)
  std::optional<std::string> environment;  ///< the variable's name
  bool has_default = true;                 ///< false: env(name) without a default
};

enum class StoreKind { sqlite, memory };

struct Store : Declaration {  ///< `name` is empty for an unnamed store
  StoreKind kind = StoreKind::sqlite;
  Setting path;  ///< of sqlite: the file, relative to the working directory
};

struct Deployment : Declaration {
  bool implicit = false;      ///< made when no `deploy` is declared: dev, on sqlite("flow.db")
  std::vector<Store> stores;  ///< one in this version; it places every service and channel
};

struct Module : Declaration {  ///< `name` is dotted: `marketplace.customer`
  std::string file;  ///< as imported, relative to the main file's directory, '/'-separated
  std::vector<ModuleId> imports;
};

struct Program {
  std::vector<Module> modules;  ///< the main file's module is the first
  std::vector<Record> records;
  std::vector<Enum> enums;
  std::vector<Message> messages;
  std::vector<Channel> channels;  ///< declared ones, then implicit ones
  std::vector<Component> components;
  std::vector<Endpoint> endpoints;
  std::vector<Service> services;
  std::vector<Deployment> deployments;

  const Module& operator[](ModuleId id) const { return modules[static_cast<std::uint32_t>(id)]; }
  const Record& operator[](RecordId id) const { return records[static_cast<std::uint32_t>(id)]; }
  const Enum& operator[](EnumId id) const { return enums[static_cast<std::uint32_t>(id)]; }
  const Message& operator[](MessageId id) const { return messages[static_cast<std::uint32_t>(id)]; }
  const Channel& operator[](ChannelId id) const { return channels[static_cast<std::uint32_t>(id)]; }
  const Component& operator[](ComponentId id) const {
    return components[static_cast<std::uint32_t>(id)];
  }
  const Endpoint& operator[](EndpointId id) const {
    return endpoints[static_cast<std::uint32_t>(id)];
  }
  const Service& operator[](ServiceId id) const { return services[static_cast<std::uint32_t>(id)]; }
};

}  // namespace flowc::model
