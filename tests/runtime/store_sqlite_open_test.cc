#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "store/sqlite/schema.h"
#include "store_fixture.h"

// Files that cannot be opened or written say what to do, and lose nothing.

using namespace store_test;

namespace {

void execute(const std::string& path, const char* sql) {
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
  char* said = nullptr;
  const int code = sqlite3_exec(raw, sql, nullptr, nullptr, &said);
  CHECK_MESSAGE(code == SQLITE_OK, std::string{said == nullptr ? "" : said});
  sqlite3_free(said);
  sqlite3_close(raw);
}

Error refusal(const std::string& path) {
  const Topology with = topology();
  TestClock clock;
  Result<std::unique_ptr<Store>> opened = open_sqlite(path, with, clock);
  if (opened) return {Category::bug, "opened", ""};
  return opened.error();
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a newer store is refused with both versions, and not touched") {
  Fixture<SqliteBackend> f;
  const std::string path = f.backend.folder.file("store.db");
  f.store.reset();
  execute(path, "UPDATE flow_meta SET value = 99 WHERE name = 'schema_version'");
  const std::string before = bytes_of(path);
  const Error error = refusal(path);
  CHECK(error.code == "store_newer");
  CHECK(error.text.find("99") != std::string::npos);
  CHECK(error.text.find("up to " + std::to_string(sqlite::kSchemaVersion) + ":") !=
        std::string::npos);
  CHECK(error.text.find("newer program") != std::string::npos);
  CHECK(bytes_of(path) == before);
}

TEST_CASE("a file that is not a database, a folder, a missing folder: said, and left alone") {
  TempDir folder;
  const std::string junk = folder.file("junk.db");
  std::ofstream(junk) << std::string(5000, 'x');
  CHECK(refusal(junk).code == "not_a_database");
  CHECK(bytes_of(junk) == std::string(5000, 'x'));
  CHECK(refusal(folder.path().string()).code == "path_is_folder");
  CHECK(refusal(folder.file("none/store.db")).code == "cannot_open");
  CHECK(refusal("/dev/null").code == "path_not_a_file");
}

TEST_CASE("a corrupt store is an error, not a crash") {
  Fixture<SqliteBackend> f;
  const std::string path = f.backend.folder.file("store.db");
  for (int i = 0; i < 50; ++i) f.publish(kAlpha, {}, std::string(500, 'x'));
  f.store.reset();
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);
  file << std::string(60'000, '\xee');
  file.close();
  CHECK(refusal(path).code == "corrupt");
}

TEST_CASE("a user's own tables in the same file are kept") {
  TempDir folder;
  const std::string path = folder.file("mine.db");
  execute(path, "CREATE TABLE mine(a); INSERT INTO mine VALUES (1)");
  CHECK(refusal(path).code == "opened");
  execute(path,
          "INSERT INTO mine SELECT schema_version.value FROM flow_meta AS schema_version WHERE "
          "name = 'schema_version'");
}

TEST_CASE("names that SQLite does not take for a file's are refused by name") {
  TempDir folder;
  for (const std::string& name :
       {std::string{}, std::string{":memory:"}, std::string{"file:x.db"},
        std::string{"file::memory:?cache=shared"}, std::string{":x"}, std::string("a\0b", 3),
        folder.file("store.db-wal"), folder.file("store.db-shm"), folder.file("store.db-journal"),
        folder.file("store.db-flow")}) {
    CAPTURE(name);
    const Error error = refusal(name);
    CHECK(error.code == "path_special");
    CHECK(error.text.find("give") + error.text.find("write") != 2 * std::string::npos);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(refusal(folder.file("memory:.db")).code == "opened");
}

TEST_CASE("tables named as the store's, of another program, are refused and left alone") {
  TempDir folder;
  const std::string path = folder.file("other.db");
  for (const char* table : {"CREATE TABLE flow_log(a)", "CREATE TABLE flow_meta(key, val, note)",
                            "CREATE TABLE FLOW_ROW(a)", "CREATE VIEW flow_state AS SELECT 1"}) {
    CAPTURE(table);
    std::filesystem::remove(path);
    execute(path, table);
    const std::string before = bytes_of(path);
    const Error error = refusal(path);
    CHECK(error.code == "foreign_tables");
    CHECK(error.text.find("rename the table") != std::string::npos);
    CHECK(bytes_of(path) == before);
  }
  std::filesystem::remove(path);
  execute(path, "CREATE TABLE flows(flow_rate)");
  CHECK(refusal(path).code == "opened");
}

TEST_CASE("a read-only file or folder is an error that says so") {
  Fixture<SqliteBackend> f;
  const std::string path = f.backend.folder.file("store.db");
  f.publish(kAlpha);
  f.store.reset();
  std::filesystem::permissions(f.backend.folder.path(), static_cast<std::filesystem::perms>(0755));
  const auto refused_as_other = [&](const std::string& file) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(3);
      const std::string code = refusal(file).code;
      ::_exit(code == "read_only" || code == "cannot_open" ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  ::chmod(path.c_str(), 0444);
  ::chmod(f.backend.folder.path().c_str(), 0555);
  CHECK(refused_as_other(path) == 0);
  CHECK(refused_as_other(f.backend.folder.file("new.db")) == 0);
  ::chmod(f.backend.folder.path().c_str(), 0755);
  ::chmod(path.c_str(), 0644);
  f.store = f.reopen();
  CHECK(f.stats(kPlain).depth == 1);
}

TEST_CASE(
    "a full disk fails units as transient, loses nothing, and the store goes on when there is "
    "room") {
  TempDir folder;
  const std::string disk = folder.file("disk");
  REQUIRE(::mkdir(disk.c_str(), 0755) == 0);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) {
    MESSAGE("skipped: a small file system cannot be mounted here");
    return;
  }
  {
    const Topology with = topology();
    TestClock clock;
    Reports reports;
    auto store = open_sqlite(disk + "/store.db", with, clock).value();
    REQUIRE(store->register_topology());
    std::uint64_t token = 0, kept = 0;
    const auto publish = [&](std::size_t size) {
      UnitOfWork unit;
      Message message;
      message.id = Uuid::v7(clock.now(), ++token);
      message.correlation_id = message.id;
      message.payload = std::string(size, 'x');
      unit.outgoing.push_back({std::move(message), {}});
      store->submit(std::move(unit), reports, token);
      Result<Committed> done = reports.wait(token);
      if (done) ++kept;
      return done;
    };
    { std::ofstream(disk + "/ballast") << std::string(900'000, 'b'); }
    Result<Committed> done = Committed{};
    for (int i = 0; done && i < 1000; ++i) done = publish(20'000);
    REQUIRE(!done);
    CHECK(done.error().category == Category::transient);
    CHECK(done.error().code == "disk_full");
    CHECK(done.error().text.find("free space") != std::string::npos);
    CHECK(!publish(20'000));
    std::filesystem::remove(disk + "/ballast");
    REQUIRE(publish(100));
    REQUIRE(store->claim(kPlain).value());
    std::vector<Delivery> got;
    for (std::size_t before = 1; before != got.size();) {
      before = got.size();
      REQUIRE(store->load(kPlain, 100, got));
    }
    CHECK(got.size() == kept);
  }
  ::umount(disk.c_str());
}
