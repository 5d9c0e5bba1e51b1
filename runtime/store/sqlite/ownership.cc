#include "store/sqlite/ownership.h"

#include <algorithm>

#include "store/sqlite/codec.h"

namespace flow::sqlite {

namespace {

Result<void> enter_node(Transaction& t, const ProcessIdentity& self, const Now& now) {
  if (t.node != 0) {
    Result<void> renewed =
        t.database.run("UPDATE flow_node SET until = ?, until_steady = ? WHERE id = ?",
                       to_sql(now.wall + kLease), to_sql(now.steady + kLease), t.node);
    if (!renewed) return renewed;
    if (t.database.changes() != 0) return {};
  }
  Result<void> entered = t.database.run(
      "INSERT INTO flow_node(pid, started, boot, pid_space, until, until_steady) VALUES "
      "(?,?,?,?,?,?)",
      self.pid, self.started, self.boot, self.pid_space, to_sql(now.wall + kLease),
      to_sql(now.steady + kLease));
  if (entered) t.node = t.database.last_row();
  return entered;
}

struct Owner {
  bool alive = false;
};

Result<Owner> owner_of(Transaction& t, const ChannelState& channel, const ProcessIdentity& self,
                       const Now& now) {
  Run run = t.database.query("SELECT " FLOW_NODE_COLUMNS " FROM flow_node AS n WHERE n.id = ?",
                             channel.node);
  if (!run.next()) {
    if (!run.ok()) return run.error();
    return Owner{};
  }
  return Owner{.alive = read_alive(run, 0, self, now)};
}

// What was begun and not finished becomes rows, in order of position, so that a key's first comes
// first.
Result<void> recover(Transaction& t, ChannelNo no, Timestamp now) {
  struct Suspect {
    std::uint64_t position, ordinal;
    std::size_t endpoint;
  };
  std::vector<Suspect> suspects;
  Catalog& catalog = t.catalog;
  for (std::size_t i = 0; i < catalog.endpoints.size(); ++i) {
    EndpointState& endpoint = catalog.endpoints[i];
    const StreamState& stream = catalog.streams[endpoint.stream];
    if (catalog.channels[endpoint.channel].no != no) continue;
    const std::uint64_t last = std::min(endpoint.claimed, endpoint.end(stream));
    Run run = t.database.query("SELECT id, position FROM flow_log WHERE id > ? AND id <= ?",
                               log_id(stream.id, endpoint.cursor),
                               log_id(stream.id, std::max(last, endpoint.cursor)));
    while (run.next()) {
      const std::uint64_t ordinal = log_ordinal(run.integer(0));
      if (!endpoint.done.contains(ordinal)) suspects.push_back({run.number(1), ordinal, i});
    }
    if (!run.ok()) return run.error();
  }
  std::ranges::sort(suspects, {}, [](const Suspect& s) {
    return std::pair{s.position, s.endpoint};
  });
  const bool ordered = catalog.topology().channels[no].ordered_by_key;
  for (const Suspect& suspect : suspects) {
    EndpointState& endpoint = catalog.endpoints[suspect.endpoint];
    const StreamState& stream = catalog.streams[endpoint.stream];
    Delivery delivery;
    delivery.ordinal = suspect.ordinal;
    delivery.position = suspect.position;
    delivery.due = now;
    {
      Run run = t.database.query("SELECT " FLOW_MESSAGE_COLUMNS " FROM flow_log WHERE id = ?",
                                 log_id(stream.id, suspect.ordinal));
      if (!run.next()) return run.error();
      delivery.message = read_message(run, 0, kNoMessage);
    }
    const bool waits = ordered && delivery.message->key.has_value();
    Result<std::int64_t> row =
        t.insert_row(endpoint, delivery, waits ? std::nullopt : std::optional{now}, 0);
    if (!row) return row.error();
    endpoint.done.mark(suspect.ordinal, endpoint.cursor);
    endpoint.dirty = true;
  }
  return {};
}

Result<std::int64_t> ensure_stream(Transaction& t, const MessageType& message) {
  Result<void> added =
      t.database.run("INSERT OR IGNORE INTO flow_stream(wire_name) VALUES (?)", message.wire_name);
  if (!added) return added.error();
  return t.database.scalar("SELECT id FROM flow_stream WHERE wire_name = ?", message.wire_name);
}

Result<void> ensure_endpoint(Transaction& t, const Endpoint& declared, std::int64_t stream,
                             std::int64_t channel) {
  const EndpointState* known = t.catalog.find_endpoint(declared.id);
  if (known == nullptr) {
    return t.database.run(
        "INSERT INTO flow_endpoint(name, stream, channel, cursor, claimed)"
        " SELECT ?, id, ?, tail, tail FROM flow_stream WHERE id = ?",
        declared.id, channel, stream);
  }
  if (t.catalog.streams[known->stream].id != stream) {
    const std::uint64_t left = known->depth(t.catalog.streams[known->stream]);
    if (left != 0) {
      return Error{Category::bug, "endpoint_changed",
                   "endpoint " + known->name + " handled " +
                       t.catalog.streams[known->stream].wire_name + " and has " +
                       std::to_string(left) +
                       " deliveries of it left: handle them with the old program first, or give the"
                       " new handler another endpoint id"};
    }
    return t.database.run(
        "UPDATE flow_endpoint SET stream = s.id, cursor = s.tail, claimed = s.tail, done = '', "
        "closed = NULL, channel = ?"
        " FROM (SELECT id, tail FROM flow_stream WHERE id = ?) AS s WHERE flow_endpoint.id = ?",
        channel, stream, known->id);
  }
  if (t.catalog.channels[known->channel].id == channel && !known->closed) return {};
  Result<void> moved = t.database.run(
      "UPDATE flow_endpoint SET channel = ?, closed = NULL WHERE id = ?", channel, known->id);
  if (!moved) return moved;
  if (t.catalog.channels[known->channel].node != 0) {
    // The old channel's owner may have begun some of its deliveries: the new channel's next owner
    // recovers them.
    moved =
        t.database.run("UPDATE flow_channel SET node = -1 WHERE id = ? AND node IS NULL", channel);
    if (!moved) return moved;
  }
  return t.database.run("UPDATE flow_row SET channel = ? WHERE endpoint = ?", channel, known->id);
}

// Endpoints no longer declared: from now on nothing is for them, and those with nothing left are
// forgotten.
Result<void> close_undeclared(Transaction& t) {
  for (const EndpointState& endpoint : t.catalog.endpoints) {
    if (endpoint.no >= 0 &&
        t.catalog.topology().endpoints[static_cast<std::size_t>(endpoint.no)].dispatch ==
            Dispatch::channel) {
      continue;
    }
    Result<std::int64_t> rows =
        t.database.scalar("SELECT count(*) FROM flow_row WHERE endpoint = ?", endpoint.id);
    if (!rows) return rows.error();
    Result<void> closed;
    if (*rows == 0 && endpoint.depth(t.catalog.streams[endpoint.stream]) == 0) {
      closed = t.database.run("DELETE FROM flow_endpoint WHERE id = ?", endpoint.id);
    } else if (!endpoint.closed) {
      closed = t.database.run("UPDATE flow_endpoint SET closed = ? WHERE id = ?",
                              to_sql(t.catalog.streams[endpoint.stream].tail), endpoint.id);
    }
    if (!closed) return closed;
  }
  return {};
}

}  // namespace

Result<void> register_topology(Transaction& t) {
  const Topology& topology = t.catalog.topology();
  std::vector<std::int64_t> streams, channels;
  for (const MessageType& message : topology.messages) {
    Result<std::int64_t> id = ensure_stream(t, message);
    if (!id) return id.error();
    streams.push_back(*id);
  }
  for (const ChannelPolicy& channel : topology.channels) {
    Result<void> added =
        t.database.run("INSERT OR IGNORE INTO flow_channel(name) VALUES (?)", channel.name);
    if (!added) return added;
    Result<std::int64_t> id =
        t.database.scalar("SELECT id FROM flow_channel WHERE name = ?", channel.name);
    if (!id) return id.error();
    channels.push_back(*id);
  }
  for (const Endpoint& endpoint : topology.endpoints) {
    if (endpoint.dispatch != Dispatch::channel || endpoint.channel >= channels.size()) continue;
    Result<void> ensured =
        ensure_endpoint(t, endpoint, streams[endpoint.message], channels[endpoint.channel]);
    if (!ensured) return ensured;
  }
  if (Result<void> closed = close_undeclared(t); !closed) return closed;
  t.effects.foreign = true;
  return t.database.run("INSERT OR REPLACE INTO flow_meta VALUES ('contract_hash', ?)",
                        topology.contract_hash);
}

Result<void> claim(Transaction& t, ChannelNo no, const ProcessIdentity& self, const Now& now,
                   bool& claimed) {
  claimed = false;
  ChannelState* channel = t.catalog.channel(no);
  if (channel == nullptr) {
    return Error{Category::bug, "not_registered",
                 "the channel is not in the store: register_topology() comes first"};
  }
  if (t.node != 0 && channel->node == t.node) {
    claimed = true;
    return {};
  }
  const bool released = channel->node == 0;
  if (!released) {
    Result<Owner> owner = owner_of(t, *channel, self, now);
    if (!owner) return owner.error();
    if (owner->alive) return {};
  }
  if (Result<void> entered = enter_node(t, self, now); !entered) return entered;
  if (!released) {
    if (Result<void> recovered = recover(t, no, now.wall); !recovered) return recovered;
    // A node that owns nothing any more is dead or will enter anew.
    Result<void> cleared = t.database.run(
        "DELETE FROM flow_node WHERE id = ?1 AND NOT EXISTS(SELECT 1 FROM flow_channel WHERE node "
        "= ?1 AND id <> ?2)",
        channel->node, channel->id);
    if (!cleared) return cleared;
  }
  for (EndpointState& endpoint : t.catalog.endpoints) {
    if (t.catalog.channels[endpoint.channel].no != no) continue;
    endpoint.claimed = std::max(endpoint.cursor, endpoint.done.highest());
    Result<void> written = t.database.run(
        "UPDATE flow_endpoint SET cursor = ?, claimed = ?, done = ? WHERE id = ?",
        to_sql(endpoint.cursor), to_sql(endpoint.claimed), endpoint.done.to_text(), endpoint.id);
    if (!written) return written;
  }
  claimed = true;
  return t.database.run("UPDATE flow_channel SET node = ?, fence = fence + 1 WHERE id = ?", t.node,
                        channel->id);
}

Result<void> release(Transaction& t, ChannelNo no) {
  const ChannelState* channel = t.catalog.channel(no);
  if (channel == nullptr || t.node == 0 || channel->node != t.node) return {};
  t.effects.foreign = true;
  Result<void> freed =
      t.database.run("UPDATE flow_channel SET node = NULL WHERE id = ?", channel->id);
  if (!freed) return freed;
  return t.database.run(
      "DELETE FROM flow_node WHERE id = ?1 AND NOT EXISTS(SELECT 1 FROM flow_channel WHERE node = "
      "?1)",
      t.node);
}

Result<void> renew(Transaction& t, const std::string& activity, const Now& now) {
  if (t.node == 0) return {};
  return t.database.run(
      "UPDATE flow_node SET until = ?, until_steady = ?, activity = ? WHERE id = ?",
      to_sql(now.wall + kLease), to_sql(now.steady + kLease), activity, t.node);
}

Result<void> prolong(Transaction& t, const Now& now) {
  if (t.node == 0) return {};
  return t.database.run("UPDATE flow_node SET until = ?, until_steady = ? WHERE id = ?",
                        to_sql(now.wall + kLease), to_sql(now.steady + kLease), t.node);
}

}  // namespace flow::sqlite
