// A host over the SQLite store: what one handler's SQL may do to others, and waits on itself.
#include <doctest/doctest.h>

#include <map>
#include <thread>

#include "host_support.h"
#include "store/sqlite/sqlite_store.h"
#include "store_fixture.h"

using namespace host_test;

namespace {

World sql_shop() {
  World world = host_test::shop();
  world.deployments = {
      {.name = "disk", .store_kind = flow::StoreKind::sqlite, .open_store = flow::open_sqlite}};
  return world;
}

struct SqlShop {
  explicit SqlShop(std::function<void(flow::Handling&)> on, World world = sql_shop())
      : running(std::move(world), std::move(on), [this](flow::HostOptions& options) {
          options.store_path = folder.file("shop.db");
        }) {}
  flow::Outlet& bus() { return running.service.outlet(); }
  flow::Host& host() { return *running.host; }
  void execute(const std::string& statement) {
    bus().unit_of_work([&](flow::Outlet&, flow::Sql& sql) { sql.execute(statement); });
  }
  std::int64_t number(const std::string& statement) {
    std::int64_t found = -1;
    bus().unit_of_work([&](flow::Outlet&, flow::Sql& sql) {
      found = std::get<std::int64_t>(sql.query(statement).at(0).at(0));
    });
    return found;
  }

  store_test::TempDir folder;
  Running running;
};

/// The code of the BusError or SqlError that `work` throws; "none".
template <typename Work>
std::string error_code(Work&& work) {
  try {
    work();
  } catch (const flow::BusError& thrown) {
    return thrown.error.code;
  } catch (const flow::SqlError& thrown) {
    return thrown.error.code;
  }
  return "none";
}

// What a statement may do to the transaction that its handler shares with others.
struct Attack {
  std::string name;
  std::vector<std::string> set_up;
  std::string statement;
};

std::vector<Attack> attacks() {
  return {
      {"OR ROLLBACK", {}, "INSERT OR ROLLBACK INTO taken VALUES (1)"},
      {"RAISE(ROLLBACK)",
       {"CREATE TABLE trap(a)",
        "CREATE TRIGGER spring AFTER INSERT ON trap BEGIN SELECT RAISE(ROLLBACK, 'sprung'); END"},
       "INSERT INTO trap VALUES (1)"},
      {"a deferred foreign key",
       {"CREATE TABLE child(p REFERENCES taken(a) DEFERRABLE INITIALLY DEFERRED)"},
       "INSERT INTO child VALUES (99)"},
      {"ATTACH", {}, "ATTACH ':memory:' AS other"},
      {"VACUUM", {}, "VACUUM"},
      {"a TEMP trigger",
       {},
       "CREATE TEMP TRIGGER spring AFTER INSERT ON taken BEGIN SELECT RAISE(ROLLBACK, 'x'); END"},
      {"a trigger on the store's tables",
       {},
       "CREATE TRIGGER spring AFTER INSERT ON done BEGIN DELETE FROM flow_log; END"}};
}

}  // namespace

TEST_CASE("one handler's SQL fails that handler alone, whatever it does to the transaction") {
  for (const Attack& attack : attacks()) {
    CAPTURE(attack.name);
    constexpr int kEach = 60;
    std::atomic<bool> armed{true};
    std::mutex mutex;
    std::map<std::string, std::uint32_t> most_attempts;
    SqlShop shop([&](flow::Handling& handling) {
      {
        const std::lock_guard lock(mutex);
        std::uint32_t& most = most_attempts[std::string{handling.endpoint_id()}];
        most = std::max(most, handling.attempt());
      }
      if (handling.endpoint_id() == "ship") {
        handling.sql().execute(attack.statement);
      } else if (handling.endpoint_id() == "totals") {
        handling.sql().execute("INSERT INTO done VALUES (?)", handling.message().payload);
      }
    });
    shop.execute("CREATE TABLE taken(a INTEGER PRIMARY KEY)");
    shop.execute("INSERT INTO taken VALUES (1)");
    shop.execute("CREATE TABLE done(a)");
    for (const std::string& statement : attack.set_up) shop.execute(statement);
    for (int i = 0; i < kEach; ++i) {
      shop.running.emit(kPlaced, {}, std::to_string(i));
      if (i % 6 == 0) shop.running.emit(kShip);
    }
    shop.host().start();
    REQUIRE(shop.host().wait_idle(30s, 1s));
    // `mail` has no SQL, `totals` has SQL of its own.
    for (const std::string innocent : {"mail", "totals"}) {
      CAPTURE(innocent);
      CHECK(shop.running.stats(innocent).handled == kEach);
      CHECK(shop.running.stats(innocent).failed_attempts == 0);
      CHECK(most_attempts[innocent] == 1);
    }
    CHECK(shop.number("SELECT count(*) FROM done") == kEach);
    CHECK(shop.number("SELECT count(DISTINCT a) FROM done") == kEach);
    CHECK_FALSE(shop.running.logged("the store failed"));
    CHECK(shop.running.stats("ship").dead == kEach / 6);
    const auto letters = shop.host().store().dead_letters({});
    REQUIRE(letters.ok());
    for (const flow::DeadLetter& letter : *letters) CHECK(letter.endpoint == "ship");
  }
}

