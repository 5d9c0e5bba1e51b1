#include "cli/options.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace flow::detail;
using namespace std::chrono_literals;

namespace {

const flow::Timestamp kNow = *flow::parse_timestamp("2026-11-22T20:00:00Z");

// Words split at spaces; `_` inside a word stands for a space, `''` for the empty word.
std::variant<CommandLine, Said, flow::Error> parse(const std::string& words) {
  std::istringstream in{"/opt/bin/shop " + words};
  std::vector<std::string> argv;
  for (std::string word; in >> word;) {
    for (char& c : word) c = c == '_' ? ' ' : c;
    argv.push_back(word == "''" ? "" : word);
  }
  return parse_command_line("shop", "shop, contract 1234, flow 0", argv, kNow);
}

CommandLine good(const std::string& words) {
  auto parsed = parse(words);
  const auto* error = std::get_if<flow::Error>(&parsed);
  REQUIRE_MESSAGE(error == nullptr, words);
  return std::get<CommandLine>(parsed);
}

std::string bad(const std::string& words) {
  auto parsed = parse(words);
  const auto* error = std::get_if<flow::Error>(&parsed);
  REQUIRE_MESSAGE(error != nullptr, words);
  CHECK(error->code == "usage");
  return error->text;
}

}  // namespace

TEST_CASE("each verb") {
  CHECK(good("run").verb == Verb::run);
  CHECK(good("send A {}").verb == Verb::send);
  CHECK(good("publish A {}").verb == Verb::publish);
  CHECK(good("channels").verb == Verb::channels);
  CHECK(good("dead-letters list").verb == Verb::dead_list);
  CHECK(good("dead-letters show 3").verb == Verb::dead_show);
  CHECK(good("dead-letters replay --all").verb == Verb::dead_replay);
  CHECK(good("dead-letters discard --all").verb == Verb::dead_discard);
  CHECK(good("migrate").verb == Verb::migrate);
  CHECK(good("topology").verb == Verb::topology);
  CHECK(good("run").program == "shop");
}

TEST_CASE("global options stand anywhere") {
  for (const char* words :
       {"--json --deploy prod --store x.db channels", "channels --json --deploy prod --store x.db",
        "--store x.db channels --deploy=prod --json"}) {
    CAPTURE(words);
    const CommandLine line = good(words);
    CHECK(line.json);
    CHECK(line.deployment == "prod");
    CHECK(line.store == "x.db");
  }
  CHECK(good("dead-letters --json list").json);
  CHECK(good("dead-letters list --json").json);
}

TEST_CASE("run") {
  const CommandLine line = good("run --drain-deadline 2m --accept-orphans --metrics-file m.prom");
  CHECK(line.drain_deadline == 2min);
  CHECK(line.accept_orphans);
  CHECK(line.metrics_file == "m.prom");
  CHECK(good("run").drain_deadline == 30s);
}

