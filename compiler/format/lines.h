#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowc::formatting {

/// A line of the result before its columns are aligned.
struct Line {
  std::size_t indent = 0;
  std::string text;
  std::size_t cell = 0;      ///< offset in `text` of what is aligned with the lines around; 0: none
  std::string_view comment;  ///< behind the text
  bool blank_before = false;
};

/// Aligns the cells of lines that follow each other, then the comments behind lines of
/// one block, and gives the text.
std::string join_aligned(std::vector<Line>& lines);

}  // namespace flowc::formatting
