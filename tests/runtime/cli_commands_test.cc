// Each command on a store that answers from a list: what it prints, what it asks for, what it
// refuses.
#include <doctest/doctest.h>

#include <fstream>

#include "cli_support.h"
#include "engine/store.h"

using namespace cli_test;
using flow::Category;
using flow::DeadLetter;
using flow::Error;
using flow::Result;

namespace {

const flow::Timestamp kNow = *flow::parse_timestamp("2026-11-22T20:00:00Z");

struct FixedClock final : flow::Clock {
  flow::Timestamp now() const override { return kNow; }
  flow::SteadyTime steady() const override { return flow::SteadyTime{}; }
};

// What the store holds, and what it was asked: outlives the stores that commands open and close.
struct Held {
  std::vector<DeadLetter> dead;
  std::vector<flow::StoredChannelStats> stats;
  std::vector<flow::Orphan> orphans;
  std::vector<std::size_t> batches;
  std::size_t largest_page = 0;
  std::vector<DeadLetter> dying;  // appended when the next batch is replayed
  flow::StoreVersion version{1, 1};
};
Held* held = nullptr;  // an OpenStore is a plain function

class ListStore final : public flow::Store {
 public:
  flow::StoreVersion version() const override { return held->version; }
  Result<void> register_topology() override { return {}; }
  Result<std::vector<flow::Orphan>> orphans() override { return held->orphans; }
  Result<std::uint64_t> retire(const std::string&) override {
    held->orphans.clear();
    return 7;
  }
  void listen(flow::StoreListener*) override {}
  Result<bool> claim(flow::ChannelNo) override { return refuse(); }
  void release(flow::ChannelNo) override {}
  Result<void> renew(std::span<const flow::ChannelActivity>) override { return refuse(); }
  Result<void> load(flow::ChannelNo, std::size_t, std::vector<flow::Delivery>&) override {
    return refuse();
  }
  Result<void> load_rows(flow::ChannelNo, flow::Timestamp, std::size_t,
                         std::vector<flow::Delivery>&) override {
    return refuse();
  }
  Result<std::optional<flow::Timestamp>> next_due(flow::ChannelNo) override { return refuse(); }
  Result<std::unique_ptr<flow::SqlScope>> open_sql(flow::microseconds,
                                                   const flow::SqlCaller&) override {
    return refuse();
  }
  Result<std::unique_ptr<flow::Sql>> open_reading() override { return refuse(); }
  void submit(flow::UnitOfWork, flow::CommitListener& listener, std::uint64_t token) override {
    listener.committed(token, refuse());
  }
  Result<std::optional<flow::Timestamp>> release_due(flow::Timestamp) override { return refuse(); }
  Result<flow::StoredChannelStats> stats(flow::ChannelNo channel, flow::Timestamp) override {
    return held->stats.at(channel);
  }
  Result<std::vector<DeadLetter>> dead_letters(const flow::DeadLetterFilter& filter) override {
    std::vector<DeadLetter> out;
    for (const DeadLetter& letter : held->dead) {
      if (matches(filter, letter) && out.size() < filter.limit) out.push_back(letter);
      if (!out.empty() && !filter.payloads) out.back().message.payload.clear();
    }
    held->largest_page = std::max(held->largest_page, out.size());
    return out;
  }
  Result<std::uint64_t> count_dead_letters(const flow::DeadLetterFilter& filter) override {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        held->dead, [&](const DeadLetter& letter) { return matches(filter, letter); }));
  }
  Result<std::uint64_t> replay(std::span<const std::int64_t> ids, flow::Timestamp) override {
    const auto done =
        remove(ids, [](const DeadLetter& letter) { return letter.endpoint != "old.gone"; });
    held->dead.insert(held->dead.end(), held->dying.begin(), held->dying.end());
    held->dying.clear();
    return done;
  }
  Result<std::uint64_t> discard(std::span<const std::int64_t> ids) override {
    return remove(ids, [](const DeadLetter&) { return true; });
  }
  Result<std::optional<flow::MessageFate>> fate(const flow::Uuid&) override { return refuse(); }
  Result<bool> trim(flow::Timestamp) override { return false; }

 private:
  static Error refuse() { return Error{Category::bug, "not_here", "not what operators ask"}; }
  static bool matches(const flow::DeadLetterFilter& filter, const DeadLetter& letter) {
    return (filter.ids.empty() || std::ranges::find(filter.ids, letter.id) != filter.ids.end()) &&
           (filter.endpoint.empty() || letter.endpoint == filter.endpoint) &&
           letter.id > filter.after_id &&
           (!filter.dead_before || letter.dead_at < *filter.dead_before);
  }
  template <typename Allowed>
  static std::uint64_t remove(std::span<const std::int64_t> ids, Allowed allowed) {
    held->batches.push_back(ids.size());
    return std::erase_if(held->dead, [&](const DeadLetter& letter) {
      return std::ranges::find(ids, letter.id) != ids.end() && allowed(letter);
    });
  }
};

