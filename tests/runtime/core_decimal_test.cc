#include "flow/decimal.h"

#include <doctest/doctest.h>

#include <limits>
#include <sstream>
#include <unordered_set>

#include "engine/random.h"

using flow::Decimal;

namespace {

Decimal dec(std::string_view text) {
  return Decimal::from_string(text);
}

const std::string kMost(38, '9');

}  // namespace

TEST_CASE("a decimal keeps its text") {
  for (const std::string text : {"0", "0.00", "12.50", "-12.50", "-0.01", "1265793.04",
                                 "0.0000000000000000000000000001", "100", "9007199254740993"}) {
    CHECK(dec(text).to_string() == text);
  }
  CHECK(dec(kMost).to_string() == kMost);
  CHECK(dec("-" + kMost).to_string() == "-" + kMost);
  CHECK(dec("-0").to_string() == "0");
  CHECK(dec("-0.00").to_string() == "0.00");
}

// A number without an exponent is read a shorter way: it comes to the same.
TEST_CASE("a decimal is the same with and without an exponent of nothing") {
  for (const std::string text : {"0",
                                 "-0",
                                 "0.0",
                                 "-0.00",
                                 "7",
                                 "12.50",
                                 "-12.50",
                                 "0.05",
                                 "999999999999999999",
                                 "-99999999999999999.9",
                                 "0.0000000000000001",
                                 "1000000000000000000",
                                 "00",
                                 "01",
                                 "-01.5",
                                 "1.",
                                 ".5",
                                 "-",
                                 "",
                                 "+1",
                                 "1.5.",
                                 "1..5",
                                 "1-",
                                 "--1",
                                 "1 ",
                                 "0.",
                                 "-.5"}) {
    CAPTURE(text);
    const auto plain = Decimal::parse(text), with_exponent = Decimal::parse(text + "e0");
    REQUIRE(plain.has_value() == with_exponent.has_value());
    if (plain) CHECK(plain->to_string() == with_exponent->to_string());
  }
}

TEST_CASE("exponents and zeros beyond the limits are taken when the value fits") {
  CHECK(dec("1.25e3").to_string() == "1250");
  CHECK(dec("1e-2").to_string() == "0.01");
  CHECK(dec("12E+1").to_string() == "120");
  CHECK(dec("120e-1").to_string() == "12.0");
  CHECK(dec("0e999999999999").to_string() == "0");
  CHECK(dec("1." + std::string(60, '0')) == dec("1"));
  CHECK(dec("123456789012.0" + std::string(40, '0')) == dec("123456789012"));
  CHECK(dec("0." + std::string(60, '0')) == 0);
  CHECK(dec("1" + std::string(50, '0') + "e-50") == 1);
  CHECK(dec("1e37").to_string() == "1" + std::string(37, '0'));
}

TEST_CASE("what is not a decimal number within the limits is refused") {
  for (const std::string text :
       {"",      "-",     "+1",  ".5",       "1.",    "01",   "00",
        "-01",   "1e",    "1e+", "e1",       "0x1",   "1,5",  " 1",
        "1 ",    "1.2.3", "NaN", "Infinity", "1_000", "1e38", "1e99999999999999999999",
        "1e-29", "--1"}) {
    CAPTURE(text);
    CHECK_FALSE(Decimal::parse(text));
  }
  CHECK_FALSE(Decimal::parse(kMost + "0"));
  CHECK_FALSE(Decimal::parse(kMost + ".1"));
  CHECK_FALSE(Decimal::parse("0." + std::string(28, '0') + "1"));
  CHECK_THROWS_AS(dec("ten"), std::invalid_argument);
}

TEST_CASE("sums and products are exact over scales") {
  CHECK((dec("0.1") + dec("0.2")).to_string() == "0.3");
  CHECK((dec("1.10") + dec("2")).to_string() == "3.10");
  CHECK((dec("1.5") - dec("2.25")).to_string() == "-0.75");
  CHECK((dec("12.50") * 3).to_string() == "37.50");
  CHECK((dec("1.05") * dec("-0.5")).to_string() == "-0.525");
  CHECK((-dec("2.0")).to_string() == "-2.0");
  Decimal total;
  for (int i = 0; i < 1000; ++i) total += dec("0.01");
  CHECK(total.to_string() == "10.00");
  total -= 4;
  total *= dec("0.5");
  CHECK(total.to_string() == "3.000");
  CHECK(Decimal{std::numeric_limits<std::int64_t>::min()}.to_string() == "-9223372036854775808");
  CHECK(Decimal{std::numeric_limits<std::uint64_t>::max()}.to_string() == "18446744073709551615");
}

