#include "store/sqlite/unit.h"

#include <algorithm>
#include <string>

#include "store/sqlite/codec.h"
#include "store/sqlite/sent.h"

namespace flow::sqlite {

namespace {

Error not_registered(std::string_view what) {
  return {Category::bug, "not_registered",
          std::string{what} + " is not in the store: register_topology() comes first"};
}

// The memory side of what a unit does, to take back when the unit fails half way.
class Undo {
 public:
  explicit Undo(Catalog& catalog) : catalog_(catalog), position_(catalog.position) {}
  void remember(UnitOfWork& unit) {
    for (const Outgoing& outgoing : unit.outgoing) {
      const StreamState* stream = catalog_.stream(outgoing.message.type);
      if (stream != nullptr) tails_.emplace_back(outgoing.message.type, stream->tail);
    }
  }
  void take_back() {
    catalog_.position = position_;
    for (auto it = tails_.rbegin(); it != tails_.rend(); ++it)
      catalog_.stream(it->first)->tail = it->second;
  }

 private:
  Catalog& catalog_;
  std::uint64_t position_;
  std::vector<std::pair<MessageNo, std::uint64_t>> tails_;
};

Error already_done(const EndpointState& endpoint, std::uint64_t ordinal) {
  return {Category::fenced, "already_done",
          "this delivery was consumed before: " + endpoint.name + " ordinal " +
              std::to_string(ordinal)};
}

// The inbox.
bool is_done(const EndpointState& endpoint, std::uint64_t ordinal) {
  return ordinal <= endpoint.cursor || endpoint.done.contains(ordinal);
}

Result<void> check_owned(Transaction& t, ChannelNo no) {
  const ChannelState* channel = t.catalog.channel(no);
  if (channel == nullptr) return not_registered("the channel");
  if (t.node == 0 || channel->node != t.node) {
    return Error{Category::fenced, "lease_lost",
                 "channel " + channel->name + " is served by another process now"};
  }
  return {};
}

class Application {
 public:
  Application(Transaction& transaction, UnitOfWork& unit) : t_(transaction), unit_(unit) {}

  Result<Committed> run() {
    if (Result<void> checked = check(); !checked) return checked.error();
    Undo undo(t_.catalog);
    const auto given = std::ranges::count_if(unit_.outgoing, &Outgoing::given_id);
    const std::size_t statements = unit_.outgoing.size() + static_cast<std::size_t>(given) +
                                   (unit_.put ? 2 : 0) + (unit_.dead_letter ? 2 : 0) +
                                   (unit_.consumed && unit_.consumed->row != 0 ? 2 : 0);
    const bool guarded = statements > 1;
    if (!unit_.outgoing.empty()) undo.remember(unit_);
    if (guarded) {
      if (Result<void> saved = t_.database.run("SAVEPOINT flow_unit"); !saved) return saved.error();
    }
    Result<Committed> written = write();
    if (!written) {
      undo.take_back();
      if (guarded) t_.database.roll_back_to("flow_unit");
      return written;
    }
    if (guarded) {
      if (Result<void> released = t_.database.run("RELEASE flow_unit"); !released)
        return released.error();
    }
    mark_done();
    return written;
  }

 private:
  Result<void> check() {
    if (unit_.channel != no_channel && (unit_.consumed || unit_.put)) {
      if (Result<void> owned = check_owned(t_, unit_.channel); !owned) return owned;
    }
    if (unit_.consumed) {
      consumed_ = t_.catalog.endpoint(unit_.consumed->endpoint);
      if (consumed_ == nullptr) return not_registered("the endpoint");
      const std::uint64_t ordinal = unit_.consumed->ordinal;
      if (unit_.consumed->row == 0 && is_done(*consumed_, ordinal))
        return already_done(*consumed_, ordinal);
    }
    if (unit_.put && t_.catalog.endpoint(unit_.put->delivery.endpoint) == nullptr) {
      return not_registered("the endpoint");
    }
    for (const Outgoing& outgoing : unit_.outgoing) {
      if (t_.catalog.stream(outgoing.message.type) == nullptr)
        return not_registered("the message type");
    }
    return {};
  }