Result<std::unique_ptr<flow::Store>> open_list(const std::string&, const flow::Topology&,
                                               flow::Clock&) {
  return std::unique_ptr<flow::Store>{std::make_unique<ListStore>()};
}

DeadLetter letter(std::int64_t id, const std::string& endpoint, const std::string& reason) {
  DeadLetter made;
  made.id = id;
  made.endpoint = endpoint;
  made.channel = endpoint.substr(0, endpoint.find('.'));
  made.message_type = "shop.orders.Placed";
  made.attempts = 2;
  made.category = Category::bug;
  made.reason = reason;
  made.dead_at = kNow - 192s;
  made.errors = {{1, kNow - 200s, Category::transient, "no line"},
                 {2, kNow - 192s, Category::bug, reason}};
  made.message.id = flow::Uuid::from_string("0190163d-8694-739b-aea5-966c26f8ad91");
  made.message.key = "o" + std::to_string(id);
  made.message.created_at = kNow - 1h;
  made.message.headers = {{"authorization", "Bearer s3cret"}, {"tenant", "x"}};
  made.message.payload = R"({"order":"o1","card":"4111"})";
  return made;
}

// A service beside a store; every call is a command line of its own.
struct Fixture {
  Fixture()
      : path(directory.file("shop.db")), shop(open_list, path), service(shop.topology, handlers) {
    held = &state;
    std::ofstream{path} << "there is a store\n";
  }
  ~Fixture() { held = nullptr; }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "shop");
    console = std::make_unique<TestConsole>();
    return flow::detail::run_command_line(service, words, *console, clock);
  }
  const std::string& out() const { return console->output; }
  const std::string& err() const { return console->errors; }
  nlohmann::json json() const { return nlohmann::json::parse(console->output); }

  TempDirectory directory;
  std::string path;
  Held state;
  Handlers handlers;
  Shop shop;
  TestService service;
  FixedClock clock;
  std::unique_ptr<TestConsole> console;
};

}  // namespace

TEST_CASE("channels: a table, and JSON") {
  Fixture f;
  f.state.stats.resize(2);
  f.state.stats[0] = {.depth = 1234,
                      .retrying = 3,
                      .waiting = 0,
                      .dead = 12,
                      .delayed = 21,
                      .oldest = kNow - 192s,
                      .next_due = {},
                      .in_flight = 2,
                      .handled_per_s = 412.4};
  REQUIRE(f.run({"channels"}) == 0);
  CHECK(f.out() ==
        "CHANNEL  DEPTH  OLDEST  IN FLIGHT  RETRYING  WAITING  DELAYED  DEAD  RATE/S\n"
        "mail     1,234   3m12s          2         3        0       21    12     412\n"
        "totals       0       -          0         0        0        0     0       0\n");
  REQUIRE(f.run({"channels", "--json"}) == 0);
  CHECK(f.json()["channels"][0]["channel"] == "mail");
  CHECK(f.json()["channels"][0]["depth"] == 1234);
  CHECK(f.json()["channels"][0]["oldest_age_s"] == 192.0);
  CHECK(f.json()["channels"][0]["delayed"] == 21);
  CHECK(f.json()["channels"][1]["dead"] == 0);
  REQUIRE(f.run({"channels", "--json", "--watch", "--every", "1ms", "--times", "3"}) == 0);
  CHECK(std::ranges::count(f.out(), '\n') == 3);
}

