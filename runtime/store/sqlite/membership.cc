#include "store/sqlite/membership.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "store/sqlite/codec.h"

namespace flow::sqlite {

namespace {

constexpr std::chrono::seconds kTurn{1};
/// Runners that want a channel try to claim it twice a second.
constexpr std::chrono::seconds kStillWaits{3};

std::string array_of(std::span<const std::string_view> names) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::string_view name : names) list.push_back(std::string{name});
  return list.dump();
}

// Endpoints of `knows` that none of `living` serves are unserved from `since` on.
Result<void> note_unserved(Transaction& t, const std::string& knows,
                           const std::vector<std::int64_t>& living, Timestamp since) {
  return t.database.run(
      "UPDATE flow_endpoint SET unserved_since = ? WHERE unserved_since IS NULL"
      " AND name IN (SELECT key FROM json_each(?)) AND name NOT IN"
      " (SELECT known.key FROM flow_node AS n, json_each(n.knows) AS known"
      "  WHERE n.id IN (SELECT value FROM json_each(?)))",
      to_sql(since), knows, nlohmann::json(living).dump());
}

Result<void> forget(Transaction& t, std::int64_t node) {
  if (Result<void> gone = t.database.run("DELETE FROM flow_wish WHERE node = ?", node); !gone)
    return gone;
  return t.database.run("DELETE FROM flow_node WHERE id = ?", node);
}

}  // namespace

Result<std::vector<Member>> read_members(Database& database, std::int64_t except,
                                         const ProcessIdentity& self, const Now& now) {
  std::vector<Member> members;
  Run run = database.query("SELECT " FLOW_NODE_COLUMNS
                           ", n.id, n.program, n.contract, n.knows, n.retires"
                           " FROM flow_node AS n WHERE n.id <> ? ORDER BY n.id",
                           except);
  while (run.next()) {
    Member& member = members.emplace_back();
    member.pid = run.integer(0);
    member.alive = read_alive(run, 0, self, now);
    member.seen = saturating_subtract(from_sql(run.integer(4)), kLease);
    member.id = run.integer(kNodeColumns);
    member.program = run.text(kNodeColumns + 1);
    member.contract = run.text(kNodeColumns + 2);
    const auto knows = nlohmann::json::parse(run.text(kNodeColumns + 3), nullptr, false);
    if (knows.is_object()) {
      for (const auto& [endpoint, version] : knows.items()) {
        if (version.is_number_unsigned()) member.knows.emplace(endpoint, version);
      }
    }
    const auto retires = nlohmann::json::parse(run.text(kNodeColumns + 4), nullptr, false);
    if (retires.is_array()) {
      for (const auto& endpoint : retires) {
        if (endpoint.is_string()) member.retires.push_back(endpoint);
      }
    }
  }
  if (!run.ok()) return run.error();
  return members;
}

const Member* who_reads(const std::vector<Member>& members, const std::string& endpoint,
                        std::uint16_t version) {
  const auto found = std::ranges::find_if(members, [&](const Member& member) {
    return member.alive && member.reads(endpoint) >= version;
  });
  return found == members.end() ? nullptr : &*found;
}

const Member* who_retires(const std::vector<Member>& members, std::string_view endpoint) {
  const auto found = std::ranges::find_if(members, [&](const Member& member) {
    return member.alive && std::ranges::find(member.retires, endpoint) != member.retires.end();
  });
  return found == members.end() ? nullptr : &*found;
}

std::string name_of(const Member& member) {
  return "`" + member.program + "`, process " + std::to_string(member.pid);
}

Membership::Membership(const Topology& topology)
    : topology_(topology),
      self_(this_process()),
      retires_(array_of(topology.retired)),
      waited_(topology.channels.size()),
      taken_(topology.channels.size()) {}