TEST_CASE("trailing zeros go before a result is refused") {
  const Decimal tiny = dec("0.0000000000000000000000000010");
  CHECK((tiny * dec("0.5")).to_string() == "0.0000000000000000000000000005");
  CHECK(dec(kMost.substr(1)) + dec("1.0") == dec("1" + std::string(37, '0')));
  CHECK(dec("1" + std::string(30, '0')) * dec("1.0000000000") == dec("1" + std::string(30, '0')));
}

TEST_CASE("what does not fit throws and never wraps") {
  CHECK_THROWS_AS(dec(kMost) + 1, std::overflow_error);
  CHECK_THROWS_AS(dec("-" + kMost) - 1, std::overflow_error);
  CHECK_THROWS_AS(dec(kMost) + dec("0.1"), std::overflow_error);
  CHECK_THROWS_AS(dec(kMost) * 2, std::overflow_error);
  CHECK_THROWS_AS(dec(kMost) * dec(kMost), std::overflow_error);
  CHECK_THROWS_AS(dec("1e-28") * dec("0.1"), std::overflow_error);
  CHECK_THROWS_AS(dec(kMost).rounded(1), std::overflow_error);
  CHECK_THROWS_AS(dec("1").rounded(29), std::overflow_error);
  CHECK_THROWS_AS(dec("1").rounded(-1), std::overflow_error);
  CHECK_THROWS_AS(Decimal::from_parts(1, 29), std::overflow_error);
  CHECK(Decimal::from_parts(1250, 2) == dec("12.5"));
}

TEST_CASE("rounding to even, and up") {
  using enum Decimal::Rounding;
  const auto even = [](std::string_view text, int scale) {
    return dec(text).rounded(scale).to_string();
  };
  const auto up = [](std::string_view text, int scale) {
    return dec(text).rounded(scale, half_up).to_string();
  };
  CHECK(even("0.125", 2) == "0.12");
  CHECK(even("0.135", 2) == "0.14");
  CHECK(even("0.1251", 2) == "0.13");
  CHECK(even("-0.125", 2) == "-0.12");
  CHECK(even("0.5", 0) == "0");
  CHECK(even("1.5", 0) == "2");
  CHECK(even("-1.5", 0) == "-2");
  CHECK(up("0.125", 2) == "0.13");
  CHECK(up("-0.125", 2) == "-0.13");
  CHECK(up("0.124", 2) == "0.12");
  CHECK(up("0.5", 0) == "1");
  CHECK(even("9.995", 2) == "10.00");
  CHECK(even("2", 2) == "2.00");
  CHECK(even(kMost, 0) == kMost);
}

TEST_CASE("comparisons go by the number") {
  CHECK(dec("1.0") == dec("1.00"));
  CHECK(dec("1.0") == 1);
  CHECK(dec("0.00") == dec("-0.0"));
  CHECK(dec("1.01") > dec("1.0"));
  CHECK(dec("-1.01") < dec("-1.0"));
  CHECK(dec(kMost) > dec("0.0000000000000000000000000001"));
  CHECK(dec("-" + kMost) < dec("-0.0000000000000000000000000001"));
  CHECK(dec("0.0000000000000000000000000001") < dec(kMost));
  CHECK(dec("12.50").normalized().to_string() == "12.5");
  CHECK(dec("100").normalized().to_string() == "100");
  const std::unordered_set<Decimal> set{dec("1.0"), dec("1.00"), dec("1"), dec("2")};
  CHECK(set.size() == 2);
}

TEST_CASE("doubles are the nearest") {
  CHECK(dec("0.1").to_double() == 0.1);
  CHECK(dec("-1265793.04").to_double() == -1265793.04);
  CHECK(dec(kMost).to_double() == 1e38);
  std::ostringstream out;
  out << dec("12.50");
  CHECK(out.str() == "12.50");
}

TEST_CASE("random arithmetic agrees with integers") {
  flow::Random random{3};
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = [&] {
      return static_cast<std::int64_t>(random.uniform(0, 2'000'000'000)) - 1'000'000'000;
    };
    const std::int64_t a = draw(), b = draw();
    const int p = static_cast<int>(random.uniform(0, 6)),
              q = static_cast<int>(random.uniform(0, 6));
    const Decimal x = Decimal::from_parts(a, p), y = Decimal::from_parts(b, q);
    REQUIRE((x * y).to_string() == Decimal::from_parts(flow::Int128{a} * b, p + q).to_string());
    REQUIRE(x + y - y == x);
    REQUIRE((x < y) == (x - y < 0));
    REQUIRE(dec(x.to_string()).to_string() == x.to_string());
    REQUIRE(x.rounded(p + 3) == x);
    REQUIRE(std::hash<Decimal>{}(x.rounded(p + 3)) == std::hash<Decimal>{}(x));
  }
}
