#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dispatch.h"
#include "engine/random.h"
#include "engine/unit_of_work.h"
#include "flow/clock.h"
#include "flow/handling.h"

namespace flow {

/// Where ids come from; passed in. Used by one thread.
struct IdSource {
  explicit IdSource(std::uint64_t seed) : random(seed) {}
  Uuid next(Timestamp now) { return generator.next(now, random.next64()); }

  Random random;
  UuidGenerator generator;
};

/// Opens SQL in the unit of work; throws SqlError.
class SqlSource {
 public:
  virtual ~SqlSource() = default;
  /// `stop` ends the wait for the write side.
  virtual std::unique_ptr<SqlScope> open(const std::stop_token& stop) = 0;
  /// SQL that reads what is committed, beside the unit of work.
  virtual std::unique_ptr<Sql> open_reading() = 0;
  /// Told which scope a handling uses, so that it can be revoked while the handler runs; nullptr:
  /// none now.
  virtual void opened(SqlScope* scope) = 0;
};

/// What all handlings of one process share.
struct HandlingWorld {
  const Topology& topology;
  const DispatchTable& routes;
  const void* handlers;
  const Clock& clock;
};

/// One unit of work being filled: by the handler of a delivery, or by a call of the bus, and by the
/// handlers that those call in turn.
class UnitBuilder {
 public:
  /// `asks`: it is the call of a query from outside, which waits for no writer.
  UnitBuilder(const HandlingWorld& world, IdSource& ids, SqlSource& sql, std::stop_token stop,
              bool asks = false)
      : world_(world), ids_(ids), sql_source_(sql), stop_(std::move(stop)), asks_(asks) {}
  ~UnitBuilder();
  UnitBuilder(const UnitBuilder&) = delete;
  UnitBuilder& operator=(const UnitBuilder&) = delete;

  const HandlingWorld& world() const { return world_; }
  IdSource& ids() { return ids_; }
  const std::stop_token& stop() const { return stop_; }
  Sql& sql();
  /// For a query's handler: it reads what was written in this unit of work, and writes nothing.
  /// Within a unit that may write, what it read holds until the unit commits.
  Sql& reading();
  bool has_sql() const { return scope_ != nullptr; }

  /// Adds a message that goes out. Throws BusError when the unit has grown too large.
  void add(Outgoing out);
  const std::vector<Outgoing>& outgoing() const { return outgoing_; }
  /// Takes back what was added after the first `kept`.
  void take_back(std::size_t kept) noexcept;
  std::vector<Outgoing> release_outgoing() { return std::move(outgoing_); }

  /// The scope, for the unit's submission.
  std::unique_ptr<SqlScope> release_sql();
  /// A nested handler failed: what it wrote by SQL cannot be taken back alone, so the whole unit
  /// must not commit, even if the caller swallowed the exception. Throws when that has happened.
  void check_whole() const;
  void doom(std::string_view endpoint);
  /// Nothing was done with it.
  bool untouched() const {
    return outgoing_.empty() && scope_ == nullptr && reading_ == nullptr && doomed_.empty();
  }

 private:
  const HandlingWorld& world_;
  IdSource& ids_;
  SqlSource& sql_source_;
  std::stop_token stop_;
  bool asks_;
  std::unique_ptr<SqlScope> scope_;
  std::vector<Outgoing> outgoing_;
  std::size_t outgoing_bytes_ = 0;  // of their payloads
  std::unique_ptr<Sql> reading_;
  std::string doomed_;
};

/// flow::Handling over a unit of work: of the delivery itself (depth 0) or of a handler called
/// within it.
class EngineHandling final : public Handling {
 public:
  /// For a delivery.
  EngineHandling(UnitBuilder& unit, const Message& message, const Endpoint& endpoint,
                 std::uint32_t attempt)
      : unit_(unit), message_(message), endpoint_(&endpoint), attempt_(attempt) {}
  /// For a call of the bus, which handles nothing yet.
  EngineHandling(UnitBuilder& unit, const Message& nothing) : unit_(unit), message_(nothing) {}

  const Topology& topology() const override { return unit_.world().topology; }
  const Message& message() const override { return message_; }
  std::string_view endpoint_id() const override { return endpoint_ ? endpoint_->id : ""; }
  std::uint32_t attempt() const override { return attempt_; }
  std::string idempotency_key() const override;
  std::stop_token stop_token() const override { return unit_.stop(); }
  Timestamp now() const override { return unit_.world().clock.now(); }
  Sql& sql() override { return handles_query() ? unit_.reading() : unit_.sql(); }
  void emit(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options) override;
  std::string ask(MessageNo type, std::optional<std::string> key, std::string payload) override;
  void reply(std::string payload) override;

  /// As emit(); returns the message's id.
  Uuid send(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options);

 private:
  EngineHandling(EngineHandling& parent, const Message& message, const Endpoint& endpoint)
      : unit_(parent.unit_),
        message_(message),
        endpoint_(&endpoint),
        attempt_(parent.attempt_),
        parent_(&parent),
        depth_(parent.depth_ + 1),
        call_(parent.calls_) {}

  Message make(MessageNo type, std::optional<std::string> key, std::string payload,
               const SendOptions& options);
  std::string call(const Message& message, const Endpoint& endpoint);
  bool handles_query() const {
    return endpoint_ != nullptr &&
           topology().messages[endpoint_->message].kind == MessageKind::query;
  }

  UnitBuilder& unit_;
  const Message& message_;
  const Endpoint* endpoint_ = nullptr;
  std::uint32_t attempt_ = 1;
  const EngineHandling* parent_ = nullptr;
  int depth_ = 0;
  std::uint32_t call_ = 0;   // which call of its parent this is, from 1
  std::uint32_t calls_ = 0;  // nested calls made so far
  std::string reply_;
  bool replied_ = false;
};

}  // namespace flow
