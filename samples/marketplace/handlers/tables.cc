#include "handlers/tables.h"

namespace shop {

void create_tables(flow::Sql& sql) {
  for (const char* statement : {
           "CREATE TABLE IF NOT EXISTS orders(order_id INTEGER PRIMARY KEY, customer TEXT NOT "
           "NULL, "
           "country TEXT, placed_on TEXT NOT NULL)",
           // Analytics: each order as recorded, and the totals it is added to. Amounts in
           // millionths.
           "CREATE TABLE IF NOT EXISTS recorded_orders(order_id INTEGER NOT NULL, country TEXT NOT "
           "NULL, "
           "month TEXT NOT NULL, lines INTEGER NOT NULL, gross_micros INTEGER NOT NULL, net_micros "
           "INTEGER NOT "
           "NULL)",
           "CREATE TABLE IF NOT EXISTS country_months(country TEXT, month TEXT, orders INTEGER NOT "
           "NULL, "
           "lines INTEGER NOT NULL, gross_micros INTEGER NOT NULL, net_micros INTEGER NOT NULL, "
           "PRIMARY KEY(country, month)) WITHOUT ROWID",
           // Provider matching: who supplies what, each order as matched, and its suppliers.
           "CREATE TABLE IF NOT EXISTS catalogue(product_id INTEGER PRIMARY KEY, supplier_id "
           "INTEGER NOT NULL)",
           "CREATE TABLE IF NOT EXISTS matched_orders(order_id INTEGER NOT NULL, suppliers INTEGER "
           "NOT NULL)",
           "CREATE TABLE IF NOT EXISTS matches(order_id INTEGER NOT NULL, supplier_id INTEGER NOT "
           "NULL)",
       }) {
    sql.execute(statement);
  }
}

}  // namespace shop
