#include "store/sqlite/schema.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "store/sqlite/names.h"

namespace flow::sqlite {

namespace {

// Version 1. A message's columns are the same in flow_log, flow_row, flow_delayed and
// flow_dead_letter. flow_log's rowid is stream * 2^44 + ordinal: each stream is clustered, and
// appends at its end.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE flow_stream(
  id INTEGER PRIMARY KEY,
  wire_name TEXT NOT NULL UNIQUE,
  tail INTEGER NOT NULL DEFAULT 0,       -- the highest ordinal ever given
  trimmed INTEGER NOT NULL DEFAULT 0);   -- the highest ordinal dropped
CREATE TABLE flow_log(
  id INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  message_id BLOB NOT NULL, key TEXT, correlation_id BLOB, causation_id BLOB, traceparent TEXT,
  created_at INTEGER NOT NULL, expires_at INTEGER, headers TEXT, payload TEXT NOT NULL);
CREATE TABLE flow_state(
  only INTEGER PRIMARY KEY CHECK (only = 1),
  position INTEGER NOT NULL,             -- the highest position given
  commits INTEGER NOT NULL,              -- grows with what another process may have to read
  catalog INTEGER NOT NULL);             -- grows when streams, endpoints or channels change
INSERT INTO flow_state VALUES (1, 0, 0, 0);
CREATE TABLE flow_channel(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  node INTEGER,                          -- its owner; NULL: released
  fence INTEGER NOT NULL DEFAULT 0);
CREATE TABLE flow_endpoint(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  stream INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  cursor INTEGER NOT NULL,               -- all ordinals at or below it are done
  claimed INTEGER NOT NULL,              -- ordinals at or below it may have been begun
  done TEXT NOT NULL DEFAULT '',         -- ordinals above the cursor that are done: 5-9,11
  closed INTEGER);                       -- no longer declared: nothing above this ordinal is for it
CREATE TABLE flow_row(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel INTEGER NOT NULL,
  endpoint INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER,                           -- NULL: waits behind its key
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
  started INTEGER NOT NULL,              -- the process's start time, in ticks since boot
  boot TEXT NOT NULL,
  pid_space TEXT NOT NULL,
  until INTEGER NOT NULL,                -- its lease
  activity TEXT NOT NULL DEFAULT '[]');
)sql";

// Version 2: the lease on the monotonic clock, for processes of one boot; the ids that senders gave
// to their messages; how many messages of each stream are delayed, which back-pressure asks often,
// and which is therefore counted as they come and go.
constexpr std::string_view kVersion2 = R"sql(
ALTER TABLE flow_node ADD COLUMN until_steady INTEGER NOT NULL DEFAULT 0;
CREATE TABLE flow_sent(
  message_id BLOB PRIMARY KEY,
  stream INTEGER NOT NULL,
  digest BLOB NOT NULL,                  -- of the payload: another one under this id is refused
  sent_at INTEGER NOT NULL,
  due INTEGER,                           -- delayed until then; NULL: appended
  appended_at INTEGER,                   -- its retention begins; NULL: delayed
  ordinal INTEGER,
  endpoints TEXT NOT NULL DEFAULT '',    -- the names of those it is for, each between line ends
  dead TEXT NOT NULL DEFAULT '')         -- of those for which it died, likewise
  WITHOUT ROWID;
CREATE INDEX flow_sent_appended ON flow_sent(stream, appended_at);
ALTER TABLE flow_stream ADD COLUMN delayed INTEGER NOT NULL DEFAULT 0;
UPDATE flow_stream SET delayed = (SELECT count(*) FROM flow_delayed WHERE stream = flow_stream.id);
CREATE TRIGGER flow_delayed_came AFTER INSERT ON flow_delayed BEGIN
  UPDATE flow_stream SET delayed = delayed + 1 WHERE id = NEW.stream;
END;
CREATE TRIGGER flow_delayed_went AFTER DELETE ON flow_delayed BEGIN
  UPDATE flow_stream SET delayed = delayed - 1 WHERE id = OLD.stream;
END;
)sql";

// migrations[i] takes a store from version i to i + 1.
constexpr std::array<std::string_view, kSchemaVersion> kMigrations{kVersion1, kVersion2};

Error newer(const std::string& path, std::int64_t version) {
  return {Category::bug, "store_newer",
          path + ": the store has schema version " + std::to_string(version) +
              ", this program knows up to " + std::to_string(kSchemaVersion) +
              ": run the newer program again, or restore the backup from before its migration"};
}

