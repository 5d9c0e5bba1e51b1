// What `send` and `publish` refuse, and that nothing is stored then; what they store, on SQLite.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "cli_support.h"
#include "flow/json.h"
#include "store/sqlite/sqlite_store.h"

using namespace cli_test;

namespace {

struct Fixture {
  Fixture()
      : path(directory.file("shop.db")),
        shop(flow::open_sqlite, path),
        service(shop.topology, handlers) {}

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "shop");
    console.output.clear();
    console.errors.clear();
    return flow::detail::run_command_line(service, words, console, clock);
  }
  // Fails, says `part`, and stores nothing: not even a file.
  void refused(const std::vector<std::string>& words, const std::string& part) {
    CAPTURE(part);
    const int code = run(words);
    CHECK(code == 1);
    CHECK(console.output.empty());
    CAPTURE(console.errors);
    CHECK(console.errors.find(part) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(path));
  }
  std::uint64_t depth(const std::string& channel) {
    REQUIRE(run({"channels", "--json"}) == 0);
    const auto json = nlohmann::json::parse(console.output);
    for (const auto& row : json["channels"]) {
      if (row["channel"] == channel) return row["depth"];
    }
    return 0;
  }

  TempDirectory directory;
  std::string path;
  Handlers handlers;
  Shop shop;
  TestService service;
  flow::SystemClock clock;
  TestConsole console;
};

}  // namespace

TEST_CASE("a type must be known, unique and of the right kind") {
  Fixture f;
  f.refused({"publish", "Placd", "{}"},
            "there is no message `Placd`; did you mean `shop.orders.Place`, ");
  f.refused({"publish", "Invoice", "{}"}, "there is no message `Invoice`; `topology` lists them");
  f.refused({"send", "Place", "{}"},
            "`Place` is the last part of several messages: say which of shop.orders.Place, "
            "shop.returns.Place");
  f.refused({"send", "Placed", "{}"}, "`shop.orders.Placed` is an event: use `publish`");
  f.refused({"publish", "orders.Place", "{}"}, "`shop.orders.Place` is a command: use `send`");
  f.refused({"send", "Total", "{}"}, "`shop.orders.Total` is a query");
  f.refused({"send", "", "{}"}, "there is no message ``");
}

TEST_CASE("a payload must be what its type says") {
  Fixture f;
  f.refused({"publish", "Placed", "{\"order\":"},
            "the payload is no `shop.orders.Placed`: it is not JSON");
  f.refused({"publish", "Placed", "{}"}, "$.order: is missing");
  f.refused({"publish", "Placed", "{\"order\":5}"}, "$.order: a string is expected");
  f.refused({"send", "returns.Place", "not json"},
            "the payload is no `shop.returns.Place`: it is not JSON");
  f.refused({"publish", "Placed", "@" + f.directory.file("none.json")},
            "No such file or directory");
  f.refused({"publish", "Placed", "@" + f.directory.file("")}, "Is a directory");
}

TEST_CASE("a key that cannot be read is not guessed") {
  Fixture f;
  f.shop.messages[1].inspect = nullptr;
  f.refused({"publish", "Placed", "{\"order\":\"o1\"}"},
            "has a key, and this program cannot read it");
}

TEST_CASE("100 MB are refused without being read") {
  Fixture f;
  const std::string file = f.directory.file("large.json");
  std::ofstream{file} << "";
  REQUIRE(::truncate(file.c_str(), 100'000'000) == 0);
  f.refused({"publish", "Placed", "@" + file}, "is larger than 16 MiB");
  f.console.endless = true;
  f.refused({"publish", "Placed", "-"}, "standard input is larger than 16 MiB");
  CHECK(f.console.read_bytes <= flow::limits::kPayloadBytesMax + 65536);
  f.refused({"publish", "Placed", "@/dev/zero"}, "is larger than 16 MiB");
}

TEST_CASE("a store in memory takes nothing from another process") {
  Fixture f;
  f.refused({"publish", "Placed", "{\"order\":\"o1\"}", "--deploy", "test"}, "ends with it");
}

TEST_CASE("what is sent is stored, and its id printed") {
  Fixture f;
  REQUIRE(f.run({"publish", "Placed", "{\"order\":\"o1\"}"}) == 0);
  CHECK(f.console.output.size() == 37);
  CHECK(flow::Uuid::parse(f.console.output.substr(0, 36)).has_value());
  f.console.input = "{\"order\":\"o2\"}";
  REQUIRE(f.run({"publish", "shop.orders.Placed", "-", "--json", "--header", "tenant=x"}) == 0);
  CHECK(nlohmann::json::parse(f.console.output)["type"] == "shop.orders.Placed");
  const std::string file = f.directory.file("o3.json");
  std::ofstream{file} << "{\"order\":\"o3\"}";
  const std::string id = "0190163d-8694-739b-aea5-966c26f8ad91";
  REQUIRE(f.run({"send", "orders.Place", "@" + file, "--id", id}) == 0);
  CHECK(f.console.output == id + "\n");
  CHECK(f.depth("mail") == 3);
  CHECK(f.depth("totals") == 2);
  REQUIRE(f.run({"publish", "Placed", "{\"order\":\"later\"}", "--delay", "1h"}) == 0);
  CHECK(f.depth("totals") == 2);
}

TEST_CASE("a real store: versions, an unknown dead letter, a file that is none") {
  Fixture f;
  REQUIRE(f.run({"migrate"}) == 0);
  CHECK(f.console.output.find("created, schema ") != std::string::npos);
  REQUIRE(f.run({"migrate"}) == 0);
  CHECK(f.console.output.find("up to date, schema ") != std::string::npos);
  REQUIRE(f.run({"dead-letters", "list"}) == 0);
  CHECK(f.console.output == "no dead letters\n");
  CHECK(f.run({"dead-letters", "show", "1"}) == 1);
  const std::string other = f.directory.file("other.db");
  std::ofstream{other} << std::string(4096, 'x');
  CHECK(f.run({"channels", "--store", other}) == 1);
  CHECK(f.console.errors.find("other.db") != std::string::npos);
}