std::string Membership::knows(const Catalog& catalog) const {
  nlohmann::json known = nlohmann::json::object();
  for (const EndpointState& endpoint : catalog.endpoints) {
    if (endpoint.no < 0) continue;
    const Endpoint& declared = topology_.endpoints[static_cast<std::size_t>(endpoint.no)];
    if (declared.service != topology_.service_no) continue;
    known[endpoint.name] = topology_.messages[declared.message].version;
  }
  return known.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> Membership::enter(Transaction& t, const Now& now) {
  const std::string known = knows(t.catalog);
  const std::optional<std::int64_t> id = t.node == 0 ? std::nullopt : std::optional{t.node};
  // Under its old number, if another process took it for dead meanwhile: what nobody took over is
  // still its own.
  Result<void> entered = t.database.run(
      "INSERT INTO flow_node(id, pid, started, boot, pid_space, until, until_steady, program,"
      " contract, knows, retires) VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET"
      " until = excluded.until, until_steady = excluded.until_steady, knows = excluded.knows",
      id, self_.pid, self_.started, self_.boot, self_.pid_space, to_sql(now.wall + kLease),
      to_sql(now.steady + kLease), topology_.program, topology_.contract_hash, known, retires_);
  if (!entered) return entered;
  if (t.node == 0) t.node = t.database.last_row();
  said_ = known;
  return t.database.run(
      "UPDATE flow_endpoint SET unserved_since = NULL WHERE unserved_since IS NOT NULL"
      " AND name IN (SELECT key FROM json_each(?))",
      known);
}

Result<void> Membership::leave(Transaction& t, const Now& now) {
  if (t.node == 0) return {};
  Result<std::vector<Member>> members = read_members(t.database, t.node, self_, now);
  if (!members) return members.error();
  std::vector<std::int64_t> living;
  for (const Member& member : *members) {
    if (member.alive) living.push_back(member.id);
  }
  if (Result<void> noted = note_unserved(t, said_, living, now.wall); !noted) return noted;
  return forget(t, t.node);
}

Result<void> Membership::renew(Transaction& t, const std::string& activity, const Now& now,
                               std::vector<ChannelNo>& asked_for) {
  bool entered = t.node != 0 && said_ == knows(t.catalog);
  if (entered) {
    Result<void> renewed = t.database.run(
        "UPDATE flow_node SET until = ?, until_steady = ?, activity = ? WHERE id = ?",
        to_sql(now.wall + kLease), to_sql(now.steady + kLease), activity, t.node);
    if (!renewed) return renewed;
    entered = t.database.changes() != 0;
  }
  if (!entered) {
    if (Result<void> done = enter(t, now); !done) return done;
  }
  Result<std::vector<Member>> members = read_members(t.database, t.node, self_, now);
  if (!members) return members.error();
  if (Result<void> buried = bury_dead(t, *members); !buried) return buried;
  return ask(t, *members, now, asked_for);
}

// The channels of the dead are for whoever claims them: an owner that is not there is not alive.
Result<void> Membership::bury_dead(Transaction& t, const std::vector<Member>& members) {
  std::vector<std::int64_t> living{t.node};
  for (const Member& member : members) {
    if (member.alive) living.push_back(member.id);
  }
  for (const Member& member : members) {
    if (member.alive) continue;
    nlohmann::json known = nlohmann::json::object();
    for (const auto& [endpoint, version] : member.knows) known[endpoint] = version;
    Result<void> noted = note_unserved(t, known.dump(), living, member.seen);
    if (noted) noted = forget(t, member.id);
    if (!noted) return noted;
  }
  return {};
}

Result<void> Membership::ask(Transaction& t, const std::vector<Member>& members, const Now& now,
                             std::vector<ChannelNo>& asked_for) {
  for (std::size_t i = 0; i < topology_.channels.size(); ++i) {
    const auto no = static_cast<ChannelNo>(i);
    const ChannelState* channel = t.catalog.channel(no);
    if (channel == nullptr) continue;
    if (channel->node == t.node) {
      Result<bool> may_keep = may_take(t, *channel, now);
      if (!may_keep) return may_keep.error();
      if (!*may_keep && now.steady - taken_[i] >= kTurn) asked_for.push_back(no);
      continue;
    }
    const SteadyTime waited{microseconds{waited_[i].load()}};
    bool wanted = now.steady - waited < kStillWaits;
    if (wanted && channel->node != 0) {
      const auto owner = std::ranges::find(members, channel->node, &Member::id);
      wanted = owner != members.end() && owner->alive;
      if (wanted) {
        Result<bool> needed = needs(t, *channel, *owner, now.wall);
        if (!needed) return needed.error();
        wanted = *needed;
      }
      if (wanted) {
        Result<void> asked = t.database.run("INSERT OR IGNORE INTO flow_wish VALUES (?,?,?)",
                                            channel->id, t.node, to_sql(now.wall));
        if (!asked) return asked;
        continue;
      }
    }
    if (wanted) continue;  // it is free: the wish keeps this process's turn until its next claim
    Result<void> gone =
        t.database.run("DELETE FROM flow_wish WHERE channel = ? AND node = ?", channel->id, t.node);
    if (!gone) return gone;
  }
  return {};
}

// Something waits in the channel that this program handles and its owner cannot.
Result<bool> Membership::needs(Transaction& t, const ChannelState& channel, const Member& owner,
                               Timestamp now) {
  for (const EndpointState& endpoint : t.catalog.endpoints) {
    if (endpoint.no < 0 || &t.catalog.channels[endpoint.channel] != &channel) continue;
    const Endpoint& declared = topology_.endpoints[static_cast<std::size_t>(endpoint.no)];
    if (declared.service != topology_.service_no) continue;
    const std::uint16_t theirs = owner.reads(endpoint.name);
    const std::uint16_t ours = topology_.messages[declared.message].version;
    if (theirs >= ours) continue;
    if (theirs == 0 && endpoint.depth(t.catalog.streams[endpoint.stream]) > 0) return true;
    Result<std::int64_t> waits =
        theirs == 0
            ? t.database.scalar(
                  "SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ? AND due <= ?"
                  " AND endpoint = ? AND version <= ?)",
                  channel.id, to_sql(now), endpoint.id, std::int64_t{ours})
            : t.database.scalar(
                  "SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ? AND due <= ?"
                  " AND endpoint = ? AND version > 1 AND version > ? AND version <= ?)",
                  channel.id, to_sql(now), endpoint.id, std::int64_t{theirs}, std::int64_t{ours});
    if (!waits) return waits.error();
    if (*waits != 0) return true;
  }
  return false;
}

Result<bool> Membership::may_take(Transaction& t, const ChannelState& channel, const Now& now) {
  std::optional<std::int64_t> own;
  std::vector<std::pair<std::int64_t, std::int64_t>> others;  // since, node
  {
    Run run = t.database.query("SELECT node, since FROM flow_wish WHERE channel = ?", channel.id);
    while (run.next()) {
      if (run.integer(0) == t.node) {
        own = run.integer(1);
      } else {
        others.emplace_back(run.integer(1), run.integer(0));
      }
    }
    if (!run.ok()) return run.error();
  }
  if (others.empty()) return true;
  for (const auto& [since, node] : others) {
    if (own && std::pair{*own, t.node} < std::pair{since, node}) continue;
    Run run =
        t.database.query("SELECT " FLOW_NODE_COLUMNS " FROM flow_node AS n WHERE n.id = ?", node);
    if (run.next() && read_alive(run, 0, self_, now)) return false;
    if (!run.ok()) return run.error();
  }
  return true;
}

Result<void> Membership::took(Transaction& t, const ChannelState& channel, const Now& now) {
  if (channel.no < taken_.size()) taken_[channel.no] = now.steady;
  return t.database.run("DELETE FROM flow_wish WHERE channel = ? AND node = ?", channel.id, t.node);
}

}  // namespace flow::sqlite
