#include "handlers/analytics.h"

#include <cstdint>
#include <string>
#include <variant>

#include "input/money.h"

namespace shop {

void Analytics::record_order(const marketplace::orders::OrderPlaced& event,
                             RecordOrderContext& ctx) {
  OrderTotals order;
  for (const auto& item : event.items)
    order.add_line(item.quantity, item.unit_price, item.discount);
  const std::string country = event.country.value_or("(unknown)");
  const std::string month = flow::to_string(event.placed_on).substr(0, 7);
  const std::int64_t gross = to_micros(order.gross);
  const std::int64_t net = to_micros(order.net);

  // Adding is not idempotent, and need not be: both statements commit with the delivery, or not at
  // all.
  ctx.sql().execute("INSERT INTO recorded_orders VALUES (?, ?, ?, ?, ?, ?)", event.order_id,
                    country, month, order.lines, gross, net);
  ctx.sql().execute(
      "INSERT INTO country_months VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT(country, month) DO UPDATE "
      "SET "
      "orders = orders + 1, lines = lines + excluded.lines, gross_micros = gross_micros + "
      "excluded.gross_micros, "
      "net_micros = net_micros + excluded.net_micros",
      country, month, order.lines, gross, net);
}

marketplace::Totals Analytics::find_totals(const marketplace::FindTotals&, FindTotalsContext& ctx) {
  const auto rows = ctx.sql().query(
      "SELECT ifnull(sum(orders), 0), ifnull(sum(lines), 0), ifnull(sum(gross_micros), 0), "
      "ifnull(sum(net_micros), 0) FROM country_months");
  const auto column = [&](std::size_t i) { return std::get<std::int64_t>(rows.at(0).at(i)); };
  return {.orders = column(0),
          .lines = column(1),
          .gross = from_micros(column(2)),
          .net = from_micros(column(3))};
}

}  // namespace shop