TEST_CASE("a unit of work of the bus keeps what it committed beside a handler that rolls back") {
  std::atomic<int> kept{0};
  SqlShop shop([&](flow::Handling& handling) {
    handling.sql().execute("INSERT OR ROLLBACK INTO taken VALUES (1)");
  });
  shop.execute("CREATE TABLE taken(a INTEGER PRIMARY KEY)");
  shop.execute("INSERT INTO taken VALUES (1)");
  shop.execute("CREATE TABLE done(a)");
  for (int i = 0; i < 40; ++i) shop.running.emit(kShip);
  shop.host().start();
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 30; ++i) {
        const std::string failed = error_code([&] { shop.execute("INSERT INTO done VALUES (1)"); });
        if (failed == "none") ++kept;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(kept == 90);
  CHECK(shop.number("SELECT count(*) FROM done") == 90);
  REQUIRE(shop.host().wait_idle(30s, 1s));
}

TEST_CASE("a query only reads: a write throws, alone and within a unit of work") {
  std::vector<std::string> codes;
  std::vector<std::int64_t> seen;
  SqlShop shop([&](flow::Handling& handling) {
    flow::Sql& sql = handling.sql();
    for (const char* statement : {"INSERT INTO t VALUES (1)", "DELETE FROM t", "CREATE TABLE u(a)",
                                  "BEGIN", "COMMIT", "ATTACH ':memory:' AS other",
                                  "PRAGMA query_only = OFF", "VACUUM", "SELECT * FROM flow_log"}) {
      codes.push_back(error_code([&] { sql.execute(statement); }));
    }
    codes.push_back(
        error_code([&] { static_cast<void>(sql.query("INSERT INTO t VALUES (1) RETURNING a")); }));
    seen.push_back(std::get<std::int64_t>(sql.query("SELECT count(*) FROM t").at(0).at(0)));
    handling.reply("{}");
  });
  shop.execute("CREATE TABLE t(a)");
  shop.execute("INSERT INTO t VALUES (1)");
  const std::vector<std::string> refused{
      "query_writes", "query_writes", "query_writes", "sql_refused", "sql_refused",
      "sql_refused",  "sql_refused",  "query_writes", "sql_refused", "query_writes"};
  shop.bus().ask(kTotal, {}, "{}");
  CHECK(codes == refused);
  CHECK(seen == std::vector<std::int64_t>{1});
  codes.clear();
  shop.bus().unit_of_work([&](flow::Outlet& outlet, flow::Sql& sql) {
    sql.execute("INSERT INTO t VALUES (2)");
    outlet.ask(kTotal, {}, "{}");
  });
  CHECK(codes == refused);
  CHECK(seen.back() == 2);  // its uncommitted row
  CHECK(shop.number("SELECT count(*) FROM t") == 2);
}

TEST_CASE("a query waits for no writer") {
  Gate holds, release;
  SqlShop shop([&](flow::Handling& handling) {
    if (handling.endpoint_id() == "ship") {
      handling.sql().execute("INSERT INTO t VALUES (1)");
      holds.open();
      release.wait();
    } else {
      const auto rows = handling.sql().query("SELECT count(*) FROM t");
      handling.reply(std::to_string(std::get<std::int64_t>(rows.at(0).at(0))));
    }
  });
  shop.execute("CREATE TABLE t(a)");
  shop.running.emit(kShip);
  shop.host().start();
  REQUIRE(holds.wait());
  CHECK(shop.bus().ask(kTotal, {}, "{}") == "0");
  release.open();
  REQUIRE(shop.host().wait_idle(10s));
  CHECK(shop.bus().ask(kTotal, {}, "{}") == "1");
}

