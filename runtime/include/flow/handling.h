#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "flow/message.h"
#include "flow/sql.h"
#include "flow/topology.h"

namespace flow {

/// Throw it from a handler to say no for good: the delivery goes straight to the dead letters with
/// this reason.
struct Reject : std::runtime_error {
  explicit Reject(const std::string& reason) : std::runtime_error(reason) {}
};

/// Throw it from a handler to set when the next attempt is due, instead of the channel's retry
/// delays. It counts as an attempt like any other failure. A negative delay is none; one that ends
/// past the year 9999 ends there.
struct RetryAfter : std::runtime_error {
  explicit RetryAfter(microseconds after,
                      const std::string& reason = "retry asked for by the handler")
      : std::runtime_error(reason), delay(after) {}
  microseconds delay;
};

/// A payload that is not what its message type says. Thrown by generated code; dead-lettered
/// without a retry.
struct Undecodable : std::runtime_error {
  explicit Undecodable(const std::string& what) : std::runtime_error(what) {}
};

/// A failed statement or an unusable store, with the category that decides about retries.
struct SqlError : std::runtime_error {
  explicit SqlError(Error failed) : std::runtime_error(failed.text), error(std::move(failed)) {}
  Error error;
};

/// One attempt at one delivery, or one call of the bus, and the unit of work it fills. Generated
/// contexts wrap it; users meet flow::Context. Not thread-safe, except stop_token(): used by the
/// handler's own thread.
class Handling {
 public:
  virtual ~Handling() = default;

  virtual const Topology& topology() const = 0;
  /// What is being handled. In a bus call that handles nothing yet, an empty message.
  virtual const Message& message() const = 0;
  virtual std::string_view endpoint_id() const = 0;
  /// 1 on the first attempt.
  virtual std::uint32_t attempt() const = 0;
  /// Stable over all attempts of this delivery, different for every other one: endpoint id and
  /// message id.
  virtual std::string idempotency_key() const = 0;
  /// Asks to stop when the channel's timeout has passed or the process ends now.
  virtual std::stop_token stop_token() const = 0;
  virtual Timestamp now() const = 0;
  /// SQL in this unit of work. Throws SqlError when the deployment's store has no SQL.
  virtual Sql& sql() = 0;
  /// Adds a message to the unit of work; no key: it is ordered with nothing. A command or event
  /// whose handlers run in the caller's unit of work is handled here and now; what those handlers
  /// throw comes out of it.
  virtual void emit(MessageNo type, std::optional<std::string> key, std::string payload,
                    const SendOptions& options) = 0;
  /// Handles a query or a caller-dispatched command here and now; returns the reply's payload
  /// (queries).
  virtual std::string ask(MessageNo type, std::optional<std::string> key, std::string payload) = 0;
  /// The answer of a query's handler.
  virtual void reply(std::string payload) = 0;
};

/// What every generated context offers, beside the effects its handler declared.
class Context {
 public:
  explicit Context(Handling& handling) : handling_(handling) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Message& message() const { return handling_.message(); }
  std::uint32_t attempt() const { return handling_.attempt(); }
  /// Pass it to what you call outside: it is the same on every attempt of this delivery.
  std::string idempotency_key() const { return handling_.idempotency_key(); }
  std::stop_token stop_token() const { return handling_.stop_token(); }
  /// The host's clock (virtual under test).
  Timestamp now() const { return handling_.now(); }
  Sql& sql() { return handling_.sql(); }

 protected:
  Handling& handling() { return handling_; }

 private:
  Handling& handling_;
};

}  // namespace flow
