#include "engine/handling.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/sendable.h"
#include "flow/limits.h"
#include "flow/service.h"

namespace flow {
namespace {

[[noreturn]] void refuse(std::string code, std::string text) {
  throw BusError({Category::bug, std::move(code), std::move(text)});
}

}  // namespace

// ---- the unit

UnitBuilder::~UnitBuilder() {
  if (scope_) sql_source_.opened(nullptr);
}

Sql& UnitBuilder::sql() {
  if (!scope_) {
    scope_ = sql_source_.open(stop_);
    sql_source_.opened(scope_.get());
  }
  return *scope_;
}

Sql& UnitBuilder::reading() {
  if (!scope_ && asks_) {
    if (!reading_) reading_ = sql_source_.open_reading();
    return *reading_;
  }
  sql();
  return scope_->reading();
}

std::unique_ptr<SqlScope> UnitBuilder::release_sql() {
  if (scope_) sql_source_.opened(nullptr);
  return std::move(scope_);
}

void UnitBuilder::add(Outgoing out) {
  const std::size_t bytes = out.message.payload.size();
  if (outgoing_.size() >= limits::kUnitMessagesMax) {
    refuse("unit_too_large",
           fmt::format("a unit of work sends at most {} messages: divide it into several",
                       limits::kUnitMessagesMax));
  }
  if (bytes > limits::kUnitBytesMax - outgoing_bytes_) {
    refuse("unit_too_large",
           fmt::format("the payloads of a unit of work have at most {} bytes together, and this "
                       "message would make them {}: divide it into several",
                       limits::kUnitBytesMax, outgoing_bytes_ + bytes));
  }
  outgoing_bytes_ += bytes;
  outgoing_.push_back(std::move(out));
}

void UnitBuilder::take_back(std::size_t kept) noexcept {
  for (; outgoing_.size() > kept; outgoing_.pop_back())
    outgoing_bytes_ -= outgoing_.back().message.payload.size();
}

void UnitBuilder::doom(std::string_view endpoint) {
  if (doomed_.empty()) doomed_ = endpoint;
}

void UnitBuilder::check_whole() const {
  if (doomed_.empty()) return;
  refuse("nested_failure",
         fmt::format(
             "handler `{}` failed in this unit of work, which therefore cannot commit; let its "
             "exception pass",
             doomed_));
}

// ---- the handling

std::string EngineHandling::idempotency_key() const {
  if (endpoint_ == nullptr) return {};
  if (parent_ == nullptr || parent_->endpoint_ == nullptr) {
    return fmt::format("{}/{}", endpoint_->id, message_.id.to_string());
  }
  // The ids of messages made within an attempt differ from attempt to attempt, the calls' order
  // does not.
  return fmt::format("{}/{}.{}", parent_->idempotency_key(), call_, endpoint_->id);
}

Message EngineHandling::make(MessageNo type, std::optional<std::string> key, std::string payload,
                             const SendOptions& options) {
  const MessageType& message_type = topology().messages[type];
  check_sendable(message_type, key, payload, options);
  const Timestamp at = now();
  Message message;
  message.id = options.id ? *options.id : unit_.ids().next(at);
  message.type = type;
  message.key = std::move(key);
  const bool root = message_.id.is_nil();
  message.correlation_id = root ? message.id : message_.correlation_id;
  if (!root) message.causation_id = message_.id;
  message.traceparent = message_.traceparent;
  message.created_at = at;
  message.expires_at = expiry_of(message_type, options, at);
  message.headers = options.headers;
  if (message_type.version > 1)
    message.headers.emplace(kVersionHeader, std::to_string(message_type.version));
  message.payload = std::move(payload);
  return message;
}

void EngineHandling::emit(MessageNo type, std::optional<std::string> key, std::string payload,
                          const SendOptions& options) {
  send(type, std::move(key), std::move(payload), options);
}

Uuid EngineHandling::send(MessageNo type, std::optional<std::string> key, std::string payload,
                          const SendOptions& options) {
  const DispatchTable::Route& route = unit_.world().routes.route(type);
  const MessageType& message_type = topology().messages[type];
  Message message = make(type, std::move(key), std::move(payload), options);
  const Uuid id = message.id;
  if (!route.callers.empty()) {
    if (options.delay.count() > 0) {
      refuse("delay_in_line",
             fmt::format("`{}` is handled in the caller's unit of work, so it cannot "
                         "be delayed",
                         message_type.wire_name));
    }
    // The handlers run before anyone can know whether the id was sent before.
    if (options.id) {
      refuse("id_in_line",
             fmt::format("`{}` is handled in the caller's unit of work, so sending it again would "
                         "handle it again: it cannot have an id of the sender's",
                         message_type.wire_name));
    }
    for (const EndpointNo endpoint : route.callers) call(message, topology().endpoints[endpoint]);
  }
  if (!route.channels.empty()) {
    Outgoing out{std::move(message), std::nullopt, options.id.has_value()};
    if (options.delay.count() > 0)
      out.due = std::min(saturating_add(out.message.created_at, options.delay), kEndOfTime);
    unit_.add(std::move(out));
  } else if (message_type.kind != MessageKind::event && route.callers.empty()) {
    refuse("no_endpoint",
           fmt::format("no handler of `{}` can be reached from service `{}`{}",
                       message_type.wire_name, topology().service,
                       route.elsewhere
                           ? ": it is handled in the caller's unit of work by another service"
                           : ""));
  }
  return id;
}

std::string EngineHandling::ask(MessageNo type, std::optional<std::string> key,
                                std::string payload) {
  const DispatchTable::Route& route = unit_.world().routes.route(type);
  if (route.callers.empty()) {
    refuse("no_endpoint", fmt::format("`{}` has no handler in service `{}`",
                                      topology().messages[type].wire_name, topology().service));
  }
  const Message message = make(type, std::move(key), std::move(payload), {});
  return call(message, topology().endpoints[route.callers.front()]);
}

std::string EngineHandling::call(const Message& message, const Endpoint& endpoint) {
  if (depth_ + 1 > limits::kCallsDeepMax) {
    refuse("nested_too_deep",
           fmt::format(
               "handlers call each other more than {} deep in one unit of work; the last is `{}`",
               limits::kCallsDeepMax, endpoint.id));
  }
  ++calls_;
  EngineHandling nested(*this, message, endpoint);
  const std::size_t before = unit_.outgoing().size();
  const bool query = topology().messages[endpoint.message].kind == MessageKind::query;
  struct Undo {
    UnitBuilder& unit;
    const Endpoint& endpoint;
    std::size_t before;
    bool query;
    bool done = false;
    ~Undo() {
      if (done) return;
      unit.take_back(before);
      if (!query) unit.doom(endpoint.id);
    }
  } undo{unit_, endpoint, before, query};
  endpoint.call(unit_.world().handlers, nested);
  if (query && !nested.replied_) {
    refuse("no_reply", fmt::format("handler `{}` did not reply", endpoint.id));
  }
  undo.done = true;
  return std::move(nested.reply_);
}

void EngineHandling::reply(std::string payload) {
  if (endpoint_ != nullptr) check_reply(topology().messages[endpoint_->message], payload);
  reply_ = std::move(payload);
  replied_ = true;
}

}  // namespace flow
