#include "store/sqlite/ownership.h"

#include <algorithm>

#include "store/sqlite/codec.h"

namespace flow::sqlite {

namespace {

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

}  // namespace

Result<void> recover(Transaction& t, const ChannelState& channel, Timestamp now,
                     const EndpointState* only) {
  struct Suspect {
    std::uint64_t position, ordinal;
    std::size_t endpoint;
  };
  std::vector<Suspect> suspects;
  Catalog& catalog = t.catalog;
  for (std::size_t i = 0; i < catalog.endpoints.size(); ++i) {
    EndpointState& endpoint = catalog.endpoints[i];
    const StreamState& stream = catalog.streams[endpoint.stream];
    if (&catalog.channels[endpoint.channel] != &channel) continue;
    if (only != nullptr && only != &endpoint) continue;
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
  const bool ordered =
      channel.no != no_channel && catalog.topology().channels[channel.no].ordered_by_key;
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

namespace {

// Rows that wait behind a delivery of another program's endpoint: this one does not wait for that.
Result<void> free_first_of_keys(Transaction& t, const ChannelState& channel) {
  const bool shared = std::ranges::any_of(t.catalog.endpoints, [&](const EndpointState& endpoint) {
    return endpoint.no < 0 && &t.catalog.channels[endpoint.channel] == &channel;
  });
  if (!shared) return {};
  return t.database.run(
      "UPDATE flow_row SET due = 0 WHERE channel = ?1 AND due IS NULL AND endpoint IN " +
          channel.endpoint_list +
          " AND NOT EXISTS(SELECT 1 FROM flow_row AS r WHERE r.channel = ?1 AND r.key = "
          "flow_row.key"
          " AND (r.position, r.id) < (flow_row.position, flow_row.id) AND r.endpoint IN " +
          channel.endpoint_list + ")",
      channel.id);
}

}  // namespace

Result<void> claim(Transaction& t, ChannelNo no, Membership& membership, const Now& now,
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
    Result<Owner> owner = owner_of(t, *channel, membership.self(), now);
    if (!owner) return owner.error();
    if (owner->alive) return {};
  }
  if (Result<void> entered = membership.enter(t, now); !entered) return entered;
  Result<bool> may_take = membership.may_take(t, *channel, now);
  if (!may_take) return may_take.error();
  if (!*may_take) return {};
  if (!released) {
    if (Result<void> recovered = recover(t, *channel, now.wall); !recovered) return recovered;
  }
  for (EndpointState& endpoint : t.catalog.endpoints) {
    if (&t.catalog.channels[endpoint.channel] != channel) continue;
    endpoint.claimed = std::max(endpoint.cursor, endpoint.done.highest());
    Result<void> written = t.database.run(
        "UPDATE flow_endpoint SET cursor = ?, claimed = ?, done = ? WHERE id = ?",
        to_sql(endpoint.cursor), to_sql(endpoint.claimed), endpoint.done.to_text(), endpoint.id);
    if (!written) return written;
  }
  if (Result<void> freed = free_first_of_keys(t, *channel); !freed) return freed;
  if (Result<void> took = membership.took(t, *channel, now); !took) return took;
  claimed = true;
  return t.database.run("UPDATE flow_channel SET node = ?, fence = fence + 1 WHERE id = ?", t.node,
                        channel->id);
}

Result<void> release(Transaction& t, ChannelNo no) {
  const ChannelState* channel = t.catalog.channel(no);
  if (channel == nullptr || t.node == 0 || channel->node != t.node) return {};
  t.effects.foreign = true;
  return t.database.run("UPDATE flow_channel SET node = NULL WHERE id = ?", channel->id);
}

Result<void> prolong(Transaction& t, const Now& now) {
  if (t.node == 0) return {};
  return t.database.run("UPDATE flow_node SET until = ?, until_steady = ? WHERE id = ?",
                        to_sql(now.wall + kLease), to_sql(now.steady + kLease), t.node);
}

}  // namespace flow::sqlite
