// Units that share a transaction: what one of them does to it, and what becomes of the others.
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "flow/handling.h"
#include "store_fixture.h"

using namespace store_test;

namespace {

struct GroupFixture : Fixture<SqliteBackend> {
  GroupFixture() {
    auto sql = open();
    sql->execute("CREATE TABLE taken(a INTEGER PRIMARY KEY)");
    sql->execute("INSERT INTO taken VALUES (1)");
    submit_sql(std::move(sql), 1);
    require(reports.wait(1));
    token = 100;
  }
  std::unique_ptr<SqlScope> open(bool repeatable = true) {
    auto scope = store->open_sql(10s, {.channel = "c", .handler = "h", .repeatable = repeatable});
    require(scope);
    return std::move(*scope);
  }
  void submit_sql(std::unique_ptr<SqlScope> sql, std::uint64_t as) {
    UnitOfWork unit;
    unit.sql = std::move(sql);
    store->submit(std::move(unit), reports, as);
  }
  void submit_message(std::uint64_t as) {
    UnitOfWork unit;
    unit.outgoing.push_back({message(kAlpha), {}});
    store->submit(std::move(unit), reports, as);
  }
  /// A thread that asks for the write side while this one holds it, so that it comes next, into the
  /// same group.
  template <typename Work>
  std::thread next(Work work) {
    std::atomic<bool> asks{false};
    std::thread thread([this, &asks, work] {
      asks = true;
      work(open());
    });
    while (!asks) std::this_thread::yield();
    std::this_thread::sleep_for(20ms);  // it waits for its turn, or asks later: both must do
    return thread;
  }
  static void roll_back(SqlScope& sql) {
    CHECK_THROWS_AS(sql.execute("INSERT OR ROLLBACK INTO taken VALUES (1)"), SqlError);
  }
  std::int64_t taken() {
    return std::get<std::int64_t>(open()->query("SELECT count(*) FROM taken").at(0).at(0));
  }
};

void execute(const std::string& path, const char* sql) {
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
  sqlite3_busy_timeout(raw, 5000);
  CHECK(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(raw);
}

}  // namespace

TEST_CASE(
    "a statement that rolls the group back: units without SQL commit, those with SQL are told to "
    "be handled again, its own fails") {
  GroupFixture f;
  std::uint64_t rounds = 0, undone = 0, kept = 0;
  // Whether the neighbour is in the culprit's group is a matter of milliseconds: until it was.
  for (; undone == 0 && rounds < 100; ++rounds) {
    const std::uint64_t base = 1000 + 10 * rounds;
    auto holds = f.open();
    std::thread neighbour = f.next([&](std::unique_ptr<SqlScope> sql) {
      sql->execute("INSERT INTO taken VALUES (?)", base);
      f.submit_message(base);
      f.submit_sql(std::move(sql), base + 1);
    });
    std::thread culprit = f.next([&](std::unique_ptr<SqlScope> sql) {
      f.roll_back(*sql);
      f.submit_sql(std::move(sql), base + 2);  // its handler swallowed the exception
    });
    holds.reset();
    neighbour.join();
    culprit.join();
    f.require(f.reports.wait(base));
    const Result<Committed> beside = f.reports.wait(base + 1);
    if (beside) {
      ++kept;
    } else {
      ++undone;
      CHECK(beside.error().code == kGroupUndone);
      CHECK(beside.error().category == Category::transient);
    }
    const Result<Committed> own = f.reports.wait(base + 2);
    REQUIRE(!own);
    CHECK(own.error().category == Category::bug);
    CHECK(own.error().code == kOwnSqlFailed);
    for (std::uint64_t token = base; token < base + 3; ++token) CHECK(f.reports.told(token) == 1);
  }
  CHECK(undone == 1);
  CHECK(f.taken() == static_cast<std::int64_t>(1 + kept));
  CHECK(f.stats(kPlain).depth == rounds);
}

TEST_CASE("a unit that cannot be handled again is undone by nobody") {
  GroupFixture f;
  for (int round = 0; round < 20; ++round) {
    auto first = f.open(false);
    first->execute("INSERT INTO taken VALUES (?)", 100 + round);
    std::thread culprit = f.next([&](std::unique_ptr<SqlScope> sql) { f.roll_back(*sql); });
    f.submit_sql(std::move(first), static_cast<std::uint64_t>(1000 + round));
    culprit.join();
    f.require(f.reports.wait(static_cast<std::uint64_t>(1000 + round)));
  }
  CHECK(f.taken() == 21);
}

TEST_CASE("a culprit that does not stop undoes its neighbours once, not again and again") {
  GroupFixture f;
  std::atomic<bool> stop{false};
  std::thread culprit([&] {
    while (!stop) f.roll_back(*f.open());
  });
  int undone = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    for (;;) {
      auto sql = f.open();
      sql->execute("INSERT INTO taken VALUES (?)", static_cast<std::int64_t>(1000 + i));
      f.submit_sql(std::move(sql), ++f.token);
      if (f.reports.wait(f.token)) break;
      ++undone;
    }
  }
  stop = true;
  culprit.join();
  CHECK(f.taken() == 51);
  CHECK(undone <= 2);  // more than once only where the test itself took seconds
}