Result<std::int64_t> version_of(Database& database) {
  Result<std::int64_t> tables = database.scalar(
      "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'flow_meta'");
  if (!tables || *tables == 0) return tables;
  Run run = database.query("SELECT value FROM flow_meta WHERE name = 'schema_version'");
  if (run.next()) return run.integer(0);
  if (!run.ok()) return run.error();
  return Error{Category::bug, "corrupt",
               database.path() + ": the store does not say its schema version: restore a backup"};
}

Result<void> migrate(Database& database) {
  Result<std::int64_t> version = version_of(database);
  if (!version) return version.error();
  if (*version > kSchemaVersion) return newer(database.path(), *version);
  if (*version == kSchemaVersion) return {};
  if (Result<void> begun = database.script("BEGIN IMMEDIATE"); !begun) return begun;
  auto apply = [&]() -> Result<void> {
    version = version_of(database);  // another process may have been quicker
    if (!version) return version.error();
    if (*version > kSchemaVersion) return newer(database.path(), *version);
    if (*version == 0) {
      Result<void> meta =
          database.script("CREATE TABLE flow_meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID");
      if (!meta) return meta;
    }
    for (std::int64_t from = *version; from < kSchemaVersion; ++from) {
      Result<void> step = database.script(std::string{kMigrations[static_cast<std::size_t>(from)]});
      if (!step) return step;
    }
    return database.run("INSERT OR REPLACE INTO flow_meta VALUES ('schema_version', ?)",
                        kSchemaVersion);
  };
  Result<void> applied = apply();
  if (applied) applied = database.script("COMMIT");
  if (!applied && database.in_transaction()) (void)database.script("ROLLBACK");
  return applied;
}

Result<void> check_path(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) {
      return Error{Category::bug, "path_is_folder",
                   path + " is a folder: give the store the path of a file"};
    }
    if (!S_ISREG(found.st_mode)) {
      return Error{Category::bug, "path_not_a_file",
                   path + " is not a regular file: give the store another path"};
    }
    return {};
  }
  if (errno != ENOENT) {
    return Error{Category::transient, "cannot_open", path + ": " + std::strerror(errno)};
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::stat(folder.c_str(), &found) != 0) {
    return Error{Category::transient, "cannot_open",
                 path + ": there is no folder " + folder + ": create it"};
  }
  return {};
}

Result<void> check_wal(Database& database) {
  Run mode = database.query("PRAGMA journal_mode");
  if (!mode.next()) return mode.error();
  if (mode.text(0) == "wal") return {};
  return Error{
      Category::bug, "no_wal",
      database.path() +
          ": SQLite cannot use its write-ahead log here (a network file system?): put the store"
          " on a local disk"};
}

}  // namespace

Result<std::unique_ptr<Database>> open_writer(const std::string& path, std::int64_t& found,
                                              microseconds patience) {
  if (Result<void> named = check_name(path); !named) return named.error();
  if (Result<void> checked = check_path(path); !checked) return checked.error();
  Result<std::unique_ptr<Database>> opened = Database::open(path, Database::Mode::writer, patience);
  if (!opened) return opened;
  Database& database = **opened;
  if (Result<void> ours = check_tables(database); !ours) return ours.error();
  Result<std::int64_t> version = version_of(database);  // reads the header: not a database, corrupt
  if (!version) return version.error();
  if (*version > kSchemaVersion) return newer(path, *version);  // before anything is written to it
  found = *version;
  // A writer checkpoints every 4,000 pages (16 MB), so that a commit seldom pays for one.
  Result<void> set = database.script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA "
      "cache_size = -32000;"
      "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = "
      "MEMORY");
  if (!set) return set.error();
  if (Result<void> wal = check_wal(database); !wal) return wal.error();
  if (Result<void> migrated = migrate(database); !migrated) return migrated.error();
  // A read-only file may open well and fail on the first write. One whose write lock is taken is
  // none, and who only reads has no reason to wait for that.
  database.limit_waits(microseconds{0}, {});
  const Result<void> writable =
      database.script("BEGIN IMMEDIATE; UPDATE flow_state SET position = position; ROLLBACK");
  database.unlimit_waits();
  if (!writable && writable.error().category != Category::busy) return writable.error();
  return opened;
}

Result<std::unique_ptr<Database>> open_reader(const std::string& path) {
  Result<std::unique_ptr<Database>> opened = Database::open(path, Database::Mode::reader);
  if (!opened) return opened;
  Result<void> set = (*opened)->script(
      "PRAGMA cache_size = -16000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY");
  if (!set) return set.error();
  return opened;
}

}  // namespace flow::sqlite
