#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/decimal.h"
#include "input/csv.h"
#include "input/dirty_lines.h"
#include "input/source.h"

namespace shop {

struct OrderLine {
  std::int32_t product_id = 0;
  std::int32_t quantity = 0;
  flow::Decimal unit_price;  ///< at most four places
  flow::Decimal discount;    ///< a share from 0 to 1, at most two places
};

struct Order {
  std::int64_t id = 0;
  std::string customer;
  std::optional<std::string>
      country;       ///< none: neither the order nor its customer says it reliably
  std::string date;  ///< 2024-03-31
  std::vector<OrderLine> lines;
};

/// One file of the folder: its columns by name, its dirty lines reported. Throws InputError when a
/// column is missing.
class Table {
 public:
  /// `prose` is the first column whose text may hold a comma: when a line has too many or too few
  /// columns, those before it are still in their place.
  Table(const Source& source, std::string file, std::vector<std::string> columns,
        const char* prose);

  /// The next line that is CSV; false at the end. Broken CSV is reported and skipped.
  bool next(DirtyLines& dirty);
  std::uint64_t line() const { return record_.line; }
  /// A column asked for, by its place in `columns`; empty where the line has none in its place.
  std::string_view field(std::size_t column) const;
  /// Why the line is not as it should be; empty when it is.
  const std::string& fault() const { return fault_; }
  /// Reports the current line, for `why` or else for fault().
  void report(DirtyLines& dirty, std::string why, std::string kept) const;
  const std::string& file() const { return file_; }

 private:
  std::string check() const;

  std::string file_;
  std::unique_ptr<std::streambuf> bytes_;
  CsvReader reader_;
  CsvRecord record_;
  std::string fault_;
  std::size_t width_ = 0;
  std::size_t prose_ = 0;
  std::vector<std::size_t> at_;
  std::vector<std::string> header_;
};

/// The countries of those customers whose line is clean.
std::map<std::string, std::string> read_customers(const Source& source, DirtyLines& dirty);

/// product → supplier, for those products whose supplier is known.
std::map<std::int32_t, std::int32_t> read_catalogue(const Source& source, DirtyLines& dirty);

/// Reads orders with their lines, both files once, an order at a time. Both must be sorted by
/// orderID.
class OrderReader {
 public:
  OrderReader(const Source& source, DirtyLines& dirty);
  /// False at the end. Throws InputError when a file is not sorted.
  bool next(Order& order);

 private:
  bool read_order(Order& order);
  std::string find_country(Order& order) const;
  void read_lines(Order& order);
  bool next_detail();
  std::optional<OrderLine> detail_line();
  [[noreturn]] void not_sorted(const Table& table) const;

  DirtyLines& dirty_;
  std::map<std::string, std::string> customers_;
  Table orders_;
  Table details_;
  std::int64_t last_order_ = INT64_MIN;
  std::optional<std::int64_t> unusable_order_;  // its lines are left out with it
  std::int64_t last_detail_ = INT64_MIN;
  std::optional<std::int64_t> detail_;  // the order of the detail line read ahead; none: at the end
};

}  // namespace shop
