#include "store/sqlite/operators.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "store/sqlite/codec.h"
#include "store/sqlite/sent.h"

namespace flow::sqlite {

namespace {

constexpr std::int64_t kReleasedAtOnceMax = 1000;
constexpr std::uint64_t kTrimmedAtOnceMax = 2000;

#define FLOW_DEAD_COLUMNS                                                                         \
  "endpoint, channel, wire_name, attempts, category, reason, dead_at, replays, errors, ordinal, " \
  "position, " FLOW_MESSAGE_COLUMNS

void read_activity(Database& reader, std::int64_t channel, std::string_view name, const Now& now,
                   const ProcessIdentity& self, StoredChannelStats& stats) {
  Run run = reader.query(
      "SELECT " FLOW_NODE_COLUMNS
      ", n.activity FROM flow_channel AS c JOIN flow_node AS n ON n.id = c.node WHERE c.id = ?",
      channel);
  if (!run.next() || !read_alive(run, 0, self, now)) return;
  const nlohmann::json list = nlohmann::json::parse(run.text(kNodeColumns), nullptr, false);
  if (!list.is_array()) return;
  for (const nlohmann::json& item : list) {
    if (!item.is_object() || item.value("channel", "") != name) continue;
    stats.in_flight = item.value("in_flight", std::uint64_t{0});
    stats.handled_per_s = item.value("handled_per_s", 0.0);
  }
}

void note_oldest(StoredChannelStats& stats, const Run& run, int column) {
  if (run.is_null(column)) return;
  const Timestamp created = from_sql(run.integer(column));
  if (!stats.oldest || created < *stats.oldest) stats.oldest = created;
}

Result<void> count_in_line(Database& reader, std::int64_t channel, StoredChannelStats& stats) {
  Run run = reader.query(
      "SELECT e.cursor, e.done, min(s.tail, coalesce(e.closed, s.tail)),"
      " (SELECT created_at FROM flow_log WHERE id = (s.id << 44) + e.cursor + 1)"
      " FROM flow_endpoint AS e JOIN flow_stream AS s ON s.id = e.stream WHERE e.channel = ?",
      channel);
  while (run.next()) {
    const std::uint64_t cursor = run.number(0), end = run.number(2);
    if (end <= cursor) continue;
    stats.depth += end - cursor - Ordinals::from_text(run.text(1)).count();
    note_oldest(stats, run, 3);
  }
  if (!run.ok()) return run.error();
  return {};
}

// Messages of the streams that the channel's endpoints read.
Result<void> count_delayed(Database& reader, std::int64_t channel, StoredChannelStats& stats) {
  Result<std::int64_t> delayed = reader.scalar(
      "SELECT coalesce(sum(delayed), 0) FROM flow_stream WHERE id IN (SELECT stream FROM "
      "flow_endpoint WHERE channel = ? AND closed IS NULL)",
      channel);
  if (!delayed) return delayed.error();
  stats.delayed = static_cast<std::uint64_t>(*delayed);
  return {};
}

// A WHERE clause and its values.
struct Condition {
  std::string sql = " WHERE 1";
  std::vector<SqlValue> values;

