#include "input/order_reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <utility>

namespace shop {
namespace {

template <typename Integer>
std::optional<Integer> number(std::string_view text) {
  Integer value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The most that a price can be: times any quantity it is still far from what the totals hold.
const flow::Decimal kPriceMax{100'000'000};

// Exact, of at most so many places.
std::optional<flow::Decimal> decimal(std::string_view text, int places) {
  const auto value = flow::Decimal::parse(text);
  if (!value || value->normalized().scale() > places) return std::nullopt;
  return value;
}

// "1996-07-04 00:00:00.000" → "1996-07-04"; empty when it is no day.
std::string day_of(std::string_view text) {
  text = text.substr(0, text.find(' '));
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = number<int>(text.substr(0, 4));
  const auto month = number<unsigned>(text.substr(5, 2));
  const auto day = number<unsigned>(text.substr(8, 2));
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  return date.ok() ? std::string{text} : std::string{};
}

bool absent(std::string_view text) {
  return text.empty() || text == "NULL";
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShownMax = 40;
  return "\"" + std::string{text.substr(0, kShownMax)} + (text.size() > kShownMax ? "…\"" : "\"");
}

}  // namespace

Table::Table(const Source& source, std::string file, std::vector<std::string> columns,
             const char* prose)
    : file_(std::move(file)), bytes_(source.open(file_)), reader_(*bytes_) {
  if (!reader_.next(record_))
    throw InputError(file_ + " is empty: its first line names the columns");
  header_ = record_.fields;
  width_ = header_.size();
  const auto place = [&](const std::string& column) {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end()) throw InputError(file_ + " has no column " + column);
    return static_cast<std::size_t>(found - header_.begin());
  };
  for (const std::string& column : columns) at_.push_back(place(column));
  prose_ = place(prose);
}

bool Table::next(DirtyLines& dirty) {
  while (reader_.next(record_)) {
    fault_ = check();
    if (record_.fault.empty()) return true;
    report(dirty, record_.fault, "nothing");
  }
  return false;
}

std::string Table::check() const {
  if (record_.fields.size() > width_) {
    return std::to_string(record_.fields.size()) + " columns instead of " + std::to_string(width_) +
           ": an unquoted comma in a text";
  }
  if (record_.fields.size() < width_) {
    return std::to_string(record_.fields.size()) + " columns instead of " + std::to_string(width_) +
           ": the line breaks off";
  }
  for (std::size_t i = 0; i < width_; ++i) {
    if (!is_utf8(record_.fields[i])) return "invalid UTF-8 in " + header_[i];
  }
  return {};
}

std::string_view Table::field(std::size_t column) const {
  const std::size_t at = at_[column];
  if (at >= record_.fields.size() || (record_.fields.size() != width_ && at >= prose_)) return {};
  const std::string& text = record_.fields[at];
  return is_utf8(text) ? std::string_view{text} : std::string_view{};
}

void Table::report(DirtyLines& dirty, std::string why, std::string kept) const {
  dirty.add({file_, record_.line, why.empty() ? fault_ : std::move(why), std::move(kept)});
}

std::map<std::string, std::string> read_customers(const Source& source, DirtyLines& dirty) {
  Table table{source, "customers.csv", {"customerID", "country"}, "companyName"};
  std::map<std::string, std::string> countries;
  while (table.next(dirty)) {
    const std::string id{table.field(0)};
    const std::string_view country = table.field(1);
    if (!table.fault().empty()) {
      table.report(dirty, {}, id.empty() ? "nothing" : "customer " + id + ", without a country");
    } else if (!absent(country)) {
      countries.emplace(id, country);
    }
  }
  return countries;
}

std::map<std::int32_t, std::int32_t> read_catalogue(const Source& source, DirtyLines& dirty) {
  std::set<std::int32_t> suppliers;
  Table supplier{source, "suppliers.csv", {"supplierID"}, "companyName"};
  while (supplier.next(dirty)) {
    const auto id = number<std::int32_t>(supplier.field(0));
    if (!id || !supplier.fault().empty()) {
      supplier.report(
          dirty, id ? "" : "supplierID is no number: " + quoted(supplier.field(0)),
          id ? "supplier " + std::to_string(*id) + ", without name and address" : "nothing");
    }
    if (id) suppliers.insert(*id);
  }
  std::map<std::int32_t, std::int32_t> supplier_of;
  Table product{source, "products.csv", {"productID", "supplierID"}, "productName"};
  while (product.next(dirty)) {
    const auto id = number<std::int32_t>(product.field(0));
    const auto by = number<std::int32_t>(product.field(1));
    if (id && by && suppliers.contains(*by)) {
      supplier_of.emplace(*id, *by);
      if (!product.fault().empty()) product.report(dirty, {}, "product " + std::to_string(*id));
    } else {
      product.report(dirty,
                     product.fault().empty() ? "no such supplier: " + quoted(product.field(1)) : "",
                     "nothing: its orders match no supplier");
    }
  }
  return supplier_of;
}

OrderReader::OrderReader(const Source& source, DirtyLines& dirty)
    : dirty_(dirty),
      customers_(read_customers(source, dirty)),
      orders_(source, "orders.csv", {"orderID", "customerID", "orderDate", "shipCountry"},
              "shipName"),
      details_(source, "order-details.csv",
               {"orderID", "productID", "unitPrice", "quantity", "discount"}, "productID") {
  next_detail();
}

void OrderReader::not_sorted(const Table& table) const {
  throw InputError(
      table.file() + " line " + std::to_string(table.line()) +
      ": not sorted by orderID, and orders are read with their lines in one pass. Sort it first: "
      "(head -n 1 " +
      table.file() + "; tail -n +2 " + table.file() + " | sort -s -t, -k1,1n)");
}

bool OrderReader::next(Order& order) {
  if (!read_order(order)) {
    for (; detail_; next_detail()) {
      if (detail_ != unusable_order_) {
        details_.report(dirty_, "no order " + std::to_string(*detail_) + " in orders.csv",
                        "nothing");
      }
    }
    return false;
  }
  read_lines(order);
  return true;
}

bool OrderReader::read_order(Order& order) {
  while (orders_.next(dirty_)) {
    const auto id = number<std::int64_t>(orders_.field(0));
    if (!id) {
      orders_.report(dirty_, "orderID is no number: " + quoted(orders_.field(0)), "nothing");
      continue;
    }
    if (*id < last_order_) not_sorted(orders_);
    if (*id == last_order_) {
      orders_.report(dirty_, "order " + std::to_string(*id) + " for the second time", "nothing");
      continue;
    }
    last_order_ = *id;
    order = Order{};
    order.id = *id;
    order.customer = orders_.field(1);
    order.date = day_of(orders_.field(2));
    if (absent(order.customer) || order.date.empty()) {
      orders_.report(dirty_,
                     absent(order.customer) ? "no customerID"
                                            : "orderDate is no date: " + quoted(orders_.field(2)),
                     "nothing: the order is left out with its lines");
      unusable_order_ = *id;
      continue;
    }
    const std::string whence = find_country(order);
    if (!orders_.fault().empty()) {
      orders_.report(dirty_, {},
                     "order " + std::to_string(*id) + " of " + order.customer + ", " + order.date +
                         ", " + whence);
    }
    return true;
  }
  return false;
}

// From the order's own line, or else from its customer's. Says which.
std::string OrderReader::find_country(Order& order) const {
  const std::string_view own = orders_.field(3);
  if (!absent(own)) {
    order.country = own;
    return "its country";
  }
  const auto customer = customers_.find(order.customer);
  if (customer == customers_.end()) return "country unknown";
  order.country = customer->second;
  return "its customer's country";
}

void OrderReader::read_lines(Order& order) {
  while (detail_ && *detail_ <= order.id) {
    if (*detail_ < order.id) {
      if (detail_ != unusable_order_) {
        details_.report(dirty_, "no order " + std::to_string(*detail_) + " in orders.csv",
                        "nothing");
      }
    } else if (auto line = detail_line()) {
      order.lines.push_back(*line);
    }
    next_detail();
  }
  if (order.lines.empty()) {
    orders_.report(dirty_, "no line in order-details.csv",
                   "order " + std::to_string(order.id) + ", empty");
  }
}

// Reads ahead to the next detail line that names its order.
bool OrderReader::next_detail() {
  detail_.reset();
  while (!detail_ && details_.next(dirty_)) {
    detail_ = number<std::int64_t>(details_.field(0));
    if (!detail_) {
      details_.report(
          dirty_,
          details_.fault().empty() ? "orderID is no number: " + quoted(details_.field(0)) : "",
          "nothing");
    }
  }
  if (detail_) {
    if (*detail_ < last_detail_) not_sorted(details_);
    last_detail_ = *detail_;
  }
  return detail_.has_value();
}

std::optional<OrderLine> OrderReader::detail_line() {
  const std::string left_out =
      "nothing: order " + std::to_string(*detail_) + " is placed without this line";
  if (!details_.fault().empty()) {
    details_.report(dirty_, {}, left_out);
    return std::nullopt;
  }
  const auto product = number<std::int32_t>(details_.field(1));
  const auto price = decimal(details_.field(2), 4);
  const auto quantity = number<std::int32_t>(details_.field(3));
  const auto discount = decimal(details_.field(4), 2);
  std::string why;
  if (!product) {
    why = "productID is no number: " + quoted(details_.field(1));
  } else if (!price || price->is_negative() || *price > kPriceMax) {
    why = "unitPrice is no price of at most four places: " + quoted(details_.field(2));
  } else if (!quantity || *quantity < 1) {
    why = "quantity is no number of pieces: " + quoted(details_.field(3));
  } else if (!discount || discount->is_negative() || *discount > 1) {
    why = "discount is no share from 0 to 1 in two places: " + quoted(details_.field(4));
  }
  if (!why.empty()) {
    details_.report(dirty_, why, left_out);
    return std::nullopt;
  }
  return OrderLine{*product, *quantity, *price, *discount};
}

}  // namespace shop
