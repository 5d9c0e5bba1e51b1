#include "emit/layout.h"

#include <algorithm>

namespace flowc::cpp {

namespace {

void add_doc_line(std::string_view words, std::size_t width, std::vector<std::string>& lines) {
  while (words.size() > width) {
    std::size_t at = words.rfind(' ', width);
    if (at == std::string_view::npos || at == 0) at = words.find(' ', width);
    if (at == std::string_view::npos) break;
    lines.emplace_back("/// " + std::string{words.substr(0, at)});
    words.remove_prefix(std::min(words.find_first_not_of(' ', at), words.size()));
  }
  lines.emplace_back(words.empty() ? "///" : "/// " + std::string{words});
  // A backslash at the end would make the next line part of the comment.
  if (lines.back().back() == '\\') lines.back() += " .";
}

/// The arguments from `column` on, filled as lines allow. Empty when one does not fit.
std::string filled(std::size_t column, const std::vector<std::string>& arguments,
                   const std::string& tail) {
  std::string out;
  std::size_t at = column;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string text = arguments[i] + (i + 1 < arguments.size() ? "," : tail);
    const std::size_t space = i > 0 ? 1 : 0;
    if (i > 0 && at + space + text.size() > kColumns) {
      out += "\n" + std::string(column, ' ');
      at = column;
    } else if (i > 0) {
      out += ' ';
      at += 1;
    }
    if (at + text.size() > kColumns) return {};
    out += text;
    at += text.size();
  }
  return out;
}

}  // namespace

std::vector<std::string> doc_lines(std::string_view documentation, std::size_t indent) {
  std::vector<std::string> lines;
  const std::size_t width = kColumns - indent - 4;
  while (!documentation.empty()) {
    const std::size_t end = documentation.find('\n');
    std::string_view line = documentation.substr(0, end);
    const std::size_t last = line.find_last_not_of(" \t\r");
    line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    add_doc_line(line.starts_with(' ') ? line.substr(1) : line, width, lines);
    if (end == std::string_view::npos) break;
    documentation.remove_prefix(end + 1);
  }
  return lines;
}

std::string call(std::size_t indent, const std::string& head,
                 const std::vector<std::string>& arguments, const std::string& tail) {
  std::string line = head + "(";
  for (std::size_t i = 0; i < arguments.size(); ++i) line += (i > 0 ? ", " : "") + arguments[i];
  line += ")" + tail;
  if (arguments.empty() || indent + line.size() <= kColumns) return line;
  const std::string aligned = filled(indent + head.size() + 1, arguments, ")" + tail);
  if (!aligned.empty()) return head + "(" + aligned;
  const std::string broken = filled(indent + 4, arguments, ")" + tail);
  if (broken.empty()) return line;
  return head + "(\n" + std::string(indent + 4, ' ') + broken;
}

std::vector<std::string> table_lines(const std::vector<std::string>& entries) {
  std::size_t width = 0;
  for (const std::string& entry : entries) width = std::max(width, entry.size() + 1);
  // Past the column no formatter aligns them; and one long name would widen every line.
  const bool aligned = width <= kColumns;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t gap = aligned ? width - entries[i].size() - 1 : 0;
    lines.push_back(entries[i] + "," + std::string(gap, ' ') + "  // " + std::to_string(i));
  }
  return lines;
}

bool has_long_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (text.substr(0, end).size() > kColumns) return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace flowc::cpp
