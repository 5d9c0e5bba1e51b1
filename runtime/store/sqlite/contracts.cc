#include "store/sqlite/contracts.h"

#include <algorithm>

#include "store/sqlite/codec.h"
#include "store/sqlite/ownership.h"

namespace flow::sqlite {

namespace {

Result<std::int64_t> ensure_stream(Transaction& t, const MessageType& message) {
  Result<void> added =
      t.database.run("INSERT OR IGNORE INTO flow_stream(wire_name) VALUES (?)", message.wire_name);
  if (!added) return added.error();
  return t.database.scalar("SELECT id FROM flow_stream WHERE wire_name = ?", message.wire_name);
}

Result<std::int64_t> ensure_channel(Transaction& t, const ChannelPolicy& channel) {
  Result<void> added =
      t.database.run("INSERT OR IGNORE INTO flow_channel(name) VALUES (?)", channel.name);
  if (!added) return added.error();
  return t.database.scalar("SELECT id FROM flow_channel WHERE name = ?", channel.name);
}

// To another channel, or (with nothing left) to another message. Nobody who is alive serves it.
Result<void> move(Transaction& t, EndpointState& known, const Endpoint& declared,
                  std::int64_t stream, std::int64_t channel, Timestamp now) {
  if (t.catalog.streams[known.stream].id != stream) {
    const std::uint64_t left = known.depth(t.catalog.streams[known.stream]);
    if (left != 0) {
      return Error{Category::bug, "endpoint_changed",
                   "endpoint " + known.name + " handled " +
                       t.catalog.streams[known.stream].wire_name + " and has " +
                       std::to_string(left) +
                       " deliveries of it left: handle them with the old program first, or give the"
                       " new handler another endpoint id"};
    }
    return t.database.run(
        "UPDATE flow_endpoint SET stream = s.id, cursor = s.tail, claimed = s.tail, done = '',"
        " channel = ? FROM (SELECT id, tail FROM flow_stream WHERE id = ?) AS s"
        " WHERE flow_endpoint.name = ?",
        channel, stream, declared.id);
  }
  const ChannelState& old = t.catalog.channels[known.channel];
  if (old.id == channel) return {};
  // The old channel's last owner may have begun some of its deliveries.
  if (old.node != 0) {
    if (Result<void> recovered = recover(t, old, now, &known); !recovered) return recovered;
    Result<void> written =
        t.database.run("UPDATE flow_endpoint SET cursor = ?, done = ? WHERE id = ?",
                       to_sql(known.cursor), known.done.to_text(), known.id);
    if (!written) return written;
  }
  Result<void> moved =
      t.database.run("UPDATE flow_endpoint SET channel = ? WHERE id = ?", channel, known.id);
  if (!moved) return moved;
  return t.database.run("UPDATE flow_row SET channel = ? WHERE endpoint = ?", channel, known.id);
}

Result<void> ensure_endpoint(Transaction& t, const std::vector<Member>& members,
                             const Endpoint& declared, std::int64_t stream, std::int64_t channel,
                             Timestamp now) {
  EndpointState* known = t.catalog.find_endpoint(declared.id);
  if (known == nullptr) {
    return t.database.run(
        "INSERT INTO flow_endpoint(name, stream, channel, cursor, claimed)"
        " SELECT ?, id, ?, tail, tail FROM flow_stream WHERE id = ?",
        declared.id, channel, stream);
  }
  if (known->closed || who_reads(members, known->name) != nullptr) return {};
  return move(t, *known, declared, stream, channel, now);
}

Result<void> close(Transaction& t, const EndpointState& endpoint) {
  return t.database.run("UPDATE flow_endpoint SET closed = ? WHERE id = ? AND closed IS NULL",
                        to_sql(t.catalog.streams[endpoint.stream].tail), endpoint.id);
}

Result<void> close_retired(Transaction& t, Timestamp now) {
  const Topology& topology = t.catalog.topology();
  for (const std::string_view name : topology.retired) {
    const EndpointState* endpoint = t.catalog.find_endpoint(name);
    if (endpoint != nullptr && !endpoint->closed) {
      if (Result<void> closed = close(t, *endpoint); !closed) return closed;
      t.effects.foreign = true;
    }
    Result<void> noted = t.database.run("INSERT OR IGNORE INTO flow_retired VALUES (?,?,?)", name,
                                        topology.program, to_sql(now));
    if (!noted) return noted;
  }
  return {};
}

struct Retirement {
  std::string program;
  Timestamp at{};
};

Result<std::optional<Retirement>> retirement_of(Transaction& t, std::string_view endpoint) {
  Run run = t.database.query("SELECT program, at FROM flow_retired WHERE name = ?", endpoint);
  if (!run.next()) {
    if (!run.ok()) return run.error();
    return std::optional<Retirement>{};
  }
  return std::optional{Retirement{std::string{run.text(0)}, from_sql(run.integer(1))}};
}

std::string ticked(std::string_view name) {
  return "`" + std::string{name} + "`";
}

// One endpoint that this program declares and does not have.
Result<void> reconcile_one(Transaction& t, const std::vector<Member>& members, EndpointNo no,
                           const Now& now, Reconciled& out) {
  const Topology& topology = t.catalog.topology();
  const Endpoint& declared = topology.endpoints[no];
  const std::string name{declared.id};
  const EndpointState* known = t.catalog.find_endpoint(name);
  Result<std::optional<Retirement>> retired = retirement_of(t, name);
  if (!retired) return retired.error();
  if (*retired) {
    const std::string by = ticked((*retired)->program) + " at " + flow::to_string((*retired)->at);
    if (const Member* retirer = who_retires(members, name)) {
      out.apart.push_back("endpoint " + ticked(name) + " was retired by " + by +
                          " and gets nothing here while that program runs (" + name_of(*retirer) +
                          ")");
      return {};
    }
    if (known != nullptr) return {};  // what it has left is being dead-lettered
    if (Result<void> gone = t.database.run("DELETE FROM flow_retired WHERE name = ?", name); !gone)
      return gone;
    out.apart.push_back("endpoint " + ticked(name) + " was retired by " + by +
                        ", which runs no more: it begins anew, at the end of its stream; what it "
                        "had left then is in the dead letters");
  } else if (known != nullptr && known->closed) {
    return {};
  } else if (known != nullptr) {
    const std::string& channel = t.catalog.channels[known->channel].name;
    const std::string& message = t.catalog.streams[known->stream].wire_name;
    if (const Member* holder = who_reads(members, name)) {
      out.apart.push_back("endpoint " + ticked(name) + " handles " + ticked(message) +
                          " on channel " + ticked(channel) + " of " + name_of(*holder) +
                          ", otherwise than here: it comes here when that runs no more");
      return {};
    }
  }
  Result<std::int64_t> stream = ensure_stream(t, topology.messages[declared.message]);
  if (!stream) return stream.error();
  Result<std::int64_t> channel = ensure_channel(t, topology.channels[declared.channel]);
  if (!channel) return channel.error();
  Result<void> ensured = ensure_endpoint(t, members, declared, *stream, *channel, now.wall);
  if (!ensured && ensured.error().category == Category::bug) {
    out.apart.push_back(ensured.error().text);
    return {};
  }
  if (!ensured) return ensured;
  out.changed.push_back(declared.channel);
  return {};
}

}  // namespace

Result<void> register_topology(Transaction& t, const Membership& membership, const Now& now) {
  const Topology& topology = t.catalog.topology();
  Result<std::vector<Member>> members = read_members(t.database, t.node, membership.self(), now);
  if (!members) return members.error();
  if (Result<void> closed = close_retired(t, now.wall); !closed) return closed;
  std::vector<std::int64_t> streams, channels;
  for (const MessageType& message : topology.messages) {
    Result<std::int64_t> id = ensure_stream(t, message);
    if (!id) return id.error();
    streams.push_back(*id);
  }
  for (const ChannelPolicy& channel : topology.channels) {
    Result<std::int64_t> id = ensure_channel(t, channel);
    if (!id) return id.error();
    channels.push_back(*id);
  }
  for (const Endpoint& endpoint : topology.endpoints) {
    if (endpoint.dispatch != Dispatch::channel || endpoint.channel >= channels.size()) continue;
    // What another program retired comes back when this one serves it, if at all: see reconcile().
    Result<std::optional<Retirement>> retired = retirement_of(t, endpoint.id);
    if (!retired) return retired.error();
    if (*retired) continue;
    Result<void> ensured = ensure_endpoint(t, *members, endpoint, streams[endpoint.message],
                                           channels[endpoint.channel], now.wall);
    if (!ensured) return ensured;
  }
  t.effects.foreign = true;
  return {};
}

Result<void> reconcile(Transaction& t, const Membership& membership, const Now& now,
                       Reconciled& out) {
  if (t.catalog.missing.empty() && !t.catalog.revived) return {};
  Result<std::vector<Member>> members = read_members(t.database, t.node, membership.self(), now);
  if (!members) return members.error();
  if (t.catalog.revived) {
    if (Result<void> closed = close_retired(t, now.wall); !closed) return closed;
  }
  const std::vector<EndpointNo> missing = t.catalog.missing;
  for (const EndpointNo no : missing) {
    const Topology& topology = t.catalog.topology();
    if (topology.endpoints[no].service != topology.service_no) continue;
    if (Result<void> done = reconcile_one(t, *members, no, now, out); !done) return done;
  }
  return t.catalog.read(t.database);
}

Result<void> retire(Transaction& t, const Membership& membership, std::string_view name,
                    const Now& now) {
  const EndpointState* endpoint = t.catalog.find_endpoint(name);
  if (endpoint == nullptr) {
    return Error{Category::bug, "no_such_endpoint", "the store knows no endpoint " + ticked(name)};
  }
  const Topology& topology = t.catalog.topology();
  const int no = topology.find_endpoint(name);
  if (no >= 0 && topology.endpoints[static_cast<std::size_t>(no)].dispatch == Dispatch::channel) {
    return Error{Category::bug, "endpoint_in_use",
                 "endpoint " + ticked(name) + " is declared: only what is not can be retired"};
  }
  Result<std::vector<Member>> members = read_members(t.database, t.node, membership.self(), now);
  if (!members) return members.error();
  if (const Member* server = who_reads(*members, endpoint->name)) {
    return Error{Category::rejected, "endpoint_in_use",
                 "endpoint " + ticked(name) + " is served by a running program (" +
                     name_of(*server) +
                     "): end that program first, or let its successor say `retired`"};
  }
  t.effects.foreign = true;
  return close(t, *endpoint);
}

namespace {

#define FLOW_BURIED_COLUMNS                                                                       \
  "endpoint, channel, wire_name, attempts, category, reason, dead_at, replays, errors, ordinal, " \
  "position, " FLOW_MESSAGE_COLUMNS

/// Moves what an endpoint has left to the dead letters.
class Burial {
 public:
  Burial(Transaction& transaction, EndpointState& endpoint, Timestamp now)
      : t_(transaction),
        endpoint_(endpoint),
        stream_(t_.catalog.streams[endpoint.stream]),
        channel_(t_.catalog.channels[endpoint.channel]),
        now_(now) {}

