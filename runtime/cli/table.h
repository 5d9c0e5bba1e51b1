#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flow::detail {

/// A table for people: upper-case heads, two spaces between columns, numbers to the right, no
/// trailing spaces. Cells are made printable.
class Table {
 public:
  enum class Align : std::uint8_t { left, right };
  static constexpr std::size_t kCellWidthMax = 160;
  struct Column {
    std::string_view head;
    Align align = Align::left;
    std::size_t width_max = kCellWidthMax;  ///< longer cells end in `…`
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// As many cells as there are columns.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Places on the screen, one a code point.
std::size_t display_width(std::string_view text);

}  // namespace flow::detail
