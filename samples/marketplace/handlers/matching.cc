#include "handlers/matching.h"

#include <cstdint>
#include <set>
#include <string>

namespace shop {

void Matching::match(const marketplace::orders::OrderPlaced& event, MatchContext& ctx) {
  const Catalogue& products = catalogue(ctx.sql());
  std::set<std::int64_t> suppliers;
  for (const auto& item : event.items) {
    const auto supplier = products.supplier_of(item.product_id);
    // Trying again cannot help, so no retry: a person looks at it among the dead letters.
    if (!supplier) {
      throw flow::Reject("product " + std::to_string(item.product_id) +
                         " has no supplier in the catalogue");
    }
    suppliers.insert(*supplier);
  }
  ctx.sql().execute("INSERT INTO matched_orders(order_id, suppliers) VALUES (?, ?)", event.order_id,
                    suppliers.size());
  for (const std::int64_t supplier : suppliers) {
    ctx.sql().execute("INSERT INTO matches(order_id, supplier_id) VALUES (?, ?)", event.order_id,
                      supplier);
  }
}

// Read once, by whoever comes first; the others wait for it.
const Catalogue& Matching::catalogue(flow::Sql& sql) {
  std::call_once(read_, [&] { catalogue_ = Catalogue::read(sql); });
  return catalogue_;
}

}  // namespace shop
