#include <thread>

#include "flow/handling.h"
#include "store_fixture.h"

// The handler's own SQL in its unit of work.

using namespace store_test;

namespace {

struct SqlFixture : Fixture<SqliteBackend> {
  SqlFixture() {
    std::unique_ptr<SqlScope> sql = open();
    sql->execute("CREATE TABLE total(country TEXT PRIMARY KEY, cents INTEGER NOT NULL)");
    commit(std::move(sql));
  }
  std::unique_ptr<SqlScope> open(microseconds timeout = 5s) {
    Result<std::unique_ptr<SqlScope>> scope = store->open_sql(timeout);
    require(scope);
    return std::move(*scope);
  }
  Result<Committed> try_commit(std::unique_ptr<SqlScope> sql, UnitOfWork unit = {}) {
    unit.sql = std::move(sql);
    return submit(std::move(unit));
  }
  void commit(std::unique_ptr<SqlScope> sql, UnitOfWork unit = {}) {
    require(try_commit(std::move(sql), std::move(unit)));
  }
  std::int64_t count() {
    std::unique_ptr<SqlScope> sql = open();
    return std::get<std::int64_t>(sql->query("SELECT count(*) FROM total").at(0).at(0));
  }
  static std::string code_of(Sql& sql, const std::string& statement) {
    try {
      sql.execute(statement);
    } catch (const SqlError& error) {
      return error.error.code;
    }
    return "no error";
  }
};

}  // namespace

TEST_CASE("a handler's SQL commits with its unit, reads its own writes, and keeps types") {
  SqlFixture f;
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  std::unique_ptr<SqlScope> sql = f.open();
  CHECK(sql->execute("INSERT INTO total VALUES (?, ?), (?, ?)", "NO", 12, std::string{"SE"}, 5) ==
        2);
  CHECK(sql->execute("UPDATE total SET cents = cents + 1 WHERE country = ?", "XX") == 0);
  const std::vector<SqlRow> rows =
      sql->query("SELECT country, cents, NULL, 1.5, x'00ff' FROM total WHERE country = ?",
                 std::string_view{"NO"});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == SqlRow{std::string{"NO"}, std::int64_t{12}, std::monostate{}, 1.5,
                          std::vector<std::byte>{std::byte{0}, std::byte{255}}});
  UnitOfWork unit = f.consume(got[0]);
  unit.outgoing.push_back({f.message(kBeta), {}});
  f.commit(std::move(sql), std::move(unit));
  CHECK(f.count() == 2);
  CHECK(f.stats(kOther).depth == 1);
  CHECK(f.stats(kPlain).depth == 1);  // the beta
}

TEST_CASE("a scope that is not submitted leaves nothing, and units beside it are untouched") {
  SqlFixture f;
  {
    std::unique_ptr<SqlScope> sql = f.open();
    sql->execute("INSERT INTO total VALUES ('NO', 1)");
    UnitOfWork beside;
    beside.outgoing.push_back({f.message(kAlpha), {}});
    f.store->submit(std::move(beside), f.reports, 777);
  }
  f.require(f.reports.wait(777));
  CHECK(f.count() == 0);
  CHECK(f.stats(kPlain).depth == 1);
}

TEST_CASE("a unit that is fenced takes its SQL with it, and no sibling") {
  SqlFixture f;
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  f.require(f.submit(f.consume(got[0])));
  std::unique_ptr<SqlScope> sql = f.open();
  sql->execute("INSERT INTO total VALUES ('NO', 1)");
  UnitOfWork beside;
  beside.outgoing.push_back({f.message(kBeta), {}});
  f.store->submit(std::move(beside), f.reports, 778);
  const Result<Committed> refused = f.try_commit(std::move(sql), f.consume(got[0]));
  REQUIRE(!refused);
  CHECK(refused.error().code == "already_done");
  f.require(f.reports.wait(778));
  CHECK(f.count() == 0);
}