TEST_CASE("dead-letters list: a table that says how many more there are") {
  Fixture f;
  CHECK(f.run({"dead-letters", "list"}) == 0);
  CHECK(f.out() == "no dead letters\n");
  f.state.dead = {letter(1, "mail.receipt", "printer on fire"),
                  letter(2, "old.gone", "x\x1b[2J\ny")};
  REQUIRE(f.run({"dead-letters", "list"}) == 0);
  CHECK(f.out() ==
        "ID    AGE  ENDPOINT         MESSAGE  KEY  ATTEMPTS  CATEGORY  REASON\n"
        " 1  3m12s  mail.receipt     Placed   o1          2  bug       printer on fire\n"
        " 2  3m12s  old.gone (gone)  Placed   o2          2  bug       x\\x1b[2J\\ny\n");
  REQUIRE(f.run({"dead-letters", "list", "--limit", "1"}) == 0);
  CHECK(f.out().ends_with("1 of 2 dead letters; --all or --limit N shows more\n"));
  REQUIRE(f.run({"dead-letters", "list", "--endpoint", "mail.reciept"}) == 0);
  CHECK(f.out() ==
        "no dead letters match (no endpoint `mail.reciept` is declared; did you mean "
        "`mail.receipt`?)\n");
  REQUIRE(f.run({"dead-letters", "list", "--json"}) == 0);
  CHECK(f.json()["total"] == 2);
  CHECK(f.json()["dead_letters"][0]["reason"] == "printer on fire");
  CHECK_FALSE(f.json()["dead_letters"][0].contains("payload"));
}

TEST_CASE("dead-letters list reads in bounded pages") {
  Fixture f;
  for (std::int64_t id = 1; id <= 2500; ++id)
    f.state.dead.push_back(letter(id, "mail.receipt", "x"));
  REQUIRE(f.run({"dead-letters", "list", "--all", "--json"}) == 0);
  CHECK(f.json()["dead_letters"].size() == 2500);
  CHECK(f.state.largest_page == 1000);
  REQUIRE(f.run({"dead-letters", "list", "--json"}) == 0);
  CHECK(f.json()["dead_letters"].size() == 100);
}

TEST_CASE("dead-letters show: envelope and errors, the payload when asked, no secrets") {
  Fixture f;
  f.state.dead = {letter(17, "mail.receipt", "printer on fire")};
  REQUIRE(f.run({"dead-letters", "show", "17"}) == 0);
  CHECK(f.out() ==
        "dead letter  17\n"
        "endpoint     mail.receipt\n"
        "channel      mail\n"
        "reason       printer on fire\n"
        "category     bug\n"
        "dead since   2026-11-22T19:56:48Z (3m12s ago)\n"
        "attempts     2\n"
        "replays      0\n"
        "message      shop.orders.Placed\n"
        "message id   0190163d-8694-739b-aea5-966c26f8ad91\n"
        "key          o17\n"
        "created      2026-11-22T19:00:00Z (1h00m ago)\n"
        "header       authorization: ***\n"
        "header       tenant: x\n"
        "\n"
        "ATTEMPT  AT                    CATEGORY   ERROR\n"
        "      1  2026-11-22T19:56:40Z  transient  no line\n"
        "      2  2026-11-22T19:56:48Z  bug        printer on fire\n"
        "\n"
        "payload not shown: --payload shows it\n");
  REQUIRE(f.run({"dead-letters", "show", "17", "--payload"}) == 0);
  CHECK(f.out().ends_with("\npayload\n{\"order\":\"o1\",\"card\":\"4111\"}\n"));
  REQUIRE(f.run({"dead-letters", "show", "17", "--json"}) == 0);
  CHECK(f.json()["dead_letter"]["errors"][0]["category"] == "transient");
  CHECK(f.json()["dead_letter"]["headers"]["authorization"] == "***");
  CHECK_FALSE(f.json()["dead_letter"].contains("payload"));
  REQUIRE(f.run({"dead-letters", "show", "17", "--json", "--payload"}) == 0);
  CHECK(f.json()["dead_letter"]["payload"]["card"] == "4111");
  CHECK(f.run({"dead-letters", "show", "99"}) == 1);
  CHECK(f.err() == "shop: there is no dead letter 99; it may have been replayed or discarded\n");
}