  Result<Committed> write() {
    Committed committed;
    for (const Outgoing& outgoing : unit_.outgoing) {
      Result<bool> sent = send(outgoing);
      if (!sent) return sent.error();
      if (!*sent) ++committed.sent_before;
    }
    if (unit_.consumed && unit_.consumed->row != 0) {
      if (Result<void> removed = remove_row(); !removed) return removed.error();
    }
    if (unit_.put) {
      Result<std::int64_t> row = unit_.put->delivery.row == 0 ? insert() : rewrite();
      if (!row) return row.error();
      committed.row = *row;
    }
    if (unit_.dead_letter) {
      if (Result<void> buried = bury(*unit_.dead_letter); !buried) return buried.error();
    }
    if (unit_.consumed && unit_.consumed->row != 0 && unit_.consumed->message->key) {
      const ChannelNo no = t_.catalog.channels[consumed_->channel].no;
      if (no != no_channel && t_.catalog.topology().channels[no].ordered_by_key) {
        Result<void> promoted =
            t_.promote(t_.catalog.channels[consumed_->channel].id, *unit_.consumed->message->key);
        if (!promoted) return promoted.error();
        if (t_.database.changes() != 0) t_.effects.wake_channel(no);
      }
    }
    return committed;
  }

  // False: it was sent before.
  Result<bool> send(const Outgoing& outgoing) {
    StreamState& stream = *t_.catalog.stream(outgoing.message.type);
    if (outgoing.given_id) {
      Result<bool> before = was_sent(t_, stream, outgoing.message);
      if (!before) return before;
      if (*before) return false;
    }
    Result<void> sent = outgoing.due ? delay(outgoing) : t_.append(stream, outgoing.message);
    if (sent && outgoing.given_id) sent = note_sent(t_, stream, outgoing);
    if (!sent) return sent.error();
    return true;
  }