TEST_CASE(
    "what would break the unit of work or the store's tables is refused, and the unit can go on") {
  SqlFixture f;
  std::unique_ptr<SqlScope> sql = f.open();
  sql->execute("INSERT INTO total VALUES ('NO', 1)");
  for (const std::string statement :
       {"BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT x",
        "RELEASE flow_scope",
        "ROLLBACK TO flow_scope",
        "ATTACH 'x' AS y",
        "PRAGMA synchronous = OFF",
        "DELETE FROM flow_log",
        "SELECT * FROM flow_row",
        "DROP TABLE flow_meta",
        "CREATE TABLE flow_mine(a)",
        "CREATE TRIGGER t AFTER INSERT ON flow_log BEGIN SELECT 1; END",
        "CREATE INDEX i ON flow_log(payload)",
        "ALTER TABLE flow_row ADD COLUMN a",
        "CREATE TRIGGER t AFTER INSERT ON total BEGIN DELETE FROM flow_log; END",
        "CREATE TRIGGER t AFTER INSERT ON total BEGIN DELETE FROM [Flow_Log]; END",
        "CREATE VIEW v AS SELECT * FROM \"flow_row\"",
        "CREATE TABLE c(a REFERENCES flow_log(id))",
        "CREATE TABLE c(a, FOREIGN KEY (a) REFERENCES flow_log)",
        "ALTER TABLE total ADD COLUMN a REFERENCES flow_log(id)",
        "ALTER TABLE total RENAME TO flow_total",
        "CREATE TEMP TABLE t(a)",
        "CREATE TABLE temp.t(a)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE TEMP TRIGGER t AFTER INSERT ON total BEGIN SELECT 1; END"}) {
    CAPTURE(statement);
    const std::string code = f.code_of(*sql, statement);
    CHECK(code == "sql_refused");
  }
  CHECK(f.code_of(*sql, "SELECT 1; SELECT 2") == "sql_several");
  CHECK(f.code_of(*sql, "SELECT ?") == "sql_parameters");
  CHECK(f.code_of(*sql, " ") == "sql_empty");
  CHECK(f.code_of(*sql, "SELEC 1") == "sql");
  CHECK(f.code_of(*sql, "INSERT INTO total VALUES ('NO', 2)") == "constraint");
  f.commit(std::move(sql));
  CHECK(f.count() == 1);
}

TEST_CASE("a column of the user's may be called as it likes") {
  SqlFixture f;
  std::unique_ptr<SqlScope> sql = f.open();
  sql->execute("CREATE TABLE mine(flow_rate REAL)");
  sql->execute("INSERT INTO mine VALUES (1.5)");
  CHECK(sql->execute("UPDATE mine SET flow_rate = 2") == 1);
  CHECK(sql->query("SELECT flow_rate FROM mine").size() == 1);
  sql->execute("ALTER TABLE mine RENAME COLUMN flow_rate TO flow_speed");
  sql->execute("CREATE VIEW speeds AS SELECT flow_speed, 'flow_log' AS what FROM mine -- flow_row");
  sql->execute(
      "CREATE TRIGGER up AFTER INSERT ON mine BEGIN UPDATE mine SET flow_speed = new.flow_speed; "
      "END");
  sql->execute("INSERT INTO mine VALUES (3)");
  CHECK(sql->query("SELECT * FROM speeds").size() == 2);
  f.commit(std::move(sql));
}

TEST_CASE("a constraint violation is a bug of the handler and names the constraint") {
  SqlFixture f;
  std::unique_ptr<SqlScope> sql = f.open();
  try {
    sql->execute("INSERT INTO total VALUES ('NO', NULL)");
    FAIL("accepted");
  } catch (const SqlError& error) {
    CHECK(error.error.category == Category::bug);
    CHECK(error.error.text.find("total.cents") != std::string::npos);
  }
}

TEST_CASE("a deferred foreign key fails its own unit, not the group at COMMIT") {
  SqlFixture f;
  std::unique_ptr<SqlScope> sql = f.open();
  sql->execute(
      "CREATE TABLE child(c TEXT REFERENCES total(country) DEFERRABLE INITIALLY DEFERRED)");
  f.commit(std::move(sql));
  sql = f.open();
  sql->execute("INSERT INTO child VALUES ('nowhere')");
  UnitOfWork beside;
  beside.outgoing.push_back({f.message(kBeta), {}});
  f.store->submit(std::move(beside), f.reports, 779);
  const Result<Committed> refused = f.try_commit(std::move(sql));
  REQUIRE(!refused);
  CHECK(refused.error().code == kOwnSqlFailed);
  f.require(f.reports.wait(779));
}

