#include "cli/options.h"

#include <doctest/doctest.h>

#include "cli/channels.h"
#include "cli/dead_letters.h"
#include "cli/run.h"
#include "cli/send.h"

#include <sstream>

using namespace flow::detail;
using namespace std::chrono_literals;

namespace {

const flow::Timestamp kNow = *flow::parse_timestamp("2026-11-22T20:00:00Z");

// Words split at spaces; `_` inside a word stands for a space, '' for an empty word.
std::variant<Parsed, Said, flow::Error> parse(const std::string& words) {
  std::istringstream in{"/opt/bin/shop " + words};
  std::vector<std::string> argv;
  for (std::string word; in >> word;) {
    for (char& c : word) c = c == '_' ? ' ' : c;
    if (word == "''") word.clear();
    argv.push_back(word);
  }
  return parse_command_line("shop", "shop, contract 1234, flow 0", argv, kNow);
}

Parsed good(const std::string& words) {
  auto parsed = parse(words);
  const auto* error = std::get_if<flow::Error>(&parsed);
  REQUIRE_MESSAGE(error == nullptr, (words + ": " + (error == nullptr ? "" : error->text)));
  return std::get<Parsed>(std::move(parsed));
}

// The verb's own options.
template <typename Verb>
std::unique_ptr<Verb> good(const std::string& words) {
  Parsed parsed = good(words);
  auto* verb = dynamic_cast<Verb*>(parsed.command.release());
  REQUIRE(verb != nullptr);
  return std::unique_ptr<Verb>{verb};
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
  for (const char* words : {"run", "send A {}", "publish A {}", "ask A {}", "channels",
                            "dead-letters list", "dead-letters show 3", "dead-letters replay --all",
                            "dead-letters discard --all", "migrate", "topology"}) {
    CAPTURE(words);
    const Parsed parsed = good(words);
    CHECK(std::string{words}.starts_with(parsed.verb));
    CHECK(parsed.common.program == "shop");
  }
}

TEST_CASE("global options stand anywhere") {
  for (const char* words :
       {"--json --deploy prod --store x.db channels", "channels --json --deploy prod --store x.db",
        "--store x.db channels --deploy=prod --json"}) {
    CAPTURE(words);
    const CommonOptions line = good(words).common;
    CHECK(line.json);
    CHECK(line.deployment == "prod");
    CHECK(line.store == "x.db");
  }
  CHECK(good("dead-letters --json list").common.json);
  CHECK(good("dead-letters list --json").common.json);
}

TEST_CASE("run") {
  const auto run = good<Run>("run --drain-deadline 2m --accept-orphans --metrics-file m.prom");
  CHECK(run->drain_deadline == 2min);
  CHECK(run->accept_orphans);
  CHECK(run->metrics_file == "m.prom");
  CHECK_FALSE(good<Run>("run")->drain_deadline);
}

TEST_CASE("send keeps its payload as it is") {
  const auto send = good<Send>(
      "send PlaceOrder {\"a\":[1,_-2]} --delay 5s --expires-in 1h --header tenant=x --header "
      "empty= "
      "--id 0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(send->type == "PlaceOrder");
  CHECK(send->payload == "{\"a\":[1, -2]}");
  CHECK(send->delay == 5s);
  CHECK(send->expires_in == flow::microseconds{1h});
  CHECK(send->headers == flow::Headers{{"empty", ""}, {"tenant", "x"}});
  REQUIRE(send->id);
  CHECK(send->id->to_string() == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(good<Send>("send A -")->payload == "-");
  CHECK(good<Send>("send A @file.json")->payload == "@file.json");
  CHECK(good<Send>("send A [1,2]")->payload == "[1,2]");
  CHECK(good<Send>("send run run")->payload == "run");
  CHECK(good<Send>("send A {} --header flowers=x")->headers.size() == 1);
  CHECK(good<Send>("send A {} --delay 36500d")->delay == flow::microseconds{24h * 36'500});
}

TEST_CASE("filters of dead letters") {
  const auto replay = good<ReplayDeadLetters>(
      "dead-letters replay --id 3 --id 4 --endpoint a.b --channel c --key k --reason [timed_out] "
      "--since 2h "
      "--until 2026-11-22T19:30:00Z --limit 7 --rate 50/s");
  CHECK(replay->choice.ids == std::vector<std::int64_t>{3, 4});
  CHECK(replay->choice.endpoint == "a.b");
  CHECK(replay->choice.channel == "c");
  CHECK(replay->choice.key == "k");
  CHECK(replay->choice.reason == "[timed out]");
  CHECK(replay->choice.since == kNow - 2h);
  CHECK(replay->choice.until == kNow - 30min);
  CHECK(replay->choice.limit == 7U);
  CHECK(replay->rate_per_s.value() == doctest::Approx(50));
  const auto show = good<ShowDeadLetter>("dead-letters show 12 --payload");
  CHECK(show->id == 12);
  CHECK(show->payload);
  CHECK(good<ListDeadLetters>("dead-letters list --all --endpoint a.b")->choice.all);
  const auto channels = good<Channels>("channels --watch --every 5s --times 3");
  CHECK(channels->every == 5s);
  CHECK(channels->times == 3U);
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
        "say what to do: run, send, publish, ask, channels, dead-letters, migrate, topology\n"
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
  CHECK(bad("dead-letters show 1 2") ==
        "`2` is one argument too many\nSee `shop dead-letters show --help`.");
  const struct {
    const char* words;
    const char* part;
  } cases[] = {
      {"send", "TYPE is required"},
      {"send A", "PAYLOAD is required"},
      {"send A {} --delay", "--delay lacks its value: --delay DURATION"},
      {"channels --store", "--store lacks its value: --store PATH"},
      {"send A {} --delay soon", "--delay: `soon` is no duration"},
      {"send A {} --delay -5s", "--delay"},
      {"send A {} --expires-in 0s", "--expires-in: 0 expires before"},
      {"send A {} --id 12", "--id: `12` is no UUID"},
      {"send A {} --id 00000000-0000-0000-0000-000000000000", "is no UUID"},
      {"send A {} --header tenant", "--header: `tenant` is no header"},
      {"run --drain-deadline 30", "--drain-deadline: `30` is no duration"},
      {"channels --watch --every 0s", "--every: 0 would never rest"},
      {"channels --watch --times many", "--times"},
      {"dead-letters show", "ID is required"},
      {"dead-letters show x", "ID"},
      {"dead-letters list --limit 0", "--limit: "},
      {"dead-letters list --limit -1", "--limit"},
      {"dead-letters list --since tomorrow", "--since: `tomorrow` is no time"},
      {"dead-letters replay --all --rate 5", "--rate: `5` is no rate"},
      {"dead-letters replay --id x", "--id: `x` is no whole number from 1"},
  };
  for (const auto& [words, part] : cases) {
    CAPTURE(words);
    const std::string text = bad(words);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("what is impossible, contradictory, empty or given twice is named") {
  const struct {
    const char* words;
    const char* part;
  } cases[] = {
      {"send A {} --delay 3s --expires-in 1s",
       "--delay 3s and --expires-in 1s: it would have expired before it is handed to anyone"},
      {"publish A {} --delay 1s --expires-in 1s", "--delay 1s and --expires-in 1s"},
      {"send A {} --header flow-version=2",
       "--header: `flow-version` is a header of flow's own, as all that begin with `flow-`"},
      {"send A {} --header Flow-Anything=2", "--header: `Flow-Anything` is a header of flow's own"},
      {"send A {} --header a=1 --header a=2", "--header: `a` is given twice"},
      {"send A {} --delay 1s --delay 2s", "--delay is given twice"},
      {"send A {} --id=", "--id is empty"},
      {"send A {} --delay 36501d", "--delay: `36501d` is too long a duration: at most 36500d"},
      {"run --drain-deadline 99999999999d", "--drain-deadline: `99999999999d` is too long"},
      {"run --store ''", "--store is empty"},
      {"run --store a --store b", "--store is given twice"},
      {"run --metrics-file ''", "--metrics-file is empty"},
      {"channels --every 2s", "--every: says how often with --watch, which is missing"},
      {"channels --times 2", "--times: says how many times with --watch, which is missing"},
      {"channels --watch --times 0", "--times: `0` is no whole number from 1"},
      {"channels --watch --times 99999999999999999999",
       "`99999999999999999999` is no whole number from 1: it is too large"},
      {"dead-letters show 0", "ID: `0` is no whole number from 1"},
      {"dead-letters show 1.5", "ID: `1.5` is no whole number from 1"},
      {"dead-letters list --id 0", "--id: `0` is no whole number from 1"},
      {"dead-letters list --since 1h --until 2h",
       "--since (2026-11-22T19:00:00Z) is not before --until (2026-11-22T18:00:00Z): nothing can "
       "match"},
      {"dead-letters replay --since 2026-11-22 --until 2026-11-22", "nothing can match"},
      {"dead-letters list --all --limit 5", "--all is without a limit, and --limit is one"},
      {"dead-letters discard --all --key k",
       "--all is every dead letter, and what stands beside it says which: leave one out to "
       "discard"},
      {"dead-letters replay --all --limit 5", "leave one out to replay"},
      {"dead-letters discard --key= --endpoint a", "--key is empty"},
      {"dead-letters discard --endpoint a --key ''", "--key is empty"},
      {"dead-letters replay --all --rate inf", "--rate: `inf` is no rate"},
      {"dead-letters replay --all --rate 0/s", "--rate: `0/s` is no rate"},
      {"dead-letters replay --all --rate 99999999999999999999/s", "is no rate"},
      {"migrate --retire ''", "--retire is empty"},
  };
  for (const auto& [words, part] : cases) {
    CAPTURE(words);
    const std::string text = bad(words);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
    CHECK(text.find("\nSee `shop ") != std::string::npos);
  }
}

TEST_CASE("help and version") {
  const auto help = parse("--help");
  REQUIRE(std::holds_alternative<Said>(help));
  for (const char* word : {"run", "send", "publish", "ask", "channels", "dead-letters", "migrate",
                           "topology", "--json", "--store", "--deploy", "--version", "DURATION"}) {
    CAPTURE(word);
    CHECK(std::get<Said>(help).text.find(word) != std::string::npos);
  }
  const auto replay = parse("dead-letters replay --help");
  REQUIRE(std::holds_alternative<Said>(replay));
  CHECK(std::get<Said>(replay).text.find("--rate") != std::string::npos);
  CHECK(std::get<Said>(parse("--version")).text == "shop, contract 1234, flow 0\n");
}
