#pragma once

#include <cstdint>
#include <string>

#include "flow/decimal.h"
#include "input/money.h"

namespace shop {

/// Makes up the folder of a marketplace: customers, suppliers, products and any number of orders,
/// some lines dirty in the ways real exports are. Every record is computed from the seed and its
/// number alone, with integers only: the same bytes on any machine, in no memory, from any place.
/// Nothing in it is real.
class Generator {
 public:
  struct Options {
    std::uint64_t orders = 2000;
    std::uint64_t seed = 1;
    std::uint32_t dirty_per_10000 = 200;  ///< how many lines of 10,000 are dirty
  };
  enum class File { orders, order_details, customers, products, suppliers, shippers };

  static constexpr std::uint64_t kCustomers = 200;
  static constexpr std::uint64_t kSuppliers = 29;
  static constexpr std::uint64_t kProducts = 77;

  explicit Generator(Options options) : options_(options) {}

  std::string name() const;
  /// By the name in the folder: "order-details.csv". Throws std::invalid_argument.
  static File file_named(const std::string& name);
  /// Appends record `index` of a file, 0 being its header: for order_details all lines of an order.
  /// False past the end.
  bool append(File file, std::uint64_t index, std::string& text) const;

  /// What a loader must find, dirty lines considered.
  OrderTotals expected() const;

 private:
  struct Line {
    std::uint64_t product = 0;
    flow::Decimal unit_price;
    std::int32_t quantity = 0;
    flow::Decimal discount;
    bool dirty = false;
  };

  std::uint64_t random(std::uint64_t stream, std::uint64_t index) const;
  bool dirty(std::uint64_t stream, std::uint64_t index) const;
  std::uint64_t line_count(std::uint64_t order) const;
  Line line(std::uint64_t order, std::uint64_t number) const;
  std::uint64_t price_of(std::uint64_t product) const;  // hundredths
  void append_order(std::uint64_t order, std::string& text) const;
  void append_details(std::uint64_t order, std::string& text) const;
  void append_customer(std::uint64_t customer, std::string& text) const;
  void append_product(std::uint64_t product, std::string& text) const;
  void append_supplier(std::uint64_t supplier, std::string& text) const;

  Options options_;
};

}  // namespace shop