TEST_CASE("one at a time: another scope waits for its turn, at most as long as it says") {
  SqlFixture f;
  std::unique_ptr<SqlScope> first = f.open();
  std::thread([&] {
    const Result<std::unique_ptr<SqlScope>> second = f.store->open_sql(20ms);
    REQUIRE(!second);
    CHECK(second.error().category == Category::busy);
  }).join();
  std::thread waiting([&] {
    std::unique_ptr<SqlScope> third = f.open(10s);
    third->execute("INSERT INTO total VALUES ('SE', 1)");
    UnitOfWork unit;
    unit.sql = std::move(third);
    f.store->submit(std::move(unit), f.reports, 901);
  });
  first->execute("INSERT INTO total VALUES ('NO', 1)");
  f.commit(std::move(first));
  waiting.join();
  f.require(f.reports.wait(901));
  CHECK(f.count() == 2);
}

TEST_CASE("revoked between statements: rolled back, the turn is free, its owner is fenced") {
  SqlFixture f;
  std::unique_ptr<SqlScope> stuck = f.open();
  stuck->execute("INSERT INTO total VALUES ('NO', 1)");
  std::thread([&] { stuck->revoke(); }).join();
  CHECK(f.count() == 0);
  CHECK(f.code_of(*stuck, "SELECT 1") == "fenced");
  const Result<Committed> refused = f.try_commit(std::move(stuck));
  REQUIRE(!refused);
  CHECK(refused.error().category == Category::fenced);
  CHECK(f.count() == 0);
}

TEST_CASE("revoked while a statement runs: it is interrupted") {
  SqlFixture f;
  std::unique_ptr<SqlScope> stuck = f.open();
  std::string code;
  std::atomic<bool> running{false};
  std::thread owner([&] {
    running = true;
    code = f.code_of(
        *stuck,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  });
  while (!running) std::this_thread::yield();
  stuck->revoke();
  owner.join();
  CHECK(code == "fenced");
  stuck.reset();
  CHECK(f.count() == 0);
  f.publish(kAlpha);
  CHECK(f.stats(kPlain).depth == 1);
}

TEST_CASE("revoked while it writes: the store goes on, and so do those beside it") {
  SqlFixture f;
  // Most of the time in the group that is undone.
  UnitOfWork beside;
  beside.outgoing.push_back({f.message(kAlpha), {}});
  f.store->submit(std::move(beside), f.reports, 780);
  std::unique_ptr<SqlScope> stuck = f.open();
  std::string code;
  std::atomic<bool> running{false};
  std::thread owner([&] {
    running = true;
    code = f.code_of(
        *stuck,
        "INSERT INTO total WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT 'c' || i, i FROM n");
  });
  while (!running) std::this_thread::yield();
  std::this_thread::sleep_for(
      20ms);  // into the statement, most of the time; either way it must end
  stuck->revoke();
  owner.join();
  CHECK(code == "fenced");
  f.require(f.reports.wait(780));
  CHECK(f.count() == 0);
  f.publish(kAlpha);
  CHECK(f.stats(kPlain).depth == 2);
}

TEST_CASE("a thread's units are applied in its order, with and without SQL") {
  SqlFixture f;
  for (int i = 0; i < 50; ++i) {
    UnitOfWork plain;
    plain.outgoing.push_back({f.message(kAlpha, std::to_string(2 * i)), {}});
    f.store->submit(std::move(plain), f.reports, static_cast<std::uint64_t>(1000 + 2 * i));
    std::unique_ptr<SqlScope> sql = f.open();
    UnitOfWork with_sql;
    with_sql.outgoing.push_back({f.message(kAlpha, std::to_string(2 * i + 1)), {}});
    with_sql.sql = std::move(sql);
    f.store->submit(std::move(with_sql), f.reports, static_cast<std::uint64_t>(1001 + 2 * i));
  }
  f.claim(kPlain);
  f.require(f.reports.wait(1099));
  const std::vector<Delivery> got = f.load(kPlain, 200);
  REQUIRE(got.size() == 100);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i].message->key == std::to_string(i));
}