TEST_CASE("send keeps its payload as it is") {
  const CommandLine line = good(
      "send PlaceOrder {\"a\":[1,_-2]} --delay 5s --expires-in 1h --header tenant=x --header "
      "empty= "
      "--id 0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(line.type == "PlaceOrder");
  CHECK(line.payload == "{\"a\":[1, -2]}");
  CHECK(line.send.delay == 5s);
  CHECK(line.send.expires_in == flow::microseconds{1h});
  CHECK(line.send.headers == flow::Headers{{"empty", ""}, {"tenant", "x"}});
  REQUIRE(line.send.id);
  CHECK(line.send.id->to_string() == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(good("send A -").payload == "-");
  CHECK(good("send A @file.json").payload == "@file.json");
  CHECK(good("send A [1,2]").payload == "[1,2]");
  CHECK(good("send run run").payload == "run");
}

TEST_CASE("filters of dead letters") {
  const CommandLine line = good(
      "dead-letters replay --id 3 --id 4 --endpoint a.b --channel c --key k --reason timed_out "
      "--since 2h "
      "--until 2026-11-22T19:30:00Z --limit 7 --rate 50/s");
  CHECK(line.dead.ids == std::vector<std::int64_t>{3, 4});
  CHECK(line.dead.endpoint == "a.b");
  CHECK(line.dead.channel == "c");
  CHECK(line.dead.key == "k");
  CHECK(line.dead.reason == "timed out");
  CHECK(line.dead.since == kNow - 2h);
  CHECK(line.dead.until == kNow - 30min);
  CHECK(line.dead.limit == 7U);
  CHECK(line.dead.rate_per_s == doctest::Approx(50));
  CHECK(good("dead-letters list --key ''").dead.key == "");
  CHECK(good("dead-letters list --key ''").dead.filtered());
  CHECK(good("dead-letters list").dead.key == std::nullopt);
  CHECK(good("dead-letters show 12 --payload").dead.ids == std::vector<std::int64_t>{12});
}

TEST_CASE("replay and discard want to be told what") {
  for (const char* verb : {"replay", "discard"}) {
    const std::string text = bad(std::string{"dead-letters "} + verb);
    CHECK(text == std::string{"say which dead letters to "} + verb +
                      ": --id, --endpoint, --channel, --key, --reason, --since or --until, or "
                      "--all for every one\n"
                      "See `shop dead-letters " +
                      verb + " --help`.");
  }
}

TEST_CASE("wrong usage says what to do") {
  CHECK(bad("") ==
        "say what to do: run, send, publish, channels, dead-letters, migrate, topology\n"
        "See `shop --help`.");
  CHECK(bad("chanels") ==
        "there is no command `chanels`; did you mean `channels`?\nSee `shop --help`.");
  CHECK(bad("dead-letters") ==
        "say what to do: list, show, replay, discard\nSee `shop dead-letters --help`.");
  CHECK(bad("dead-letters repaly") ==
        "there is no command `repaly`; did you mean `replay`?\nSee `shop dead-letters --help`.");
  CHECK(bad("channels --jsn") ==
        "there is no option `--jsn` here; did you mean `--json`?\nSee `shop channels --help`.");
  CHECK(bad("send A {} {}") ==
        "`{}` is one argument too many (JSON needs quotes in a shell: '{\"a\": 1}')\nSee `shop "
        "send --help`.");
  const struct {
    const char* words;
    const char* part;
  } cases[] = {
      {"send", "TYPE is required"},
      {"send A", "PAYLOAD is required"},
      {"send A {} --delay", "--delay"},
      {"send A {} --delay soon", "--delay: `soon` is no duration"},
      {"send A {} --delay -5s", "--delay"},
      {"send A {} --expires-in 0s", "--expires-in: 0 expires before"},
      {"send A {} --id 12", "--id: `12` is no UUID"},
      {"send A {} --id 00000000-0000-0000-0000-000000000000", "is no UUID"},
      {"send A {} --header tenant", "--header: `tenant` is no header"},
      {"run --drain-deadline 30", "--drain-deadline: `30` is no duration"},
      {"channels --every 0s", "--every: 0 would never rest"},
      {"channels --watch --times many", "--times"},
      {"dead-letters show", "ID is required"},
      {"dead-letters show x", "ID"},
      {"dead-letters list --limit 0", "--limit: "},
      {"dead-letters list --limit -1", "--limit"},
      {"dead-letters list --since tomorrow", "--since: `tomorrow` is no time"},
      {"dead-letters replay --all --rate 5", "--rate: `5` is no rate"},
      {"dead-letters replay --id x", "--id"},
  };
  for (const auto& [words, part] : cases) {
    CAPTURE(words);
    const std::string text = bad(words);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("help and version") {
  const auto help = parse("--help");
  REQUIRE(std::holds_alternative<Said>(help));
  for (const char* word : {"run", "send", "publish", "channels", "dead-letters", "migrate",
                           "topology", "--json", "--store", "--deploy", "--version", "DURATION"}) {
    CAPTURE(word);
    CHECK(std::get<Said>(help).text.find(word) != std::string::npos);
  }
  const auto replay = parse("dead-letters replay --help");
  REQUIRE(std::holds_alternative<Said>(replay));
  CHECK(std::get<Said>(replay).text.find("--rate") != std::string::npos);
  CHECK(std::get<Said>(parse("--version")).text == "shop, contract 1234, flow 0\n");
}