TEST_CASE("a command that a query's handler sends writes, and is kept") {
  SqlShop shop([&](flow::Handling& handling) {
    if (handling.endpoint_id() == "reserve") handling.sql().execute("INSERT INTO t VALUES (1)");
    if (handling.endpoint_id() != "total") return;
    handling.emit(kReserve, {}, "{}", {});
    const auto rows = handling.sql().query("SELECT count(*) FROM t");
    handling.reply(std::to_string(std::get<std::int64_t>(rows.at(0).at(0))));
  });
  shop.execute("CREATE TABLE t(a)");
  CHECK(shop.bus().ask(kTotal, {}, "{}") == "1");
  CHECK(shop.number("SELECT count(*) FROM t") == 1);
}

TEST_CASE("a wait of a handling on itself is refused at once, and nothing leaks") {
  std::map<std::string, std::string> codes;
  std::atomic<bool> with_sql{true};
  std::unique_ptr<SqlShop> shop;
  shop = std::make_unique<SqlShop>([&](flow::Handling& handling) {
    if (handling.endpoint_id() == "total") return handling.reply("7");
    if (handling.endpoint_id() != "ship") return;
    if (with_sql) handling.sql().execute("INSERT INTO t VALUES (1)");
    codes["emit"] = error_code([&] { shop->running.emit(kPlaced); });
    codes["unit_of_work"] = error_code([&] { shop->execute("INSERT INTO t VALUES (2)"); });
    codes["command"] = error_code([&] { shop->running.emit(kReserve); });
    codes["query"] = error_code([&] { CHECK(shop->bus().ask(kTotal, {}, "{}") == "7"); });
    codes["drain"] = error_code([&] { shop->host().drain(); });
    codes["wait_idle"] = error_code([&] { shop->host().wait_idle(30s); });
  });
  shop->execute("CREATE TABLE t(a)");
  shop->host().start();
  shop->running.emit(kShip);
  REQUIRE(shop->host().wait_idle(10s, 1s));
  std::map<std::string, std::string> expected{
      {"emit", "waits_for_itself"},    {"unit_of_work", "waits_for_itself"},
      {"command", "waits_for_itself"}, {"query", "none"},
      {"drain", "waits_for_itself"},   {"wait_idle", "waits_for_itself"}};
  CHECK(codes == expected);
  CHECK(shop->running.stats("ship").failed_attempts == 0);
  with_sql = false;
  shop->running.emit(kShip);
  REQUIRE(shop->host().wait_idle(10s, 1s));
  expected["emit"] = expected["unit_of_work"] = expected["command"] = "outside_of_unit";
  CHECK(codes == expected);
  CHECK(shop->running.stats("mail").handled == 0);
  CHECK(shop->number("SELECT count(*) FROM t") == 1);
}

TEST_CASE("the bus within a unit of work of it is refused, and the unit goes on") {
  SqlShop shop([](flow::Handling&) {});
  shop.execute("CREATE TABLE t(a)");
  std::string before, after, drained;
  shop.bus().unit_of_work([&](flow::Outlet& outlet, flow::Sql& sql) {
    before = error_code([&] { shop.running.emit(kPlaced); });
    sql.execute("INSERT INTO t VALUES (1)");
    after = error_code([&] { shop.running.emit(kPlaced); });
    drained = error_code([&] { shop.host().drain(); });
    outlet.emit(kShip, {}, "{}", {});
  });
  CHECK(before == "outside_of_unit");
  CHECK(after == "waits_for_itself");
  CHECK(drained == "waits_for_itself");
  CHECK(shop.number("SELECT count(*) FROM t") == 1);
  const auto stats = shop.host().channel_stats();
  REQUIRE(stats.ok());
  CHECK(stats->at(0).depth == 0);
  CHECK(stats->at(2).depth == 1);
}

