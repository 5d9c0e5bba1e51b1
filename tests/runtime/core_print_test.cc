#include "flow/print.h"

#include <doctest/doctest.h>

#include <sstream>

#include "core_sample.h"

namespace {

template <typename T>
std::string printed(const T& value) {
  std::ostringstream out;
  flow::print_value(out, value);
  return out.str();
}

}  // namespace

TEST_CASE("values as logs show them") {
  CHECK(printed(true) == "true");
  CHECK(printed(std::int32_t{-5}) == "-5");
  CHECK(printed(0.1) == "0.1");
  CHECK(printed(1e300) == "1e+300");
  CHECK(printed(flow::Decimal::from_string("12.50")) == "12.50");
  CHECK(printed(std::string{"a\"b\n"}) == R"("a\"b\n")");
  CHECK(printed(std::string{"a\xff"}) == R"("a\xff")");
  CHECK(printed("literal") == "\"literal\"");
  CHECK(printed(flow::Bytes{std::byte{1}, std::byte{2}}) == "\"AQI=\"");
  CHECK(printed(flow::Uuid{}) == "00000000-0000-0000-0000-000000000000");
  CHECK(printed(*flow::parse_timestamp("2026-11-22T20:08:03.5Z")) == "2026-11-22T20:08:03.5Z");
  CHECK(printed(flow::Duration{1'500'000}) == "PT1.5S");
  CHECK(printed(*flow::parse_date("2026-11-22")) == "2026-11-22");
  CHECK(printed(std::optional<std::string>{}) == "none");
  CHECK(printed(std::optional<std::string>{"x"}) == "\"x\"");
  CHECK(printed(std::vector<bool>{true, false}) == "[true, false]");
  CHECK(printed(std::vector<std::vector<std::int64_t>>{{1, 2}, {}}) == "[[1, 2], []]");
  CHECK(printed(std::map<std::string, std::vector<sample::Item>>{{"k\t", {{"s", 2}}}}) ==
        R"({"k\t": [Item{sku: "s", quantity: 2}]})");
  CHECK(printed(sample::Tier::gold) == "gold");
}
