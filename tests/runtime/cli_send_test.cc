// What `send` and `publish` refuse, and that nothing is stored then; what they store, on SQLite.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
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
  f.refused({"send", "Total", "{}"}, "`shop.orders.Total` is a query: use `ask`");
  f.refused({"publish", "Total", "{}"}, "`shop.orders.Total` is a query: use `ask`");
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

TEST_CASE("a delay beyond the type's own expiry is wrong usage, before anything is opened") {
  Fixture f;
  f.shop.messages[1].expires = 1h;
  CHECK(f.run({"publish", "Placed", "{\"order\":\"o1\"}", "--delay", "1h"}) == 2);
  CHECK(
      f.console.errors ==
      "shop: --delay 1h: a `shop.orders.Placed` expires 1h after it was sent, before it is handed "
      "to anyone; --expires-in gives it longer\nSee `shop publish --help`.\n");
  CHECK_FALSE(std::filesystem::exists(f.path));
  CHECK(f.run({"publish", "Placed", "{\"order\":\"o1\"}", "--delay", "1h", "--expires-in", "2h"}) ==
        0);
  REQUIRE(f.run({"channels", "--json"}) == 0);
  CHECK(nlohmann::json::parse(f.console.output)["channels"][0]["delayed"] == 1);
}

TEST_CASE("an id sent twice is one message; the second says what became of the first") {
  Fixture f;
  const std::string id = "0190163d-8694-739b-aea5-966c26f8ad91";
  const std::vector<std::string> words{"publish", "Placed", "{\"order\":\"o1\"}", "--id", id};
  std::vector<std::string> json = words;
  json.emplace_back("--json");
  REQUIRE(f.run(json) == 0);
  CHECK(nlohmann::json::parse(f.console.output)["sent_before"].is_null());
  REQUIRE(f.run(words) == 0);
  const std::string begin = id + "\nwas sent before at 20";
  CAPTURE(f.console.output);
  CHECK(f.console.output.starts_with(begin));
  CHECK(f.console.output.ends_with("Z: mail.receipt in line; totals.add in line\n"));
  CHECK(f.depth("totals") == 1);
  REQUIRE(f.run(json) == 0);
  const auto before = nlohmann::json::parse(f.console.output)["sent_before"];
  CHECK(before["at"].get<std::string>().starts_with("20"));
  CHECK(before["delayed_until"].is_null());
  CHECK(before["endpoints"][1]["endpoint"] == "totals.add");
  CHECK(before["endpoints"][1]["state"] == "in_line");

  CHECK(f.run({"publish", "Placed", "{\"order\":\"o2\"}", "--id", id}) == 1);
  CHECK(f.console.errors.find("is that of a `shop.orders.Placed` sent at 20") != std::string::npos);
  CHECK(f.console.errors.find("with another payload") != std::string::npos);
  CHECK(f.run({"send", "orders.Place", "{\"order\":\"o1\"}", "--id", id, "--json"}) == 1);
  CHECK(nlohmann::json::parse(f.console.output)["error"]["code"] == "id_in_use");
  CHECK(f.depth("totals") == 1);
  CHECK(f.depth("mail") == 1);

  const std::string later = "0190163d-8694-739b-aea5-966c26f8ad92";
  for (int i = 0; i < 2; ++i)
    REQUIRE(f.run({"publish", "Placed", "{\"order\":\"o3\"}", "--id", later, "--delay", "1h"}) ==
            0);
  CHECK(f.console.output.find(": delayed until 20") != std::string::npos);
}

TEST_CASE("what nobody handles is said to be not kept") {
  Fixture f;
  REQUIRE(f.run({"publish", "Placed", "{\"order\":\"o1\"}"}) == 0);
  CHECK(f.console.errors.empty());
  f.shop.endpoints.erase(f.shop.endpoints.begin() + 1, f.shop.endpoints.begin() + 3);
  f.shop.topology.endpoints = f.shop.endpoints;
  f.run({"migrate", "--retire", "mail.receipt"});
  f.run({"migrate", "--retire", "totals.add"});
  REQUIRE(f.run({"publish", "Placed", "{\"order\":\"o1\"}"}) == 0);
  CHECK(f.console.errors.find("no endpoint handles `shop.orders.Placed`: it was not kept") !=
        std::string::npos);
  REQUIRE(f.run({"publish", "Placed", "{\"order\":\"o1\"}", "--json"}) == 0);
  CHECK(nlohmann::json::parse(f.console.output)["endpoints"] == 0);
}

TEST_CASE("an id sent by many processes at once is one message, and one of them has sent it") {
  Fixture f;
  REQUIRE(f.run({"migrate"}) == 0);
  constexpr int kSenders = 6;
  std::vector<pid_t> senders;
  for (int i = 0; i < kSenders; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      const int code = f.run({"publish", "Placed", "{\"order\":\"o1\"}", "--id",
                              "0190163d-8694-739b-aea5-966c26f8ad91", "--json"});
      std::ofstream{f.directory.file("out" + std::to_string(i))} << f.console.output;
      ::_exit(code);
    }
    senders.push_back(child);
  }
  int first = 0;
  for (int i = 0; i < kSenders; ++i) {
    int status = 0;
    REQUIRE(::waitpid(senders[static_cast<std::size_t>(i)], &status, 0) > 0);
    CHECK(status == 0);
    std::ifstream in{f.directory.file("out" + std::to_string(i))};
    first += nlohmann::json::parse(in)["sent_before"].is_null() ? 1 : 0;
  }
  CHECK(first == 1);
  CHECK(f.depth("mail") == 1);
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
