#include "input/money.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>

using flow::Decimal;

TEST_CASE("amounts become millionths and come back, exactly or not at all") {
  CHECK(shop::to_micros(Decimal::from_string("1265793.0395")) == 1'265'793'039'500);
  CHECK(shop::to_micros(Decimal::from_string("-0.000001")) == -1);
  CHECK(shop::from_micros(1'265'793'039'500) == Decimal::from_string("1265793.0395"));
  CHECK_THROWS_AS(shop::to_micros(Decimal::from_string("0.0000001")), std::overflow_error);
  CHECK_THROWS_AS(shop::to_micros(Decimal::from_string("9223372036854.775808")),
                  std::overflow_error);
  CHECK(shop::to_micros(Decimal::from_string("9223372036854.775807")) == INT64_MAX);
}

TEST_CASE("a line adds its gross and net amount") {
  shop::OrderTotals totals;
  totals.add_line(10, Decimal::from_string("9.80"), Decimal::from_string("0.15"));
  totals.add_line(3, Decimal::from_string("0.3333"), Decimal{0});
  CHECK(totals.lines == 2);
  CHECK(totals.gross == Decimal::from_string("98.9999"));
  CHECK(totals.net == Decimal::from_string("84.2999"));
}
