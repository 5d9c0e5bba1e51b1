// A store of schema version 1, as its program left it, under today's.
#include <sqlite3.h>

#include "store_fixture.h"

using namespace store_test;

namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE flow_meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO flow_meta VALUES ('schema_version', 1), ('contract_hash', 'aa');
CREATE TABLE flow_stream(
  id INTEGER PRIMARY KEY,
  wire_name TEXT NOT NULL UNIQUE,
  tail INTEGER NOT NULL DEFAULT 0,
  trimmed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE flow_log(
  id INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  message_id BLOB NOT NULL, key TEXT, correlation_id BLOB, causation_id BLOB, traceparent TEXT,
  created_at INTEGER NOT NULL, expires_at INTEGER, headers TEXT, payload TEXT NOT NULL);
CREATE TABLE flow_state(
  only INTEGER PRIMARY KEY CHECK (only = 1),
  position INTEGER NOT NULL,
  commits INTEGER NOT NULL,
  catalog INTEGER NOT NULL);
INSERT INTO flow_state VALUES (1, 0, 0, 0);
CREATE TABLE flow_channel(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  node INTEGER,
  fence INTEGER NOT NULL DEFAULT 0);
CREATE TABLE flow_endpoint(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  stream INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  claimed INTEGER NOT NULL,
  done TEXT NOT NULL DEFAULT '',
  closed INTEGER);
CREATE TABLE flow_row(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel INTEGER NOT NULL,
  endpoint INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER,
  replays INTEGER NOT NULL DEFAULT 0,
  errors TEXT,
  message_id BLOB NOT NULL, key TEXT, correlation_id BLOB, causation_id BLOB, traceparent TEXT,
  created_at INTEGER NOT NULL, expires_at INTEGER, headers TEXT, payload TEXT NOT NULL);
CREATE INDEX flow_row_due ON flow_row(channel, due);
CREATE INDEX flow_row_key ON flow_row(channel, key, position);
CREATE TABLE flow_dead_letter(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  endpoint TEXT NOT NULL, channel TEXT NOT NULL, wire_name TEXT NOT NULL,
  attempts INTEGER NOT NULL, category INTEGER NOT NULL, reason TEXT NOT NULL,
  dead_at INTEGER NOT NULL, replays INTEGER NOT NULL, errors TEXT,
  ordinal INTEGER NOT NULL, position INTEGER NOT NULL,
  message_id BLOB NOT NULL, key TEXT, correlation_id BLOB, causation_id BLOB, traceparent TEXT,
  created_at INTEGER NOT NULL, expires_at INTEGER, headers TEXT, payload TEXT NOT NULL);
CREATE INDEX flow_dead_letter_channel ON flow_dead_letter(channel, dead_at);
CREATE INDEX flow_dead_letter_endpoint ON flow_dead_letter(endpoint);
CREATE TABLE flow_delayed(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  due INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  message_id BLOB NOT NULL, key TEXT, correlation_id BLOB, causation_id BLOB, traceparent TEXT,
  created_at INTEGER NOT NULL, expires_at INTEGER, headers TEXT, payload TEXT NOT NULL);
CREATE INDEX flow_delayed_due ON flow_delayed(due);
CREATE TABLE flow_node(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pid INTEGER NOT NULL,
  started INTEGER NOT NULL,
  boot TEXT NOT NULL,
  pid_space TEXT NOT NULL,
  until INTEGER NOT NULL,
  activity TEXT NOT NULL DEFAULT '[]');
)sql";

// Ten messages of t.alpha. `a.plain` has done five. `a.keyed` was closed at 6 by a program that did
// not know it: it has done 4. `a.gone` was closed at 2, has done both, and has a row left: the log
// was trimmed past it, up to 4.
constexpr const char* kLeft = R"sql(
INSERT INTO flow_stream VALUES (1, 't.alpha', 10, 4), (2, 't.beta', 0, 0);
INSERT INTO flow_channel(id, name) VALUES (1, 'keyed'), (2, 'other'), (3, 'plain'), (4, 'gone');
INSERT INTO flow_endpoint(id, name, stream, channel, cursor, claimed, closed) VALUES
  (1, 'a.keyed', 1, 1, 4, 4, 6), (2, 'a.plain', 1, 3, 5, 5, NULL), (3, 'a.gone', 1, 4, 2, 2, 2),
  (4, 'b.other', 2, 2, 0, 0, NULL), (5, 'b.plain', 2, 3, 0, 0, NULL);
WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
INSERT INTO flow_log(id, position, message_id, key, created_at, payload)
  SELECT (1 << 44) + i, i, zeroblob(16), 'k' || i, 1, '{}' FROM n;
INSERT INTO flow_row(channel, endpoint, stream, ordinal, position, attempts, due, message_id,
    created_at, headers, payload) VALUES
  (4, 3, 1, 1, 1, 2, 1, zeroblob(16), 1, NULL, '{}'),
  (3, 2, 1, 3, 3, 0, 1, zeroblob(16), 1, '{"flow-version":"7"}', '{}');
UPDATE flow_state SET position = 10;
INSERT INTO flow_delayed(due, stream, message_id, created_at, payload) VALUES
  (9000000000000000, 1, zeroblob(16), 1, '{}');
)sql";

void execute(const std::string& path, const std::string& sql) {
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
  char* said = nullptr;
  const int code = sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &said);
  CHECK_MESSAGE(code == SQLITE_OK, std::string{said == nullptr ? "" : said});
  sqlite3_free(said);
  sqlite3_close(raw);
}

}  // namespace

TEST_CASE("a store of version 1 is migrated, and what was closed without a word is open again") {
  SqliteBackend backend;
  const std::string path = backend.folder.file("store.db");
  execute(path, kVersion1);
  execute(path, kLeft);
  const Topology with = topology();
  TestClock clock;
  Result<std::unique_ptr<Store>> opened = backend.open(with, clock);
  REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().text));
  Store& store = **opened;
  CHECK(store.version().found == 1);
  CHECK(store.version().now == 2);
  REQUIRE(store.register_topology().ok());
  // Everything that its cursor has not passed, beyond where it was closed too.
  CHECK(store.stats(kKeyed, clock.now()).value().depth == 6);
  CHECK(store.stats(kPlain, clock.now()).value().depth == 5);  // its row is of a version to come
  REQUIRE(*store.claim(kKeyed));
  std::vector<Delivery> got;
  REQUIRE(store.load(kKeyed, 100, got).ok());
  CHECK(keys_of(got) == std::vector<std::string>{"k5", "k6", "k7", "k8", "k9", "k10"});
  const Result<std::vector<Orphan>> orphans = store.orphans();
  REQUIRE(orphans.ok());
  REQUIRE(orphans->size() == 2);
  CHECK((*orphans)[0].endpoint == "a.gone");
  CHECK((*orphans)[0].deliveries == 7);  // a row, and what the log still has
  CHECK((*orphans)[1].endpoint == "a.plain");
  CHECK((*orphans)[1].version == 7);
  CHECK(store.stats(kPlain, clock.now()).value().delayed == 1);
}