  /// At most `max`; sets `moved`.
  Result<void> run(std::uint64_t max, std::uint64_t& moved) {
    Result<std::optional<Retirement>> retired = retirement_of(t_, endpoint_.name);
    if (!retired) return retired.error();
    reason_ = *retired ? "endpoint retired by " + ticked((*retired)->program) : "no such endpoint";
    if (Result<void> rows = bury_rows(max, moved); !rows) return rows;
    return moved < max ? bury_line(max, moved) : Result<void>{};
  }

 private:
  Result<void> bury_rows(std::uint64_t max, std::uint64_t& moved) {
    Result<void> buried =
        t_.database.run("INSERT INTO flow_dead_letter(" FLOW_BURIED_COLUMNS
                        ") SELECT ?, ?, ?, attempts, ?, ?, ?, replays, errors, ordinal, "
                        "position, " FLOW_MESSAGE_COLUMNS
                        " FROM flow_row WHERE channel = ? AND endpoint = ? ORDER BY id LIMIT ?",
                        endpoint_.name, channel_.name, stream_.wire_name, kCategory, reason_,
                        to_sql(now_), channel_.id, endpoint_.id, to_sql(max));
    if (!buried) return buried;
    moved += static_cast<std::uint64_t>(t_.database.changes());
    return t_.database.run(
        "DELETE FROM flow_row WHERE id IN (SELECT id FROM flow_row WHERE channel = ? AND endpoint "
        "= "
        "? ORDER BY id LIMIT ?)",
        channel_.id, endpoint_.id, to_sql(max));
  }

