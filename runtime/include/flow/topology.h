#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "flow/result.h"

/// The topology as flowc proved it: constant tables in the generated code, referring to each other
/// by index.
namespace flow {

class Handling;
class Store;
struct Clock;

using std::chrono::microseconds;

enum class MessageKind : std::uint8_t { event, command, query };

/// Decodes a payload strictly, as a handler would, and returns its key as canonical text (none
/// without a key), or the poison error with the path of what is wrong. For messages that come from
/// outside the generated bus: the command line's `send` and `publish`. Pure and thread-safe.
using InspectPayload = Result<std::optional<std::string>> (*)(std::string_view payload);

struct MessageType {
  std::string_view wire_name;
  std::uint16_t version = 1;
  MessageKind kind = MessageKind::event;
  bool has_key = false;
  InspectPayload inspect = nullptr;  ///< nullptr: unchecked, and without a key
  microseconds expires{0};           ///< from its creation, unless the sender says; 0: never
};

struct RetryPolicy {
  std::uint32_t now = 2;      ///< immediate retries
  std::uint32_t delayed = 6;  ///< delayed retries after them
  bool exponential = true;    ///< doubling from first, capped at most; otherwise always first
  microseconds first{1'000'000};
  microseconds most{600'000'000};
  std::uint32_t jitter_percent = 20;
};

struct ChannelPolicy {
  std::string_view name;
  std::uint32_t concurrency = 8;
  bool ordered_by_key = false;
  RetryPolicy retry{};
  microseconds timeout{30'000'000};
  microseconds dead_letter_keep{std::chrono::hours{24 * 30}};
  std::uint64_t capacity = 0;    ///< 0: none
  std::uint64_t rate_count = 0;  ///< 0: none
  microseconds rate_period{0};
};

enum class Dispatch : std::uint8_t { channel, caller };

using MessageNo = std::uint16_t;
using ChannelNo = std::uint16_t;
using EndpointNo = std::uint16_t;
using ServiceNo = std::uint16_t;
inline constexpr ChannelNo no_channel = 0xffff;

/// Decodes, builds the context and calls the handler. Throws what the handler throws; an
/// undecodable payload throws flow::Undecodable. `handlers` is the service's `Handlers` aggregate.
using HandlerCall = void (*)(const void* handlers, Handling& handling);

struct Endpoint {
  std::string_view id;
  std::string_view handler;  ///< for people: `CustomerNotification.email_receipt`
  MessageNo message = 0;
  ChannelNo channel = no_channel;  ///< no_channel with Dispatch::caller
  ServiceNo service = 0;
  Dispatch dispatch = Dispatch::channel;
  HandlerCall call = nullptr;          ///< nullptr in code generated without its service
  std::span<const MessageNo> emits{};  ///< what it may send and publish
};

enum class StoreKind : std::uint8_t { sqlite, memory };

/// A string that may come from the environment.
struct Setting {
  std::string_view text;           ///< the literal, or the default
  std::string_view environment{};  ///< the variable's name; empty: a literal
  bool has_default = true;
};

struct Topology;
/// Opens the store of a deployment; the generated code names just the functions of the kinds it
/// deploys, so that only those are linked.
using OpenStore = Result<std::unique_ptr<Store>> (*)(const std::string& path,
                                                     const Topology& topology, Clock& clock);

struct Deployment {
  std::string_view name;
  StoreKind store_kind = StoreKind::sqlite;
  Setting store_path{};  ///< of sqlite
  OpenStore open_store = nullptr;
  std::span<const std::string_view> unserved{};  ///< as Topology's, of this deployment
};

/// Everything one service binary knows: all services of its service map, and its own handlers.
struct Topology {
  std::string_view program;  ///< the main file's module
  std::string_view service;  ///< the service this binary is
  ServiceNo service_no = 0;
  std::string_view contract_hash;  ///< hex SHA-256 of the model: messages, endpoints, channels
  std::span<const MessageType> messages;  ///< sorted by wire name
  std::span<const ChannelPolicy> channels;
  std::span<const Endpoint> endpoints;  ///< sorted by id
  std::span<const std::string_view> services;
  std::span<const Deployment> deployments;  ///< the first is the default
  /// Endpoint ids that this service ends by word: what a store still has for them is dead-lettered.
  std::span<const std::string_view> retired{};
  /// What the service declares and this version of the runtime does not do, for people. Not empty:
  /// it refuses to start.
  std::span<const std::string_view> unserved{};

  /// Whether this service runs the endpoint. Services generated into one file share the table of
  /// endpoints, calls and all.
  bool runs(const Endpoint& endpoint) const noexcept {
    return endpoint.service == service_no && endpoint.call != nullptr;
  }

  /// Binary searches; -1 when there is none.
  int find_message(std::string_view wire_name) const noexcept;
  int find_endpoint(std::string_view id) const noexcept;
  int find_channel(std::string_view name) const noexcept;

  /// Its wire names, endpoint ids and channels' names are within limits::kIdBytesMax; else `bug`,
  /// `id_too_long`.
  Result<void> check_ids() const;
};

}  // namespace flow
