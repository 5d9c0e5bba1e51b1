#include "store/sqlite/sent.h"

#include <algorithm>
#include <string>
#include <vector>

#include "store/sent_ids.h"
#include "store/sqlite/codec.h"
#include "store/sqlite/snapshot.h"

namespace flow::sqlite {

namespace {

constexpr std::int64_t kIdsTrimmedAtOnceMax = 2000;

// Names in a column, each between line ends, so that one can be taken out.
std::string entry(std::string_view name) {
  return '\n' + std::string{name} + '\n';
}

std::vector<std::string> names_in(std::string_view entries) {
  std::vector<std::string> names;
  while (!entries.empty()) {
    const std::size_t end = std::min(entries.find('\n'), entries.size());
    if (end > 0) names.emplace_back(entries.substr(0, end));
    entries.remove_prefix(std::min(end + 1, entries.size()));
  }
  return names;
}

// The endpoints that a message appended now is for.
std::string readers_of(const Catalog& catalog, const StreamState& stream) {
  std::vector<std::string_view> names;
  for (const EndpointState& endpoint : catalog.endpoints) {
    if (catalog.streams[endpoint.stream].id == stream.id && !endpoint.closed)
      names.push_back(endpoint.name);
  }
  std::ranges::sort(names);
  std::string entries;
  for (const std::string_view name : names) entries += entry(name);
  return entries;
}

struct Place {
  std::int64_t stream = 0;
  std::uint64_t ordinal = 0;
};

// True: it has a row, which says all.
Result<bool> read_row(Database& reader, std::int64_t channel, std::int64_t endpoint,
                      const Place& place, EndpointFate& fate) {
  Run run = reader.query(
      "SELECT attempts, due FROM flow_row WHERE channel = ? AND endpoint = ? AND stream = ? AND "
      "ordinal = ?",
      channel, endpoint, place.stream, to_sql(place.ordinal));
  if (!run.next()) return run.ok() ? Result<bool>{false} : run.error();
  fate.attempts = static_cast<std::uint32_t>(run.integer(0));
  if (run.is_null(1)) {
    fate.state = EndpointFate::State::waiting;
  } else if (fate.attempts > 0) {
    fate.state = EndpointFate::State::retrying;
    fate.next_due = from_sql(run.integer(1));
  } else {
    fate.state = EndpointFate::State::in_line;
  }
  return true;
}

Result<bool> read_dead(Database& reader, const Uuid& id, EndpointFate& fate) {
  Run run = reader.query(
      "SELECT id, attempts, reason FROM flow_dead_letter WHERE endpoint = ? AND message_id = ? "
      "ORDER BY id DESC LIMIT 1",
      fate.endpoint, bytes_of(id));
  if (!run.next()) return run.ok() ? Result<bool>{false} : run.error();
  fate.state = EndpointFate::State::dead;
  fate.dead_letter = run.integer(0);
  fate.attempts = static_cast<std::uint32_t>(run.integer(1));
  fate.reason = run.text(2);
  return true;
}

Result<EndpointFate> read_endpoint(Database& reader, const Uuid& id, const Place& place,
                                   std::string name, bool died) {
  EndpointFate fate;
  fate.endpoint = std::move(name);
  fate.state = EndpointFate::State::gone;
  {
    Run run = reader.query(
        "SELECT id, channel, cursor, done FROM flow_endpoint WHERE name = ? AND stream = ?",
        fate.endpoint, place.stream);
    if (run.next()) {
      const bool done = place.ordinal <= run.number(2) ||
                        Ordinals::from_text(run.text(3)).contains(place.ordinal);
      fate.state = done ? EndpointFate::State::handled : EndpointFate::State::in_line;
      Result<bool> row = read_row(reader, run.integer(1), run.integer(0), place, fate);
      if (!row) return row.error();
      if (*row || !done) return fate;
    }
    if (!run.ok()) return run.error();
  }
  if (died) fate.state = EndpointFate::State::dead;
  if (Result<bool> dead = read_dead(reader, id, fate); !dead) return dead.error();
  return fate;
}

}  // namespace

Result<bool> was_sent(Transaction& t, const StreamState& stream, const Message& message) {
  Run run = t.database.query(
      "SELECT s.stream, s.digest, s.sent_at, f.wire_name FROM flow_sent AS s JOIN flow_stream AS f "
      "ON f.id = s.stream WHERE s.message_id = ?",
      bytes_of(message.id));
  if (!run.next()) return run.ok() ? Result<bool>{false} : run.error();
  const PayloadDigest digest = digest_of(message.payload);
  const std::string_view kept = run.blob(1);
  const bool same_type = run.integer(0) == stream.id;
  if (same_type &&
      std::ranges::equal(kept, digest, {}, [](char c) { return static_cast<std::uint8_t>(c); })) {
    return true;
  }
  return id_in_use(message.id, run.text(3), from_sql(run.integer(2)), same_type);
}

Result<void> note_sent(Transaction& t, const StreamState& stream, const Outgoing& outgoing) {
  const Message& message = outgoing.message;
  const PayloadDigest digest = digest_of(message.payload);
  const Blob digest_bytes{digest.data(), digest.size()};
  if (outgoing.due) {
    return t.database.run(
        "INSERT INTO flow_sent(message_id, stream, digest, sent_at, due) VALUES (?,?,?,?,?)",
        bytes_of(message.id), stream.id, digest_bytes, to_sql(message.created_at),
        to_sql(*outgoing.due));
  }
  if (!stream.read) return {};  // appended to nothing
  return t.database.run(
      "INSERT INTO flow_sent(message_id, stream, digest, sent_at, appended_at, ordinal, endpoints) "
      "VALUES (?,?,?,?,?,?,?)",
      bytes_of(message.id), stream.id, digest_bytes, to_sql(message.created_at),
      to_sql(message.created_at), to_sql(stream.tail), readers_of(t.catalog, stream));
}

Result<void> note_released(Transaction& t, const StreamState& stream, const Message& message,
                           Timestamp now) {
  return t.database.run(
      "UPDATE flow_sent SET due = NULL, appended_at = ?, ordinal = ?, endpoints = ? WHERE "
      "message_id = ?",
      to_sql(now), to_sql(stream.tail), stream.read ? readers_of(t.catalog, stream) : std::string{},
      bytes_of(message.id));
}

Result<void> note_dead(Transaction& t, const Uuid& id, std::string_view endpoint) {
  return t.database.run("UPDATE flow_sent SET dead = dead || ? WHERE message_id = ?",
                        entry(endpoint), bytes_of(id));
}

Result<void> note_replayed(Transaction& t, const Uuid& id, std::string_view endpoint) {
  return t.database.run("UPDATE flow_sent SET dead = replace(dead, ?, '') WHERE message_id = ?",
                        entry(endpoint), bytes_of(id));
}

Result<void> trim_sent(Transaction& t, Timestamp now, bool& more) {
  Result<std::int64_t> any = t.database.scalar("SELECT EXISTS(SELECT 1 FROM flow_sent)");
  if (!any) return any.error();
  if (*any == 0) return {};
  const Topology& topology = t.catalog.topology();
  const std::vector<microseconds> kept = kept_ids(topology);
  for (const StreamState& stream : t.catalog.streams) {
    // A stream of another program is that one's to trim.
    const int no = topology.find_message(stream.wire_name);
    if (no < 0) continue;
    const Timestamp before = now - kept[static_cast<std::size_t>(no)];
    Result<void> dropped = t.database.run(
        "DELETE FROM flow_sent WHERE message_id IN (SELECT message_id FROM flow_sent WHERE stream "
        "= ? AND appended_at < ? LIMIT ?)",
        stream.id, to_sql(before), kIdsTrimmedAtOnceMax);
    if (!dropped) return dropped;
    if (t.database.changes() == kIdsTrimmedAtOnceMax) more = true;
  }
  return {};
}

Result<std::optional<MessageFate>> read_fate(Database& reader, const Uuid& id) {
  Snapshot snapshot(reader);
  if (Result<void> begun = snapshot.begin(); !begun) return begun.error();
  MessageFate fate;
  Place place;
  std::vector<std::string> endpoints, dead;
  {
    Run run = reader.query(
        "SELECT f.wire_name, s.sent_at, s.due, s.stream, s.ordinal, s.endpoints, s.dead FROM "
        "flow_sent AS s JOIN flow_stream AS f ON f.id = s.stream WHERE s.message_id = ?",
        bytes_of(id));
    if (!run.next()) {
      if (!run.ok()) return run.error();
      return std::optional<MessageFate>{};
    }
    fate.message_type = run.text(0);
    fate.sent_at = from_sql(run.integer(1));
    if (!run.is_null(2)) fate.delayed_until = from_sql(run.integer(2));
    place.stream = run.integer(3);
    if (!run.is_null(4)) place.ordinal = run.number(4);
    endpoints = names_in(run.text(5));
    dead = names_in(run.text(6));
  }
  for (std::string& name : endpoints) {
    const bool died = std::ranges::find(dead, name) != dead.end();
    Result<EndpointFate> endpoint = read_endpoint(reader, id, place, std::move(name), died);
    if (!endpoint) return endpoint.error();
    fate.endpoints.push_back(std::move(*endpoint));
  }
  return std::optional{std::move(fate)};
}

}  // namespace flow::sqlite