  // The gaps between what is done, and what follows it.
  Result<void> bury_line(std::uint64_t max, std::uint64_t& moved) {
    const std::uint64_t end = endpoint_.end(stream_);
    while (moved < max && endpoint_.cursor < end) {
      const std::uint64_t first = endpoint_.cursor + 1;
      std::uint64_t last = std::min(end, endpoint_.cursor + (max - moved));
      const auto& done = endpoint_.done.ranges();
      if (!done.empty()) last = std::min(last, done.begin()->first - 1);
      Result<void> buried = t_.database.run(
          "INSERT INTO flow_dead_letter(" FLOW_BURIED_COLUMNS
          ") SELECT ?, ?, ?, 0, ?, ?, ?, 0, '', id & ((1 << 44) - 1), "
          "position, " FLOW_MESSAGE_COLUMNS " FROM flow_log WHERE id >= ? AND id <= ? ORDER BY id",
          endpoint_.name, channel_.name, stream_.wire_name, kCategory, reason_, to_sql(now_),
          log_id(stream_.id, first), log_id(stream_.id, last));
      if (!buried) return buried;
      moved += static_cast<std::uint64_t>(t_.database.changes());
      for (std::uint64_t ordinal = first; ordinal <= last; ++ordinal)
        endpoint_.done.mark(ordinal, endpoint_.cursor);
    }
    return t_.database.run(
        "UPDATE flow_endpoint SET cursor = ?, claimed = ?, done = ? WHERE id = ?",
        to_sql(endpoint_.cursor), to_sql(std::max(endpoint_.claimed, endpoint_.cursor)),
        endpoint_.done.to_text(), endpoint_.id);
  }