  Result<void> delay(const Outgoing& outgoing) {
    const StreamState& stream = *t_.catalog.stream(outgoing.message.type);
    const std::string headers = headers_to_text(outgoing.message.headers);
    Run run = t_.database.prepare("INSERT INTO flow_delayed(due, stream, " FLOW_MESSAGE_COLUMNS
                                  ") VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    run.bind_all(to_sql(*outgoing.due), stream.id);
    bind_message(run, 3, outgoing.message, headers);
    if (!t_.effects.timer || *outgoing.due < *t_.effects.timer) t_.effects.timer = *outgoing.due;
    t_.effects.foreign = true;
    return run.finish();
  }

  Result<void> remove_row() {
    Run run = t_.database.query("DELETE FROM flow_row WHERE id = ? RETURNING replays",
                                unit_.consumed->row);
    if (!run.next())
      return run.ok() ? already_done(*consumed_, unit_.consumed->ordinal) : run.error();
    replays_ = static_cast<std::uint32_t>(run.integer(0));
    return run.finish();
  }

  Result<std::int64_t> insert() {
    const RowWrite& put = *unit_.put;
    std::optional<Timestamp> due = put.delivery.due;
    if (put.waiting) due.reset();
    const EndpointState& endpoint = *t_.catalog.endpoint(put.delivery.endpoint);
    t_.effects.wake_channel(t_.catalog.channels[endpoint.channel].no);
    return t_.insert_row(endpoint, put.delivery, due, replays_);
  }

  Result<std::int64_t> rewrite() {
    const Delivery& delivery = unit_.put->delivery;
    const EndpointState& endpoint = *t_.catalog.endpoint(delivery.endpoint);
    std::optional<std::int64_t> due = to_sql(delivery.due);
    if (unit_.put->waiting) {
      Result<std::int64_t> held = t_.database.scalar(
          "SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ? AND key = ? AND position <= ? "
          "AND id <> ?)",
          t_.catalog.channels[endpoint.channel].id, delivery.message->key,
          to_sql(delivery.position), delivery.row);
      if (!held) return held;
      if (*held != 0) due.reset();
    }
    Result<void> written = t_.database.run(
        "UPDATE flow_row SET attempts = ?, due = ?, errors = ? WHERE id = ?",
        std::int64_t{delivery.attempts}, due, errors_to_text(delivery.errors), delivery.row);
    if (!written) return written.error();
    if (t_.database.changes() == 0) {
      return Error{Category::fenced, "already_done",
                   "row " + std::to_string(delivery.row) + " was consumed before"};
    }
    t_.effects.wake_channel(t_.catalog.channels[endpoint.channel].no);
    return delivery.row;
  }

  Result<void> bury(const DeadLetter& dead) {
    const std::string headers = headers_to_text(dead.message.headers);
    const std::string errors = errors_to_text(dead.errors);
    Run run = t_.database.prepare(
        "INSERT INTO flow_dead_letter(endpoint, channel, wire_name, attempts, category, reason, "
        "dead_at, replays, errors,"
        " ordinal, position, " FLOW_MESSAGE_COLUMNS
        ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    run.bind_all(std::string_view{dead.endpoint}, std::string_view{dead.channel},
                 std::string_view{dead.message_type}, std::int64_t{dead.attempts},
                 static_cast<std::int64_t>(dead.category), std::string_view{dead.reason},
                 to_sql(dead.dead_at), std::int64_t{replays_}, std::string_view{errors},
                 to_sql(dead.ordinal), to_sql(dead.position));
    bind_message(run, 12, dead.message, headers);
    if (Result<void> buried = run.finish(); !buried) return buried;
    return note_dead(t_, dead.message.id, dead.endpoint);
  }

  void mark_done() {
    if (!unit_.consumed || unit_.consumed->row != 0) return;
    consumed_->done.mark(unit_.consumed->ordinal, consumed_->cursor);
    consumed_->dirty = true;
  }

  Transaction& t_;
  UnitOfWork& unit_;
  EndpointState* consumed_ = nullptr;
  std::uint32_t replays_ = 0;
};

}  // namespace

Result<void> Transaction::append(const Message& message) {
  StreamState* stream = catalog.stream(message.type);
  if (stream == nullptr) return not_registered("the message type");
  return append(*stream, message);
}

Result<void> Transaction::append(StreamState& stream, const Message& message) {
  if (!stream.read) return {};  // no endpoint: nobody will ever ask for it
  const std::string headers = headers_to_text(message.headers);
  Run run = database.prepare("INSERT INTO flow_log(id, position, " FLOW_MESSAGE_COLUMNS
                             ") VALUES (?,?,?,?,?,?,?,?,?,?,?)");
  run.bind_all(log_id(stream.id, stream.tail + 1), static_cast<std::int64_t>(catalog.position + 1));
  bind_message(run, 3, message, headers);
  if (Result<void> inserted = run.finish(); !inserted) return inserted;
  ++stream.tail;
  ++catalog.position;
  stream.dirty = true;
  catalog.position_dirty = true;
  effects.foreign = true;
  for (const ChannelNo reader : stream.readers) effects.wake_channel(reader);
  return {};
}

Result<void> Transaction::promote(std::int64_t channel, std::string_view key) {
  return database.run(
      "UPDATE flow_row SET due = 0 WHERE due IS NULL AND id = (SELECT id FROM flow_row WHERE "
      "channel = ? AND key = ?"
      " ORDER BY position, id LIMIT 1)",
      channel, key);
}

Result<std::int64_t> Transaction::insert_row(const EndpointState& endpoint,
                                             const Delivery& delivery, std::optional<Timestamp> due,
                                             std::uint32_t replays) {
  const std::int64_t channel = catalog.channels[endpoint.channel].id;
  std::optional<std::int64_t> due_sql;
  if (due) {
    due_sql = to_sql(*due);
  } else {
    Result<std::int64_t> held = database.scalar(
        "SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ? AND key = ? AND position <= ?)",
        channel, delivery.message->key, to_sql(delivery.position));
    if (!held) return held;
    if (*held == 0) due_sql = to_sql(delivery.due);
  }
  const std::string headers = headers_to_text(delivery.message->headers);
  const std::string errors = errors_to_text(delivery.errors);
  Run run = database.prepare(
      "INSERT INTO flow_row(channel, endpoint, stream, ordinal, position, attempts, due, replays, "
      "errors, " FLOW_MESSAGE_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  run.bind_all(channel, endpoint.id, catalog.streams[endpoint.stream].id, to_sql(delivery.ordinal),
               to_sql(delivery.position), std::int64_t{delivery.attempts}, due_sql,
               std::int64_t{replays}, std::string_view{errors});
  bind_message(run, 10, *delivery.message, headers);
  if (Result<void> inserted = run.finish(); !inserted) return inserted.error();
  return database.last_row();
}

Result<void> apply_consumption(Transaction& t, const Consumption& consumption) {
  if (consumption.channel != no_channel) {
    if (Result<void> owned = check_owned(t, consumption.channel); !owned) return owned;
  }
  EndpointState* endpoint = t.catalog.endpoint(consumption.endpoint);
  if (endpoint == nullptr) return not_registered("the endpoint");
  if (is_done(*endpoint, consumption.ordinal)) return already_done(*endpoint, consumption.ordinal);
  endpoint->done.mark(consumption.ordinal, endpoint->cursor);
  endpoint->dirty = true;
  return {};
}

Result<Committed> apply_unit(Transaction& transaction, UnitOfWork& unit) {
  return Application{transaction, unit}.run();
}

}  // namespace flow::sqlite
