#pragma once

#include <cstdint>

#include "flow/decimal.h"

namespace shop {

/// Amounts are exact decimals (flow::Decimal) and only rounded to be shown. SQLite has no decimals:
/// in its tables they are integers in millionths, exact for a price of four places times a discount
/// of two. Throws std::overflow_error when an amount has more places or does not fit.
std::int64_t to_micros(const flow::Decimal& amount);
flow::Decimal from_micros(std::int64_t micros);

/// What orders add up to.
struct OrderTotals {
  std::int64_t orders = 0;
  std::int64_t lines = 0;
  flow::Decimal gross;
  flow::Decimal net;

  /// Adds one line of an order: quantity pieces at a price, less a discount (0.25: a quarter off).
  void add_line(std::int32_t quantity, const flow::Decimal& unit_price,
                const flow::Decimal& discount);
  friend bool operator==(const OrderTotals&, const OrderTotals&) = default;
};

}  // namespace shop