  static constexpr auto kCategory = static_cast<std::int64_t>(Category::poison);
  Transaction& t_;
  EndpointState& endpoint_;
  const StreamState& stream_;
  const ChannelState& channel_;
  const Timestamp now_;
  std::string reason_;
};

// The endpoint has nothing left. What waited behind its rows waits for nobody now.
Result<void> forget(Transaction& t, const EndpointState& endpoint) {
  const ChannelState& channel = t.catalog.channels[endpoint.channel];
  Result<void> freed = t.database.run(
      "UPDATE flow_row SET due = 0 WHERE channel = ?1 AND due IS NULL AND NOT EXISTS("
      "SELECT 1 FROM flow_row AS r WHERE r.channel = ?1 AND r.key = flow_row.key"
      " AND (r.position, r.id) < (flow_row.position, flow_row.id))",
      channel.id);
  if (!freed) return freed;
  t.effects.wake_channel(channel.no);
  return t.database.run("DELETE FROM flow_endpoint WHERE id = ?", endpoint.id);
}

}  // namespace

Result<void> bury_closed(Transaction& t, Timestamp now, std::uint64_t max, std::uint64_t& moved,
                         bool& more) {
  more = false;
  std::uint64_t done = 0;
  for (EndpointState& endpoint : t.catalog.endpoints) {
    if (!endpoint.closed) continue;
    if (done < max) {
      if (Result<void> buried = Burial{t, endpoint, now}.run(max, done); !buried) return buried;
    }
    if (done >= max) {
      more = true;
      break;
    }
    if (Result<void> forgotten = forget(t, endpoint); !forgotten) return forgotten;
  }
  moved += done;
  return {};
}

}  // namespace flow::sqlite
