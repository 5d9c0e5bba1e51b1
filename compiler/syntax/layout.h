#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/source_map.h"
#include "base/span.h"
#include "diagnostics/reporter.h"

namespace flowc {

/// A comment, from its slashes to the end of its line.
struct LayoutComment {
  Span span;
  bool documentation = false;     ///< begins with `///`; it documents if its line is its own
  bool trailing = false;          ///< behind a token, on that token's line
  std::uint32_t line_breaks = 0;  ///< between it and what stands before it; 2 for two and more
};

/// What begins with a token.
enum class Begins : std::uint8_t {
  nothing,
  declaration,
  item,          ///< of brackets: a field, a setting, a handler, an element
  first_clause,  ///< of an item or heading; it belongs close to what is before it
  clause,        ///< a further one, or one that is set off
  separator      ///< a comma that may be left out
};

/// The bracket that a token is, if it opens one.
enum class Opens : std::uint8_t {
  nothing,
  body,     ///< `{` of declarations and of what is like them inside of them
  fill,     ///< `{` of mappings and of messages in scenarios
  map,      ///< `{` of a value
  list,     ///< `[` of a value
  options,  ///< `(` of a place
  tight     ///< of types, and every other `(`: no items
};

/// A word or sign of a file.
struct LayoutToken {
  Span span;
  Begins begins = Begins::nothing;
  Opens opens = Opens::nothing;
  bool aligned = false;           ///< stands below its like in the items around it
  bool comma_before = false;      ///< a comma belongs before it, and is not there
  bool no_line = false;           ///< cannot begin a line: a declaration would begin there
  bool keep_line = false;         ///< begins a line, and would mean something else if it did not
  std::uint32_t partner = 0;      ///< index of the closing bracket, if it opens one
  std::uint32_t line_breaks = 0;  ///< as of comments
  std::uint32_t comments = 0;     ///< index of the first comment before it
  std::uint32_t comments_end = 0;
};

/// The words and signs of a file with what a formatter has to know of the grammar, and nothing of
/// their meaning. The last token is the end of the file: empty, with the comments before it.
struct Layout {
  std::vector<LayoutToken> tokens;
  std::vector<LayoutComment> comments;
};

/// Parses one file for its layout. Nothing if it has a syntax error, which was reported.
std::optional<Layout> read_layout(FileId file, SourceMap& sources, Reporter& reporter);

}  // namespace flowc
