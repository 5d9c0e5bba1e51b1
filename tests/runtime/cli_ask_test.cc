// `ask`: a query from the command line, on SQLite: its answer, what it refuses, and that it changes
// nothing.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>

#include "cli_support.h"
#include "flow/handling.h"
#include "store/sqlite/sqlite_store.h"

using namespace cli_test;

namespace {

struct Fixture {
  Fixture()
      : path(directory.file("shop.db")),
        shop(flow::open_sqlite, path),
        service(shop.topology, handlers) {
    handlers.on = [this](flow::Handling& handling) { on(handling); };
  }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "shop");
    console.output.clear();
    console.errors.clear();
    return flow::detail::run_command_line(service, words, console, clock);
  }
  /// As another program would.
  void execute(const char* sql) const {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
    CHECK(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(raw);
  }
  void refused(const std::vector<std::string>& words, const std::string& part) {
    CAPTURE(part);
    CHECK(run(words) == 1);
    CHECK(console.output.empty());
    CAPTURE(console.errors);
    CHECK(console.errors.find(part) != std::string::npos);
  }

  TempDirectory directory;
  std::string path;
  Handlers handlers;
  Shop shop;
  TestService service;
  flow::SystemClock clock;
  TestConsole console;
  std::function<void(flow::Handling&)> on = [](flow::Handling& handling) {
    handling.reply(R"({"key":")" + handling.message().key.value_or("") + R"(","total":1.10})");
  };
};

}  // namespace

TEST_CASE("ask prints the answer as it is, on one line") {
  Fixture f;
  REQUIRE(f.run({"migrate"}) == 0);
  REQUIRE(f.run({"ask", "Total", "{\"order\":\"o1\"}"}) == 0);
  CHECK(f.console.output == "{\"key\":\"o1\",\"total\":1.10}\n");
  CHECK(f.console.errors.empty());
  f.console.input = "{\"order\":\"o2\"}";
  REQUIRE(f.run({"ask", "shop.orders.Total", "-", "--json"}) == 0);
  CHECK(f.console.output ==
        "{\"type\":\"shop.orders.Total\",\"answer\":{\"key\":\"o2\",\"total\":1.10}}\n");
  f.on = [](flow::Handling& handling) { handling.reply("{\n \"a\": \"\x7f\"\n}"); };
  REQUIRE(f.run({"ask", "Total", "{\"order\":\"o1\"}"}) == 0);
  CHECK(f.console.output == "{  \"a\": \"\\u007f\" }\n");
}

TEST_CASE("ask refuses what is no query, is unknown or cannot be decoded, and creates no store") {
  Fixture f;
  f.refused({"ask", "orders.Place", "{}"}, "`shop.orders.Place` is a command: use `send`");
  f.refused({"ask", "Placed", "{}"}, "`shop.orders.Placed` is an event: use `publish`");
  f.refused({"ask", "Totl", "{}"}, "there is no message `Totl`; did you mean `shop.orders.Total`?");
  f.refused({"ask", "Total", "{\"order\":5}"},
            "the payload is no `shop.orders.Total`: $.order: a string is expected");
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"}, "there is no store at `" + f.path + "`");
  f.refused({"ask", "Total", "{\"order\":\"o1\"}", "--deploy", "test"},
            "in the memory of the process that runs it: another process cannot ask it");
  CHECK_FALSE(std::filesystem::exists(f.path));
  CHECK(f.run({"ask", "Total", "{}", "--json"}) == 1);
  CHECK(nlohmann::json::parse(f.console.output)["error"]["text"] ==
        "the payload is no `shop.orders.Total`: $.order: is missing");
  CHECK(f.run({"ask", "Total"}) == 2);
  f.shop.endpoints.pop_back();
  f.shop.topology.endpoints = f.shop.endpoints;
  REQUIRE(f.run({"migrate"}) == 0);
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"},
            "`shop.orders.Total` has no handler in service `shop`");
}

TEST_CASE("what the handler of a query throws is the error") {
  Fixture f;
  REQUIRE(f.run({"migrate"}) == 0);
  f.on = [](flow::Handling&) { throw flow::Reject("not yours\x1b[2J"); };
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"},
            "shop: the handler of `shop.orders.Total` failed: not yours\\x1b[2J\n");
  f.on = [](flow::Handling&) { throw 42; };
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"}, "something was thrown that is no exception");
  f.on = [](flow::Handling&) {};
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"}, "handler `totals.total` did not reply");
  f.on = [](flow::Handling&) { throw std::runtime_error(std::string(10'000'000, 'x')); };
  CHECK(f.run({"ask", "Total", "{\"order\":\"o1\"}"}) == 1);
  CHECK(f.console.errors.size() < 4200);
  CHECK(f.console.errors.ends_with("xx… (10,000,043 bytes)\n"));
}

TEST_CASE("ask reads the store, and leaves nothing in it") {
  Fixture f;
  bool writes = false;
  f.on = [&writes](flow::Handling& handling) {
    if (handling.endpoint_id() == "mail.place") return;
    flow::Sql& sql = handling.sql();
    const auto rows = sql.query("SELECT count(*) + 1 FROM totals");
    if (writes) sql.execute("INSERT INTO totals VALUES (1)");
    handling.emit(1, "o9", "{\"order\":\"o9\"}", {});
    handling.reply(std::to_string(std::get<std::int64_t>(rows.front().front())));
  };
  REQUIRE(f.run({"migrate"}) == 0);
  f.execute("CREATE TABLE totals(n INTEGER)");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(f.run({"ask", "Total", "{\"order\":\"o1\"}"}) == 0);
    CHECK(f.console.output == "1\n");
  }
  writes = true;
  f.refused({"ask", "Total", "{\"order\":\"o1\"}"}, "only reads");
  REQUIRE(f.run({"channels", "--json"}) == 0);
  CHECK(nlohmann::json::parse(f.console.output)["channels"][0]["depth"] == 0);
}