TEST_CASE("what is shown of a dead letter is bounded and printable, whatever is in it") {
  Fixture f;
  const std::string evil = "\x1b[2J\xc2\x9b\xff";
  DeadLetter bad =
      letter(1, evil + std::string(10'000'000, 'e'), evil + std::string(10'000'000, 'r'));
  bad.channel = evil + std::string(10'000'000, 'c');
  bad.message_type = evil + std::string(10'000'000, 't');
  bad.message.key = evil + std::string(10'000'000, 'k');
  bad.message.headers = {{evil + std::string(10'000'000, 'n'), std::string(10'000'000, 'v')}};
  bad.message.traceparent = evil + std::string(10'000'000, 'p');
  f.state.dead = {bad};
  f.state.orphans = {{bad.endpoint, bad.channel, 3}};
  for (const std::vector<std::string>& words : {std::vector<std::string>{"dead-letters", "list"},
                                                {"dead-letters", "list", "--json"},
                                                {"dead-letters", "show", "1"},
                                                {"dead-letters", "show", "1", "--json"},
                                                {"migrate"},
                                                {"migrate", "--json"}}) {
    CAPTURE(words.back());
    REQUIRE(f.run(words) == 0);
    CHECK(f.out().size() < 50'000);
    CHECK(f.out().find('\x1b') == std::string::npos);
    CHECK(f.out().find("\xc2\x9b") == std::string::npos);
    CHECK(f.out().find('\xff') == std::string::npos);
    if (words.back() == "--json") CHECK(f.json().is_object());
  }
  REQUIRE(f.run({"dead-letters", "show", "1", "--json"}) == 0);
  CHECK(f.json()["dead_letter"]["reason"].get<std::string>().ends_with("… (10,000,007 bytes)"));
}

TEST_CASE("a payload is shown as it is, however deep, and as a string where it is no JSON") {
  Fixture f;
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  f.state.dead = {letter(1, "mail.receipt", "x"), letter(2, "mail.receipt", "\"here\""),
                  letter(3, "mail.receipt", "x")};
  f.state.dead[0].message.payload = R"({"price": 1.10, "big": 123456789012345678901234567890})";
  f.state.dead[1].message.payload = deep;
  f.state.dead[2].message.payload = "no \"json\x1b";
  REQUIRE(f.run({"dead-letters", "show", "1", "--json", "--payload"}) == 0);
  CHECK(f.out().find(f.state.dead[0].message.payload + "\n") != std::string::npos);
  REQUIRE(f.run({"dead-letters", "show", "2", "--json", "--payload"}) == 0);
  CHECK(f.out().find("\"payload\": " + deep + "\n") != std::string::npos);
  REQUIRE(f.run({"dead-letters", "show", "3", "--json", "--payload"}) == 0);
  CHECK(f.json()["dead_letter"]["payload"] == "no \"json\x1b");
}

TEST_CASE("replay takes a snapshot, works in bounded batches, and ends though they fail again") {
  Fixture f;
  for (std::int64_t id = 1; id <= 450; ++id)
    f.state.dead.push_back(letter(id, "mail.receipt", "x"));
  f.state.dead.push_back(letter(451, "old.gone", "x"));
  for (std::int64_t id = 452; id <= 480; ++id)
    f.state.dying.push_back(letter(id, "mail.receipt", "again"));
  REQUIRE(f.run({"dead-letters", "replay", "--all"}) == 0);
  CHECK(f.out() ==
        "replayed 450 dead letters\n"
        "left 1: no such endpoint is declared any more, or another process was quicker\n");
  CHECK(f.state.batches == std::vector<std::size_t>{200, 200, 51});
  CHECK(f.state.dead.size() == 30);
}

TEST_CASE("replay and discard do what the filter says, and no more") {
  Fixture f;
  for (std::int64_t id = 1; id <= 4; ++id)
    f.state.dead.push_back(letter(id, id % 2 == 0 ? "totals.add" : "mail.receipt", "x"));
  REQUIRE(f.run({"dead-letters", "replay", "--id", "1", "--id", "2"}) == 0);
  CHECK(f.out() == "replayed 2 dead letters\n");
  REQUIRE(f.run({"dead-letters", "discard", "--endpoint", "totals.add", "--json"}) == 0);
  CHECK(f.json() ==
        nlohmann::json{{"matched", 1}, {"discarded", 1}, {"missing", nlohmann::json::array()}});
  REQUIRE(f.state.dead.size() == 1);
  CHECK(f.state.dead[0].id == 3);
  CHECK(f.run({"dead-letters", "replay", "--id", "1"}) == 1);
  CHECK(f.err() == "shop: there is no dead letter 1 that matches\n");
  f.state.dead.push_back(letter(4, "mail.receipt", "x"));
  REQUIRE(f.run({"dead-letters", "discard", "--id", "4", "--id", "8", "--id", "9"}) == 0);
  CHECK(f.out() == "discarded 1 dead letter\nthere is no dead letter 8, 9 that matches\n");
  CHECK(f.run({"dead-letters", "discard", "--id", "8", "--id", "9", "--json"}) == 1);
  CHECK(f.json()["error"]["code"] == "no_such_dead_letter");
  f.state.dead.push_back(letter(5, "mail.receipt", "x"));
  REQUIRE(f.run({"dead-letters", "replay", "--limit", "1", "--json"}) == 0);
  CHECK(f.json() ==
        nlohmann::json{{"matched", 1}, {"replayed", 1}, {"missing", nlohmann::json::array()}});
  CHECK(f.state.dead.size() == 1);
}

TEST_CASE("a rate spreads a replay") {
  Fixture f;
  for (std::int64_t id = 1; id <= 9; ++id) f.state.dead.push_back(letter(id, "mail.receipt", "x"));
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(f.run({"dead-letters", "replay", "--all", "--rate", "40/s"}) == 0);
  CHECK(f.state.batches == std::vector<std::size_t>{4, 4, 1});
  CHECK(std::chrono::steady_clock::now() - began >= 200ms);
}

TEST_CASE("migrate says versions and orphans, and retires them") {
  Fixture f;
  f.state.version = {0, 1};
  REQUIRE(f.run({"migrate"}) == 0);
  CHECK(f.out() == "store `" + f.path + "`: created, schema 1\n");
  f.state.version = {1, 2};
  f.state.orphans = {{"old.gone", "mail", 1200}};
  REQUIRE(f.run({"migrate"}) == 0);
  CHECK(f.out() == "store `" + f.path +
                       "`: migrated from schema 1 to 2\n"
                       "\nDeliveries for endpoints that are not declared any more:\n"
                       "ORPHAN    CHANNEL  DELIVERIES\n"
                       "old.gone  mail          1,200\n"
                       "`shop migrate --retire ENDPOINT` dead-letters them, `shop run "
                       "--accept-orphans` starts beside them.\n");
  CHECK(f.run({"migrate", "--retire", "mail.receipt"}) == 1);
  CHECK(f.err().find("is declared") != std::string::npos);
  CHECK(f.run({"migrate", "--retire", "old.gine"}) == 1);
  CHECK(f.err().find("did you mean `old.gone`?") != std::string::npos);
  REQUIRE(f.run({"migrate", "--retire", "old.gone", "--json"}) == 0);
  CHECK(f.json()["retired"]["deliveries"] == 7);
  CHECK(f.json()["orphans"].empty());
}

constexpr std::string_view kTopology = R"(service   shop
program   shop.main
contract  0123456789abcdef0123456789abcdef
deploy    dev on sqlite `PATH`
deploy    test on memory

CHANNEL  CONCURRENCY  ORDER   RETRY                          TIMEOUT  DEAD LETTERS  CAPACITY  RATE
mail               2  -       none                               30s           30d         -     -
totals             8  by key  now 1, then 3 times 10ms..15m      30s           30d   100,000  50/s

ENDPOINT      HANDLER       MESSAGE             CHANNEL          SERVICE  EMITS
mail.place    Mail.place    shop.orders.Place   mail             shop     shop.orders.Placed
mail.receipt  Mail.receipt  shop.orders.Placed  mail             shop     -
totals.add    Totals.add    shop.orders.Placed  totals           shop     -
totals.total  Totals.total  shop.orders.Total   (in the caller)  shop     -

MESSAGE             VERSION  KIND     KEY
shop.orders.Place         1  command  yes
shop.orders.Placed        2  event    yes
shop.orders.Total         1  query    yes
shop.returns.Place        1  command  -
)";

