#include "cli/table.h"

#include "observe/redact.h"

#include <algorithm>

namespace flow::detail {

namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string shortened(std::string text, std::size_t width_max) {
  if (display_width(text) <= width_max) return text;
  std::size_t end = 0;
  for (std::size_t width = 0; end < text.size(); ++end) {
    if (!continues(text[end]) && width++ == width_max - 1) break;
  }
  return text.substr(0, end) + "…";
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // A character has four bytes at most: what is behind them is not looked at.
    const std::string_view cell{cells[i]};
    const std::size_t most = 4 * (columns_[i].width_max + 1);
    cells[i] = shortened(printable(cell.substr(0, most)), columns_[i].width_max);
  }
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].head);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](const auto& cell_of) {
    std::string row;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view cell = cell_of(i);
      const std::string pad(widths[i] - display_width(cell), ' ');
      if (i > 0) row += "  ";
      if (columns_[i].align == Align::right) row += pad;
      row += cell;
      if (columns_[i].align == Align::left) row += pad;
    }
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + '\n';
  };
  line([&](std::size_t i) { return columns_[i].head; });
  for (const auto& row : rows_) line([&](std::size_t i) { return std::string_view{row[i]}; });
  return out;
}

}  // namespace flow::detail