  void add(const std::string& clause, SqlValue value) {
    sql += " AND " + clause;
    values.push_back(std::move(value));
  }
};

Condition condition_of(const DeadLetterFilter& filter) {
  Condition condition;
  if (!filter.ids.empty())
    condition.add("id IN (SELECT value FROM json_each(?))", nlohmann::json(filter.ids).dump());
  if (!filter.endpoint.empty()) condition.add("endpoint = ?", filter.endpoint);
  if (!filter.channel.empty()) condition.add("channel = ?", filter.channel);
  if (filter.key) condition.add("key = ?", *filter.key);
  if (!filter.reason_contains.empty())
    condition.add("instr(reason, ?) > 0", filter.reason_contains);
  if (filter.dead_after) condition.add("dead_at >= ?", to_sql(*filter.dead_after));
  if (filter.dead_before) condition.add("dead_at < ?", to_sql(*filter.dead_before));
  if (filter.after_id > 0) condition.add("id > ?", filter.after_id);
  return condition;
}

DeadLetter read_dead_letter(const Run& run, const Topology& topology) {
  DeadLetter dead;
  dead.id = run.integer(0);
  dead.endpoint = run.text(1);
  dead.channel = run.text(2);
  dead.message_type = run.text(3);
  dead.attempts = static_cast<std::uint32_t>(run.integer(4));
  dead.category = static_cast<Category>(run.integer(5));
  dead.reason = run.text(6);
  dead.dead_at = from_sql(run.integer(7));
  dead.replays = static_cast<std::uint32_t>(run.integer(8));
  dead.errors = errors_from_text(run.text(9));
  dead.ordinal = run.number(10);
  dead.position = run.number(11);
  const int type = topology.find_message(dead.message_type);
  dead.message = read_message(run, 12, type < 0 ? kNoMessage : static_cast<MessageNo>(type));
  return dead;
}

}  // namespace

Result<StoredChannelStats> read_stats(Database& reader, const Ids& ids, const Topology& topology,
                                      ChannelNo no, const Now& now, const ProcessIdentity& self) {
  StoredChannelStats stats;
  const std::string_view name = topology.channels[no].name;
  Result<std::int64_t> dead =
      reader.scalar("SELECT count(*) FROM flow_dead_letter WHERE channel = ?", name);
  if (!dead) return dead.error();
  stats.dead = static_cast<std::uint64_t>(*dead);
  const std::int64_t channel = ids.channels[no];
  if (channel == 0) return stats;  // not registered: nothing can be in it
  if (Result<void> counted = count_in_line(reader, channel, stats); !counted)
    return counted.error();
  if (Result<void> counted = count_delayed(reader, channel, stats); !counted)
    return counted.error();
  Run run = reader.query(
      "SELECT count(*), count(*) FILTER (WHERE due IS NULL), count(*) FILTER (WHERE due IS NOT "
      "NULL AND attempts > 0),"
      " min(created_at), min(due) FROM flow_row WHERE channel = ?",
      channel);
  if (!run.next()) return run.error();
  stats.depth += run.number(0);
  stats.waiting = run.number(1);
  stats.retrying = run.number(2);
  note_oldest(stats, run, 3);
  if (!run.is_null(4)) stats.next_due = from_sql(run.integer(4));
  read_activity(reader, channel, name, now, self, stats);
  return stats;
}

Result<std::vector<Orphan>> read_orphans(Database& reader, const Topology& topology) {
  std::vector<Orphan> orphans;
  Run run = reader.query(
      "SELECT e.name, c.name, e.cursor, e.done, min(s.tail, coalesce(e.closed, s.tail)),"
      " (SELECT count(*) FROM flow_row WHERE endpoint = e.id)"
      " FROM flow_endpoint AS e JOIN flow_stream AS s ON s.id = e.stream JOIN flow_channel AS c ON "
      "c.id = e.channel"
      " ORDER BY e.name");
  while (run.next()) {
    const int no = topology.find_endpoint(run.text(0));
    if (no >= 0 && topology.endpoints[static_cast<std::size_t>(no)].dispatch == Dispatch::channel)
      continue;
    Orphan orphan{.endpoint = std::string{run.text(0)},
                  .channel = std::string{run.text(1)},
                  .deliveries = run.number(5)};
    const std::uint64_t cursor = run.number(2), end = run.number(4);
    if (end > cursor) orphan.deliveries += end - cursor - Ordinals::from_text(run.text(3)).count();
    if (orphan.deliveries != 0) orphans.push_back(std::move(orphan));
  }
  if (!run.ok()) return run.error();
  return orphans;
}

Result<std::vector<DeadLetter>> read_dead_letters(Database& reader, const Topology& topology,
                                                  const DeadLetterFilter& filter) {
  Condition condition = condition_of(filter);
  condition.values.emplace_back(static_cast<std::int64_t>(filter.limit));
  std::string columns = FLOW_DEAD_COLUMNS;
  if (!filter.payloads)
    columns.replace(columns.rfind("payload"), std::string_view{"payload"}.size(), "''");
  Run run = reader.prepare("SELECT id, " + columns + " FROM flow_dead_letter" + condition.sql +
                           " ORDER BY id LIMIT ?");
  for (std::size_t i = 0; i < condition.values.size(); ++i)
    run.bind(static_cast<int>(i) + 1, condition.values[i]);
  std::vector<DeadLetter> letters;
  while (run.next()) letters.push_back(read_dead_letter(run, topology));
  if (!run.ok()) return run.error();
  return letters;
}

Result<std::uint64_t> count_dead_letters(Database& reader, const DeadLetterFilter& filter) {
  const Condition condition = condition_of(filter);
  Run run = reader.prepare("SELECT count(*) FROM flow_dead_letter" + condition.sql);
  for (std::size_t i = 0; i < condition.values.size(); ++i)
    run.bind(static_cast<int>(i) + 1, condition.values[i]);
  if (!run.next()) return run.error();
  return run.number(0);
}

std::string activity_to_text(const Topology& topology, std::span<const ChannelActivity> activity) {
  nlohmann::json list = nlohmann::json::array();
  for (const ChannelActivity& item : activity) {
    if (item.channel >= topology.channels.size()) continue;
    list.push_back({{"channel", topology.channels[item.channel].name},
                    {"in_flight", item.in_flight},
                    {"handled_per_s", item.handled_per_s}});
  }
  return list.dump();
}

Result<void> retire(Transaction& t, std::string_view name, Timestamp now, std::uint64_t& moved) {
  moved = 0;
  EndpointState* endpoint = t.catalog.find_endpoint(name);
  if (endpoint == nullptr) {
    return Error{Category::bug, "no_such_endpoint",
                 "the store knows no endpoint `" + std::string{name} + "`"};
  }
  const Topology& topology = t.catalog.topology();
  if (endpoint->no >= 0 &&
      topology.endpoints[static_cast<std::size_t>(endpoint->no)].dispatch == Dispatch::channel) {
    return Error{
        Category::bug, "endpoint_in_use",
        "endpoint `" + std::string{name} + "` is declared: only what is not can be retired"};
  }
  const StreamState& stream = t.catalog.streams[endpoint->stream];
  const std::string& channel = t.catalog.channels[endpoint->channel].name;
  constexpr std::string_view kReason = "no such endpoint";
  const auto category = static_cast<std::int64_t>(Category::poison);
  Result<void> copied = t.database.run(
      "INSERT INTO flow_dead_letter(" FLOW_DEAD_COLUMNS
      ") SELECT ?, ?, ?, attempts, ?, ?, ?, replays, errors, ordinal,"
      " position, " FLOW_MESSAGE_COLUMNS " FROM flow_row WHERE endpoint = ? ORDER BY position",
      name, channel, stream.wire_name, category, kReason, to_sql(now), endpoint->id);
  if (!copied) return copied;
  moved += static_cast<std::uint64_t>(t.database.changes());
  if (Result<void> gone = t.database.run("DELETE FROM flow_row WHERE endpoint = ?", endpoint->id);
      !gone)
    return gone;
  // The gaps between what is done, and what follows it.
  std::uint64_t from = endpoint->cursor;
  auto ranges = endpoint->done.ranges();
  const std::uint64_t end = endpoint->end(stream);
  ranges.emplace(end + 1, end + 1);
  for (const auto& [first, last] : ranges) {
    copied =
        t.database.run("INSERT INTO flow_dead_letter(" FLOW_DEAD_COLUMNS
                       ") SELECT ?, ?, ?, 0, ?, ?, ?, 0, '', id & ((1 << 44) - 1),"
                       " position, " FLOW_MESSAGE_COLUMNS " FROM flow_log WHERE id > ? AND id < ?",
                       name, channel, stream.wire_name, category, kReason, to_sql(now),
                       log_id(stream.id, from), log_id(stream.id, std::min(first, end + 1)));
    if (!copied) return copied;
    moved += static_cast<std::uint64_t>(t.database.changes());
    from = last;
  }
  return t.database.run("DELETE FROM flow_endpoint WHERE id = ?", endpoint->id);
}

Result<void> replay(Transaction& t, std::span<const std::int64_t> ids, Timestamp now,
                    std::uint64_t& replayed) {
  for (const std::int64_t id : ids) {
    std::optional<DeadLetter> dead;
    {
      Run run = t.database.query(
          "SELECT id, " FLOW_DEAD_COLUMNS " FROM flow_dead_letter WHERE id = ?", id);
      if (run.next()) dead = read_dead_letter(run, t.catalog.topology());
      if (!run.ok()) return run.error();
    }
    if (!dead) continue;  // discarded or replayed meanwhile
    const EndpointState* endpoint = t.catalog.find_endpoint(dead->endpoint);
    if (endpoint == nullptr || endpoint->no < 0) continue;
    if (t.catalog.streams[endpoint->stream].wire_name != dead->message_type) continue;
    Delivery delivery;
    delivery.ordinal = dead->ordinal;
    delivery.position = dead->position;
    delivery.errors = std::move(dead->errors);
    delivery.message = std::move(dead->message);
    if (Result<void> noted = note_replayed(t, delivery.message->id, dead->endpoint); !noted)
      return noted;
    Result<std::int64_t> row = t.insert_row(*endpoint, delivery, now, dead->replays + 1);
    if (!row) return row.error();
    if (Result<void> gone = t.database.run("DELETE FROM flow_dead_letter WHERE id = ?", id); !gone)
      return gone;
    t.effects.wake_channel(t.catalog.channels[endpoint->channel].no);
    ++replayed;
  }
  return {};
}

Result<void> discard(Transaction& t, std::span<const std::int64_t> ids, std::uint64_t& discarded) {
  for (const std::int64_t id : ids) {
    if (Result<void> gone = t.database.run("DELETE FROM flow_dead_letter WHERE id = ?", id); !gone)
      return gone;
    discarded += static_cast<std::uint64_t>(t.database.changes());
  }
  return {};
}

Result<void> release_due(Transaction& t, Timestamp now) {
  struct Due {
    std::int64_t id, stream;
    Message message;
  };
  std::vector<Due> due;
  {
    Run run = t.database.query("SELECT id, stream, " FLOW_MESSAGE_COLUMNS
                               " FROM flow_delayed WHERE due <= ? ORDER BY due, id LIMIT ?",
                               to_sql(now), kReleasedAtOnceMax);
    while (run.next())
      due.push_back({run.integer(0), run.integer(1), read_message(run, 2, kNoMessage)});
    if (!run.ok()) return run.error();
  }
  for (const Due& item : due) {
    const auto stream = std::ranges::find(t.catalog.streams, item.stream, &StreamState::id);
    if (stream != t.catalog.streams.end()) {
      if (Result<void> appended = t.append(*stream, item.message); !appended) return appended;
      if (Result<void> noted = note_released(t, *stream, item.message, now); !noted) return noted;
    }
    if (Result<void> gone = t.database.run("DELETE FROM flow_delayed WHERE id = ?", item.id); !gone)
      return gone;
  }
  return {};
}

Result<void> trim(Transaction& t, Timestamp now, bool& more) {
  more = false;
  std::uint64_t left = kTrimmedAtOnceMax;
  std::vector<std::uint64_t> floors;
  for (const StreamState& stream : t.catalog.streams) floors.push_back(stream.tail);
  for (const EndpointState& endpoint : t.catalog.endpoints) {
    if (endpoint.closed && endpoint.cursor >= *endpoint.closed) continue;
    floors[endpoint.stream] = std::min(floors[endpoint.stream], endpoint.cursor);
  }
  for (std::size_t i = 0; i < floors.size(); ++i) {
    const StreamState& stream = t.catalog.streams[i];
    if (floors[i] <= stream.trimmed) continue;
    const std::uint64_t upto = std::min(floors[i], stream.trimmed + left);
    if (upto < floors[i]) more = true;
    if (upto == stream.trimmed) continue;
    Result<void> dropped =
        t.database.run("DELETE FROM flow_log WHERE id > ? AND id <= ?",
                       log_id(stream.id, stream.trimmed), log_id(stream.id, upto));
    if (!dropped) return dropped;
    dropped =
        t.database.run("UPDATE flow_stream SET trimmed = ? WHERE id = ?", to_sql(upto), stream.id);
    if (!dropped) return dropped;
    left -= upto - stream.trimmed;
  }
  for (const ChannelPolicy& channel : t.catalog.topology().channels) {
    Result<void> dropped = t.database.run(
        "DELETE FROM flow_dead_letter WHERE id IN (SELECT id FROM flow_dead_letter WHERE channel = "
        "? AND dead_at < ? LIMIT ?)",
        channel.name, to_sql(saturating_subtract(now, channel.dead_letter_keep)),
        to_sql(kTrimmedAtOnceMax));
    if (!dropped) return dropped;
    if (static_cast<std::uint64_t>(t.database.changes()) == kTrimmedAtOnceMax) more = true;
  }
  return trim_sent(t, now, more);
}

}  // namespace flow::sqlite
