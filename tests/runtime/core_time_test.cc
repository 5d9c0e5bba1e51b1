#include "flow/time.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/random.h"
#include "flow/clock.h"

using flow::Date;
using flow::Duration;
using flow::parse_date;
using flow::parse_duration;
using flow::parse_timestamp;
using flow::Timestamp;

namespace {

std::string retold(std::string_view text) {
  const auto instant = parse_timestamp(text);
  return instant ? flow::to_string(*instant) : "refused";
}

std::string duration_retold(std::string_view text) {
  const auto duration = parse_duration(text);
  return duration ? flow::to_string(*duration) : "refused";
}

}  // namespace

TEST_CASE("a timestamp is told in UTC, its fraction trimmed") {
  CHECK(retold("2026-11-22T20:08:03.123456Z") == "2026-11-22T20:08:03.123456Z");
  CHECK(retold("2026-11-22T20:08:03Z") == "2026-11-22T20:08:03Z");
  CHECK(retold("2026-11-22T20:08:03.500Z") == "2026-11-22T20:08:03.5Z");
  CHECK(retold("2026-11-22T20:08:03.000001Z") == "2026-11-22T20:08:03.000001Z");
  CHECK(retold("2026-11-22T20:08:03.123456789Z") == "2026-11-22T20:08:03.123456Z");
  CHECK(retold("2026-11-22T01:30:00+02:00") == "2026-11-21T23:30:00Z");
  CHECK(retold("2026-12-31T23:30:00-00:45") == "2027-01-01T00:15:00Z");
  CHECK(retold("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00Z");
  CHECK(retold("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z");
  CHECK(retold("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59.999999Z");
  CHECK(retold("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  CHECK(parse_timestamp("1970-01-01T00:00:01Z")->time_since_epoch() == std::chrono::seconds{1});
}

TEST_CASE("what is not a whole timestamp is refused") {
  for (const std::string_view text : {"",
                                      "2026-11-22",
                                      "2026-11-22T20:08Z",
                                      "2026-11-22T20:08:03",
                                      "2026-11-22 20:08:03Z",
                                      "2026-11-22t20:08:03Z",
                                      "2026-11-22T20:08:03z",
                                      "2026-11-22T20:08:03.Z",
                                      "2026-11-22T20:08:03.1234567890Z",
                                      "2026-11-22T20:08:03,5Z",
                                      "2026-11-22T24:00:00Z",
                                      "2026-11-22T20:60:00Z",
                                      "2026-11-22T23:59:60Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "0000-12-31T00:00:00Z",
                                      "12026-11-22T20:08:03Z",
                                      "-026-11-22T20:08:03Z",
                                      "2026-11-22T20:08:03+0200",
                                      "2026-11-22T20:08:03+02",
                                      "2026-11-22T20:08:03+24:00",
                                      "2026-11-22T20:08:03+02:60",
                                      "2026-11-22T20:08:03Z ",
                                      " 2026-11-22T20:08:03Z",
                                      "2026-11-22T20:08:03ZZ",
                                      "+026-11-22T20:08:03Z",
                                      "0001-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01",
                                      "2026-1-2T20:08:03Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("every timestamp of the calendar survives its text") {
  flow::Random random{11};
  const auto low = parse_timestamp("0001-01-01T00:00:00Z")->time_since_epoch().count();
  const auto high = parse_timestamp("9999-12-31T23:59:59.999999Z")->time_since_epoch().count();
  for (int i = 0; i < 20'000; ++i) {
    const auto offset = random.uniform(0, static_cast<std::uint64_t>(high - low));
    const Timestamp instant{Duration{low + static_cast<std::int64_t>(offset)}};
    REQUIRE(parse_timestamp(flow::to_string(instant)) == instant);
  }
}

TEST_CASE("instants outside the calendar can be printed") {
  CHECK(flow::to_string(Timestamp::max()) == "9223372036854775807us since 1970");
  CHECK(flow::to_string(Timestamp::min()) == "-9223372036854775808us since 1970");
}

TEST_CASE("dates") {
  CHECK(flow::to_string(*parse_date("2026-11-22")) == "2026-11-22");
  CHECK(flow::to_string(*parse_date("0001-01-01")) == "0001-01-01");
  CHECK(flow::to_string(*parse_date("9999-12-31")) == "9999-12-31");
  for (const std::string_view text :
       {"", "2026-11", "2026-11-31", "2025-02-29", "0000-01-01", "2026-11-22T", "2026/11/22",
        "26-11-22", "2026-1-2", "20261122"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
  CHECK_FALSE(Date{}.ok());
}

TEST_CASE("a duration is told in hours, minutes and seconds") {
  CHECK(duration_retold("PT15M") == "PT15M");
  CHECK(duration_retold("PT0.25S") == "PT0.25S");
  CHECK(duration_retold("PT0S") == "PT0S");
  CHECK(duration_retold("-PT0S") == "PT0S");
  CHECK(duration_retold("P1DT12H") == "PT36H");
  CHECK(duration_retold("P2W") == "PT336H");
  CHECK(duration_retold("P1W1DT1H1M1.000001S") == "PT193H1M1.000001S");
  CHECK(duration_retold("PT90M") == "PT1H30M");
  CHECK(duration_retold("-PT1H0.5S") == "-PT1H0.5S");
  CHECK(duration_retold("PT0.1234567S") == "PT0.123456S");
  CHECK(parse_duration("PT1H") == std::chrono::hours{1});
}

TEST_CASE("what is not a length of time is refused") {
  for (const std::string_view text : {"",
                                      "P",
                                      "PT",
                                      "-P",
                                      "P1",
                                      "PT1",
                                      "1H",
                                      "PT1H1H",
                                      "PT1M1H",
                                      "P1H",
                                      "PT1D",
                                      "P1M",
                                      "P1Y",
                                      "P1DT",
                                      "PT1.5H",
                                      "PT1.5M",
                                      "PT.5S",
                                      "PT1.S",
                                      "PT1,5S",
                                      "PT-1S",
                                      "+PT1S",
                                      "PT1s",
                                      "PT 1S",
                                      "PT1S ",
                                      "PT1.1234567890S",
                                      "PTT1S",
                                      "PT1ST1S",
                                      "--PT1S",
                                      "PT9223372036855S",
                                      "PT9999999999999999999S",
                                      "P15250285W",
                                      "2h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("every duration survives its text, the smallest and largest too") {
  flow::Random random{12};
  for (int i = 0; i < 20'000; ++i) {
    const Duration duration{static_cast<std::int64_t>(random.next64()) >> random.uniform(0, 63)};
    REQUIRE(parse_duration(flow::to_string(duration)) == duration);
  }
  for (const Duration edge : {Duration::min(), Duration::max(), Duration::min() + Duration{1}}) {
    CHECK(parse_duration(flow::to_string(edge)) == edge);
  }
}

TEST_CASE("the system clock tells a time of today") {
  const flow::SystemClock clock;
  const Timestamp first = clock.now();  // named: the order of two calls in one CHECK is open
  const Timestamp second = clock.now();
  CHECK(first > *parse_timestamp("2020-01-01T00:00:00Z"));
  CHECK(first <= second);
}

TEST_CASE("sums of time stay at the ends of what a time can hold") {
  using flow::saturating_add;
  using flow::saturating_difference;
  using flow::saturating_subtract;
  constexpr Duration kMost = Duration::max(), kLeast = Duration::min();
  CHECK(saturating_add(Duration{2}, Duration{3}) == Duration{5});
  CHECK(saturating_add(kMost, Duration{1}) == kMost);
  CHECK(saturating_add(kMost, kLeast) == Duration{-1});
  CHECK(saturating_add(kLeast, Duration{-1}) == kLeast);
  CHECK(saturating_subtract(kLeast, Duration{1}) == kLeast);
  CHECK(saturating_subtract(Duration{0}, kLeast) == kMost);
  CHECK(saturating_subtract(Duration{-1}, kLeast) == kMost);
  CHECK(saturating_subtract(Duration{-2}, kMost) == kLeast);
  const Timestamp now{Duration{1'800'000'000'000'000}};
  CHECK(saturating_add(now, kMost) == Timestamp::max());
  CHECK(saturating_add(now, Duration{-5}) == now - Duration{5});
  CHECK(saturating_add(now, kLeast) == Timestamp{kLeast + now.time_since_epoch()});
  CHECK(saturating_subtract(now, kLeast) == Timestamp::max());
  CHECK(saturating_difference(Timestamp::max(), Timestamp::min()) == kMost);
  CHECK(saturating_difference(Timestamp::min(), now) == kLeast);
  CHECK(saturating_difference(now, now) == Duration{0});

  using Steady = std::chrono::steady_clock::time_point;
  const Steady at{std::chrono::hours{5}};
  CHECK(saturating_add(at, Duration{7}) == at + Duration{7});
  CHECK(saturating_add(at, kMost) == Steady::max());
  CHECK(saturating_add(at, kLeast) < at);
  CHECK(saturating_add(Steady::min(), kLeast) == Steady::min());
  CHECK(flow::to_string(flow::kEndOfTime) == "9999-12-31T23:59:59.999999Z");
  CHECK(parse_timestamp(flow::to_string(flow::kEndOfTime)) == flow::kEndOfTime);
}