TEST_CASE("a COMMIT that fails for what one member did: that one fails, the others commit") {
  GroupFixture f;
  // Foreign keys on the store's tables, made by another program: the COMMIT finds out.
  f.publish(kBeta, "", "{}", f.clock.now() + 1s);
  execute(f.backend.folder.file("store.db"),
          "CREATE TABLE mine(d REFERENCES flow_delayed(id) DEFERRABLE INITIALLY DEFERRED);"
          "INSERT INTO mine SELECT id FROM flow_delayed");
  f.clock.advance(2s);
  auto holds = f.open();
  f.submit_message(10);
  f.submit_message(11);
  Result<std::optional<Timestamp>> released = std::optional<Timestamp>{};
  std::atomic<bool> asks{false};
  std::thread keeper([&] {
    asks = true;
    released = f.store->release_due(f.clock.now());
  });
  while (!asks) std::this_thread::yield();
  std::this_thread::sleep_for(20ms);
  f.submit_message(12);
  holds.reset();
  keeper.join();
  for (const std::uint64_t token : {10, 11, 12}) f.require(f.reports.wait(token));
  REQUIRE(!released);
  CHECK(released.error().code == "constraint");
  CHECK(f.stats(kPlain).depth == 3);
}

TEST_CASE("who fills the disk fails alone, by a statement or at the COMMIT") {
  for (const bool at_commit : {false, true}) {
    CAPTURE(at_commit);
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
      const auto submit = [&](std::unique_ptr<SqlScope> sql, std::uint64_t token) {
        UnitOfWork unit;
        unit.sql = std::move(sql);
        store->submit(std::move(unit), reports, token);
      };
      auto sql = store->open_sql(5s, {.repeatable = true}).value();
      sql->execute("CREATE TABLE big(a)");
      for (std::uint64_t token = 1; token <= 3; ++token) {
        UnitOfWork unit;
        Message message;
        message.id = Uuid::v7(clock.now(), token);
        message.payload = "{}";
        unit.outgoing.push_back({std::move(message), {}});
        store->submit(std::move(unit), reports, token);
      }
      submit(std::move(sql), 4);
      auto greedy = store->open_sql(5s, {.repeatable = true}).value();
      std::string code;
      try {
        greedy->execute("CREATE TABLE IF NOT EXISTS big(a)");
        // What fits into SQLite's cache of 32 MB is written by the COMMIT.
        greedy->execute(
            "INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
            "i < ?) SELECT randomblob(10000) FROM n",
            at_commit ? 800 : 5000);
      } catch (const SqlError& thrown) {
        code = thrown.error.code;
      }
      CHECK(code == (at_commit ? "" : "disk_full"));
      submit(std::move(greedy), 5);
      for (std::uint64_t token = 1; token <= 3; ++token) CHECK(reports.wait(token).ok());
      const Result<Committed> neighbour = reports.wait(4);
      if (!neighbour) CHECK(neighbour.error().code == kGroupUndone);
      const Result<Committed> own = reports.wait(5);
      REQUIRE(!own);
      CHECK((own.error().code == "disk_full" || own.error().code == kGroupUndone));
      CHECK(store->stats(kPlain, clock.now()).value().depth == 3);
    }
    CHECK(::umount(disk.c_str()) == 0);
  }
}

TEST_CASE("a busy write side says who holds it: the handler, its channel, and for how long") {
  GroupFixture f;
  auto held = f.open();
  std::thread([&] {
    const auto second = f.store->open_sql(20ms);
    REQUIRE(!second);
    CHECK(second.error().category == Category::busy);
    CAPTURE(second.error().text);
    CHECK(second.error().text.find("handler `h` of channel `c` has held it for") !=
          std::string::npos);
    const auto third = f.store->open_sql(10s, {.stop = [] {
                                           std::stop_source source;
                                           source.request_stop();
                                           return source.get_token();
                                         }()});
    REQUIRE(!third);  // at once
  }).join();
  const auto own = f.store->open_sql(10s);
  REQUIRE(!own);
  CHECK(own.error().code == kWaitsForItself);
  CHECK(f.store->writer_now().find("handler `h`") != std::string::npos);
  held.reset();
  CHECK(f.store->writer_now().empty());
  CHECK(f.open() != nullptr);
}

TEST_CASE("a unit that waits for the write side can be taken back, and is told nothing") {
  GroupFixture f;
  auto held = f.open();
  f.submit_message(10);
  CHECK(f.store->withdraw(f.reports, 10));
  CHECK_FALSE(f.store->withdraw(f.reports, 10));
  held.reset();
  f.submit_message(11);
  f.require(f.reports.wait(11));
  CHECK(f.reports.told(10) == 0);
  CHECK(f.stats(kPlain).depth == 1);
}
