#include "format/lines.h"

#include <algorithm>

#include "format/pieces.h"

namespace flowc::formatting {
namespace {

// Past these a line is not aligned with others: one long name would push all of them away.
constexpr std::size_t kCellColumnMax = 32;
constexpr std::size_t kCommentColumnMax = 80;

bool has_cell(const Line& line) {
  return line.cell != 0 && line.cell <= kCellColumnMax;
}

bool aligns_comment(const Line& line) {
  return !line.comment.empty() && line.indent + columns(line.text) <= kCommentColumnMax;
}

/// Calls `align` for each longest run of lines that follow each other at one indentation and all
/// have `property`.
template <class Property, class Align>
void for_each_run(std::vector<Line>& lines, Property property, Align align) {
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = i + 1;
    if (property(lines[i])) {
      while (end < lines.size() && property(lines[end]) && !lines[end].blank_before &&
             lines[end].indent == lines[i].indent) {
        ++end;
      }
      align(i, end);
    }
    i = end;
  }
}

void align_cells(std::vector<Line>& lines) {
  for_each_run(lines, has_cell, [&lines](std::size_t begin, std::size_t end) {
    std::size_t column = 0;
    for (std::size_t i = begin; i < end; ++i) column = std::max(column, lines[i].cell);
    for (std::size_t i = begin; i < end; ++i)
      lines[i].text.insert(lines[i].cell, column - lines[i].cell, ' ');
  });
}

void align_comments(std::vector<Line>& lines) {
  const auto put = [&lines](std::size_t i, std::size_t column) {
    Line& line = lines[i];
    line.text.append(column - columns(line.text) + 2, ' ');
    line.text += line.comment;
    line.comment = {};
  };
  // Lines between that have none do not interrupt the column: it is one of the body's.
  const auto is_code = [](const Line& line) { return !line.text.starts_with("//"); };
  for_each_run(lines, is_code, [&](std::size_t begin, std::size_t end) {
    std::size_t column = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (aligns_comment(lines[i])) column = std::max(column, columns(lines[i].text));
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (aligns_comment(lines[i])) put(i, column);
    }
  });
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].comment.empty()) put(i, columns(lines[i].text));
  }
}

}  // namespace

std::string join_aligned(std::vector<Line>& lines) {
  align_cells(lines);
  align_comments(lines);
  std::string out;
  for (const Line& line : lines) {
    if (line.blank_before) out += '\n';
    out.append(line.indent, ' ');
    out += line.text;
    out += '\n';
  }
  return out;
}

}  // namespace flowc::formatting