TEST_CASE("topology: everything that is declared") {
  Fixture f;
  REQUIRE(f.run({"topology"}) == 0);
  std::string text = f.out();
  text.replace(text.find(f.path), f.path.size(), "PATH");
  CHECK(text == kTopology);
  REQUIRE(f.run({"topology", "--json"}) == 0);
  CHECK(f.json()["channels"][1]["retry"]["most_ms"] == 900'000);
  CHECK(f.json()["endpoints"][0]["emits"][0] == "shop.orders.Placed");
  CHECK(f.json()["messages"].size() == 4);
  CHECK(f.run({"topology", "--deploy", "tests"}) == 1);
  CHECK(f.err() == "shop: there is no deployment `tests`; did you mean `test`?\n");
  f.shop.deployments[0].store_path.environment = "SHOP_DB";
  REQUIRE(f.run({"topology"}) == 0);
  CHECK(f.out().find("dev on sqlite $SHOP_DB, else `" + f.path + "`\n") != std::string::npos);
  f.shop.deployments[0].store_path = {.text = "", .environment = "SHOP_DB", .has_default = false};
  REQUIRE(f.run({"topology"}) == 0);
  CHECK(f.out().find("dev on sqlite $SHOP_DB\n") != std::string::npos);
}

TEST_CASE("errors go to standard error, or are JSON; usage is 2, failure is 1") {
  Fixture f;
  CHECK(f.run({"channels", "--deploy", "prod"}) == 1);
  CHECK(f.out().empty());
  CHECK(f.err() == "shop: there is no deployment `prod`; there is `dev`, `test`\n");
  CHECK(f.run({"channels", "--deploy", "prod", "--json"}) == 1);
  CHECK(f.err().empty());
  CHECK(f.json()["error"]["code"] == "unknown_deployment");
  CHECK(f.run({"chanels", "--json"}) == 2);
  CHECK(f.json()["error"]["code"] == "usage");
  CHECK(f.run({"dead-letters", "replay"}) == 2);
  CHECK(f.err().find("or --all for every one") != std::string::npos);
  CHECK(f.run({"run", "--deploy", "test", "--store", "x.db"}) == 1);
  CHECK(f.err().find("`test` keeps its messages in memory, and `x.db` names a file") !=
        std::string::npos);
  CHECK(f.run({"migrate", "--retire", "old.gone", "--store", f.directory.file("none.db")}) == 1);
  CHECK(f.err().find("there is no store at `") != std::string::npos);
  CHECK(f.run({"channels", "--deploy", "test"}) == 1);
  CHECK(f.err().find("in the memory of the process that runs it") != std::string::npos);
  CHECK(f.run({"channels", "--store", f.directory.file("none.db")}) == 1);
  CHECK(f.err().find("there is no store at `") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(f.directory.file("none.db")));
}
