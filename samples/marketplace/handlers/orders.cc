#include "handlers/orders.h"

namespace shop {

void Orders::place(const marketplace::PlaceOrder& order, PlaceContext& ctx) {
  // The row and the event are in one unit of work: there is no order without its event, and no
  // second event.
  const auto placed = ctx.sql().execute(
      "INSERT OR IGNORE INTO orders(order_id, customer, country, placed_on) VALUES (?, ?, ?, ?)",
      order.order_id, order.customer,
      order.country ? flow::SqlValue{*order.country} : flow::SqlValue{},
      flow::to_string(order.placed_on));
  if (placed == 0) return;
  ctx.publish(marketplace::orders::OrderPlaced{.order_id = order.order_id,
                                               .customer = order.customer,
                                               .country = order.country,
                                               .placed_on = order.placed_on,
                                               .items = order.items});
}

}  // namespace shop
