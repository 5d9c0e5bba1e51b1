#include "cli/text.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/json_text.h"
#include "cli/table.h"

using namespace std::chrono_literals;
using namespace flow::detail;

TEST_CASE("durations are a whole number and one unit, as in the language") {
  const struct {
    const char* text;
    flow::microseconds length;
  } good[] = {{"250ms", 250ms}, {"30s", 30s},      {"15m", 15min},
              {"2h", 2h},       {"30d", 24h * 30}, {"0s", 0s}};
  for (const auto& [text, length] : good) {
    CAPTURE(text);
    const auto parsed = parse_human_duration(text);
    REQUIRE(parsed.ok());
    CHECK(parsed.value() == length);
  }
  for (const char* text : {"", "s", "5", "5x", "-5s", "+5s", "1.5s", "5 s", " 5s", "5s ", "1h30m",
                           "36501d", "99999999999999999d", "999999999999999999999s", "PT5S"}) {
    CAPTURE(text);
    const auto parsed = parse_human_duration(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == "usage");
    CHECK(parsed.error().text.find(std::string{"`"} + text + "`") != std::string::npos);
  }
}

TEST_CASE("durations are shown in the largest unit that is exact") {
  CHECK(human_duration(0s) == "0s");
  CHECK(human_duration(250ms) == "250ms");
  CHECK(human_duration(90s) == "90s");
  CHECK(human_duration(15min) == "15m");
  CHECK(human_duration(24h * 30) == "30d");
  CHECK(human_duration(flow::microseconds{7}) == "7us");
}

TEST_CASE("times are instants, days, or how long ago") {
  const flow::Timestamp now = *flow::parse_timestamp("2026-11-22T20:00:00Z");
  CHECK(parse_human_time("2026-11-22T19:00:00Z", now).value() == now - 1h);
  CHECK(parse_human_time("2026-11-22T20:00:00+01:00", now).value() == now - 1h);
  CHECK(parse_human_time("2026-11-22", now).value() == now - 20h);
  CHECK(parse_human_time("2h", now).value() == now - 2h);
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-11-22T19:00:00", "12:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_human_time(text, now).ok());
  }
}

TEST_CASE("rates") {
  CHECK(parse_human_rate("50/s").value() == doctest::Approx(50));
  CHECK(parse_human_rate("3000/m").value() == doctest::Approx(50));
  CHECK(parse_human_rate("36/h").value() == doctest::Approx(0.01));
  for (const char* text : {"", "50", "0/s", "-1/s", "50/d", "/s", "50/ s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_human_rate(text).ok());
  }
}

TEST_CASE("headers split at the first equals sign") {
  const auto header = parse_header("trace=a=b");
  REQUIRE(header.ok());
  CHECK(header.value().first == "trace");
  CHECK(header.value().second == "a=b");
  CHECK(parse_header("empty=").value().second.empty());
  CHECK_FALSE(parse_header("=x").ok());
  CHECK_FALSE(parse_header("x").ok());
}

TEST_CASE("ages have two units at most") {
  CHECK(age(0.0) == "0s");
  CHECK(age(-3.0) == "0s");
  CHECK(age(0.85) == "850ms");
  CHECK(age(59.99) == "59s");
  CHECK(age(192.0) == "3m12s");
  CHECK(age(3600.0) == "1h00m");
  CHECK(age(7500.0) == "2h05m");
  CHECK(age(86'400.0 * 4 + 3600 * 3) == "4d03h");
}

TEST_CASE("numbers for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(human_rate(0) == "0");
  CHECK(human_rate(12.34) == "12.3");
  CHECK(human_rate(1840.4) == "1840");
}

TEST_CASE("a text that is too long is cut between characters, and says how long it is") {
  CHECK(bounded("") == "");
  CHECK(bounded(std::string(kTextMax, 'x')) == std::string(kTextMax, 'x'));
  CHECK(bounded(std::string(kTextMax + 1, 'x')) == std::string(kTextMax, 'x') + "… (4,097 bytes)");
  CHECK(bounded("aböde", 3) == "ab… (6 bytes)");
  CHECK(bounded("aböde", 4) == "abö… (6 bytes)");
  CHECK(bounded("\x80\x80\x80\x80\x80\x80\x80", 5).size() < 30);
}

TEST_CASE("JSON cannot steer a terminal, and stays the JSON it was") {
  const std::string evil = "\x1b[2J \x7f \xc2\x9b \xff \n é";
  const std::string text = json_text({{"a", evil}}, -1);
  CHECK(text == "{\"a\":\"\\u001b[2J \\u007f \\u009b \xef\xbf\xbd \\n é\"}\n");
  CHECK(json_line("{\"a\" :\n 1.10}\r\n") == "{\"a\" :  1.10}  ");
}

TEST_CASE("did you mean") {
  const std::vector<std::string> names{"shop.orders.PlaceOrder", "shop.orders.CancelOrder",
                                       "shop.stock.Reserve"};
  CHECK(did_you_mean("PlaceOrdr", names) == "; did you mean `shop.orders.PlaceOrder`?");
  CHECK(did_you_mean("placeorder", names) == "; did you mean `shop.orders.PlaceOrder`?");
  CHECK(did_you_mean("order", names) ==
        "; did you mean `shop.orders.PlaceOrder` or `shop.orders.CancelOrder`?");
  CHECK(did_you_mean("Invoice", names).empty());
  CHECK(did_you_mean("", names).empty());
}

TEST_CASE("a cell is never wider than its column allows, whatever is in it") {
  Table table{{{"A"}, {"B"}}};
  table.add({std::string(10'000'000, 'x'), std::string(Table::kCellWidthMax, 'y')});
  table.add({std::string(1'000'000, '\x1b'), std::string(Table::kCellWidthMax + 1, 'y')});
  const std::string text = table.text();
  CHECK(text.size() < 2000);
  CHECK(text.find(std::string(Table::kCellWidthMax - 1, 'x') + "…  ") != std::string::npos);
  CHECK(text.find(std::string(Table::kCellWidthMax, 'y') + "\n") != std::string::npos);
  CHECK(text.find(std::string(Table::kCellWidthMax - 1, 'y') + "…\n") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("tables align, shorten and stay printable") {
  Table table{{{"NAME"}, {"COUNT", Table::Align::right}, {"TEXT", Table::Align::left, 8}}};
  table.add({"a", "1", "short"});
  table.add({"längst", "12,345", "much too long"});
  table.add({"evil\x1b[2J", "0", "a\nb"});
  CHECK(table.text() ==
        "NAME          COUNT  TEXT\n"
        "a                 1  short\n"
        "längst       12,345  much to…\n"
        "evil\\x1b[2J       0  a\\nb\n");
}
