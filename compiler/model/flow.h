#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/types.h"

/// What messages go through: channels, endpoints, and the components that have them.
namespace flowc::model {

/// What a schedule's handler takes.
struct Nothing {
  friend bool operator==(Nothing, Nothing) = default;
};

/// What an endpoint takes or gives: a record or a message; a scheduled handler takes nothing.
struct Payload {
  std::variant<MessageId, RecordId, Nothing> type;
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
  bool isolated = false;  ///< in a worker process of its own
};

/// Where a handler runs.
enum class Dispatch {
  channel,  ///< from its channel, in a unit of work of its own; a step without one: from its slip's
  caller,   ///< a command without a channel, a query, an `inline` event handler: in the caller's
            ///< unit of work
  chained   ///< named by another handler's `then` only: takes its result, in its unit of work
};

/// What becomes of a delivery whose retries are spent, and of those behind it.
enum class OnFailure { retry, park_key, skip_key, dead_letter, stop_channel };

/// `every "0 3 * * *" in "Europe/Paris"`, `every 5m`.
struct Schedule {
  std::string cron;            ///< five fields; empty for a period
  std::int64_t period_us = 0;  ///< of `every 5m`
  std::string zone = "UTC";    ///< of cron
};

struct Batch {
  std::uint32_t up_to = 1;
  std::int64_t within_us = 0;  ///< from the first message; 0: what is there
};

/// Where messages end up: a handler, a step, an orchestrator's start, a saga's or a forward's share
/// of one message, a translation. What it is, its component's kind says.
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
  std::vector<std::string> old_ids;  ///< `was "old"`: what is in flight under these is taken
  std::vector<PublisherId> uses;
  std::vector<SagaId> starts;
  std::vector<MessageId> schedules;         ///< sent or published later
  std::vector<std::uint32_t> declassified;  ///< fields of what it takes that may leave
  OnFailure on_failure = OnFailure::retry;
  std::optional<Schedule> schedule;
  std::optional<Batch> batch;
  std::optional<std::uint32_t> idempotent_by;  ///< field of what it takes
  std::optional<EndpointId> undo;              ///< of a step
  bool may_stop = false;                       ///< of a step: `or stop`
};

enum class ComponentKind { handlers, steps, orchestrator, saga, forward, translator };

/// What a service is made of.
struct Component : Declaration {
  ModuleId module{};
  ComponentKind kind = ComponentKind::handlers;
  std::uint32_t detail = 0;  ///< index into Program's table of its kind: orchestrators, sagas, …
  std::vector<EndpointId>
      endpoints;  ///< a forward has one a publisher, so that none waits for another
  std::vector<std::string> retired;  ///< endpoint ids whose deliveries are dead letters
};

}  // namespace flowc::model