TEST_CASE("another host and another handle on the same file are known as oneself on one thread") {
  SqlShop shop([](flow::Handling&) {});
  shop.execute("CREATE TABLE t(a)");
  Running other{
      sql_shop(), [](flow::Handling&) {},
      [&](flow::HostOptions& options) { options.store_path = shop.folder.file("shop.db"); }};
  const auto insert = [&] {
    other.service.outlet().unit_of_work(
        [](flow::Outlet&, flow::Sql& sql) { sql.execute("INSERT INTO t VALUES (2)"); });
  };
  shop.bus().unit_of_work([&](flow::Outlet&, flow::Sql& sql) {
    CHECK(error_code([&] { other.emit(kPlaced); }) == "none");  // it waits for nothing yet
    sql.execute("INSERT INTO t VALUES (1)");
    CHECK(error_code([&] { other.emit(kPlaced); }) == "waits_for_itself");
    CHECK(error_code(insert) == "waits_for_itself");
    const auto retired = other.host->store().retire("nobody");
    REQUIRE_FALSE(retired.ok());
    CHECK(retired.error().code == "waits_for_itself");
  });
  insert();
  CHECK(shop.number("SELECT count(*) FROM t") == 2);
}

TEST_CASE("stuck says why: who waits for the write side, for whom, and who holds it") {
  World world = sql_shop();
  for (flow::ChannelPolicy& policy : world.channels) policy.timeout = 1s;
  world.channels[0].timeout = 20s;
  Gate holds, release, failed;
  std::string why;
  std::thread helper;
  std::unique_ptr<SqlShop> shop;
  shop = std::make_unique<SqlShop>(
      [&](flow::Handling& handling) {
        if (handling.endpoint_id() == "mail") {
          handling.sql().execute("INSERT INTO t VALUES (1)");
          holds.open();
          release.wait();
        } else if (handling.message().payload == "waits") {
          holds.wait();
          try {
            handling.sql().execute("INSERT INTO t VALUES (2)");
          } catch (const flow::SqlError& thrown) {
            why = thrown.error.text;
            failed.open();
            throw;
          }
        } else if (handling.endpoint_id() == "ship" && handling.attempt() == 1) {
          // A thread that the handler waits for, and that waits for the handler.
          handling.sql().execute("INSERT INTO t VALUES (2)");
          helper = std::thread([&] { shop->running.emit(kReserve); });
          helper.join();
        } else if (handling.endpoint_id() == "reserve") {
          handling.sql().execute("INSERT INTO t VALUES (3)");
        }
      },
      std::move(world));
  shop->execute("CREATE TABLE t(a)");
  shop->host().start();
  shop->running.emit(kShip);
  REQUIRE(shop->host().wait_idle(10s, 1s));
  CHECK(shop->running.logged("it has held the store's write side for"));
  CHECK(shop->number("SELECT count(*) FROM t") == 1);  // the helper's
  // A handler with SQL waits for `mail` until its own timeout.
  shop->running.emit(kShip, {}, "waits");
  shop->running.emit(kPlaced);
  REQUIRE(failed.wait());
  CAPTURE(why);
  CHECK(why.find("handler `mail` of channel `mail` has held it for") != std::string::npos);
  release.open();
  REQUIRE(shop->host().wait_idle(10s, 1s));
}

TEST_CASE("a call of the bus gives up on a unit of work that holds the write side for ever") {
  World world = sql_shop();
  for (flow::ChannelPolicy& policy : world.channels) policy.timeout = 100ms;
  SqlShop shop([](flow::Handling&) {}, std::move(world));
  shop.execute("CREATE TABLE t(a)");
  Gate holds, release;
  std::thread holder([&] {
    shop.bus().unit_of_work([&](flow::Outlet&, flow::Sql& sql) {
      sql.execute("INSERT INTO t VALUES (1)");
      holds.open();
      release.wait(30s);
    });
  });
  REQUIRE(holds.wait());
  std::string text;
  try {
    shop.running.emit(kPlaced);
  } catch (const flow::BusError& thrown) {
    CHECK(thrown.error.category == flow::Category::busy);
    text = thrown.error.text;
  }
  release.open();
  holder.join();
  CAPTURE(text);
  CHECK(text.find("a unit of work of the bus has held it for 2.") != std::string::npos);
  const auto stats = shop.host().channel_stats();
  REQUIRE(stats.ok());
  CHECK(stats->at(0).depth == 0);
  CHECK(shop.number("SELECT count(*) FROM t") == 1);
}
