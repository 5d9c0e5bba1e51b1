#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowc {

/// A line of source made printable, one terminal column after the other.
struct ShownLine {
  std::string
      text;  ///< tabs as four spaces; control characters and bytes that are no UTF-8 as <XX>
  std::size_t columns = 0;  ///< how wide the text is: wide characters are two, combining ones none
};

ShownLine shown_line(std::string_view bytes);

/// Removes what a terminal would act on from a text of ours that quotes a source: the same, without
/// the width.
std::string printable(std::string_view bytes);

}  // namespace flowc
