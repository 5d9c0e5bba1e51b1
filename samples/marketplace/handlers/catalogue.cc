#include "handlers/catalogue.h"

#include <variant>

namespace shop {

Catalogue Catalogue::read(flow::Sql& sql) {
  Catalogue catalogue;
  for (const flow::SqlRow& row : sql.query("SELECT product_id, supplier_id FROM catalogue")) {
    catalogue.suppliers_.emplace(std::get<std::int64_t>(row.at(0)),
                                 std::get<std::int64_t>(row.at(1)));
  }
  return catalogue;
}

void Catalogue::write(flow::Sql& sql,
                      const std::map<std::int32_t, std::int32_t>& supplier_of_product) {
  sql.execute("DELETE FROM catalogue");
  for (const auto& [product, supplier] : supplier_of_product) {
    sql.execute("INSERT INTO catalogue(product_id, supplier_id) VALUES (?, ?)", product, supplier);
  }
}

std::optional<std::int64_t> Catalogue::supplier_of(std::int64_t product) const {
  const auto found = suppliers_.find(product);
  if (found == suppliers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace shop
