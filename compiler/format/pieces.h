#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/source_map.h"
#include "syntax/layout.h"

namespace flowc::formatting {

struct Comment {
  std::string_view text;
  bool trailing = false;       ///< stays behind the piece before it
  bool documentation = false;  ///< belongs to what follows, without a blank line
  bool blank_before = false;   ///< the author left a blank line before it
};

/// A token that stays, with what is written before it when nothing breaks the line there.
struct Piece {
  std::string_view text;
  std::string_view gap;  ///< "", " ", "  ", ",", ", " or ",  "
  Begins begins = Begins::nothing;
  Opens opens = Opens::nothing;
  bool aligned = false;
  bool comma_before = false;
  bool no_line = false;
  bool keep_line = false;
  bool blank_before = false;   ///< the author left a blank line before it, behind its comments
  std::uint32_t partner = 0;   ///< of an opening bracket
  std::uint32_t comments = 0;  ///< index of the first comment before it
  std::uint32_t comments_end = 0;
};

/// A file without the commas that can be left out, and sums over it, so that the width of any
/// stretch and whether the author divided it costs the same whatever its length.
class Pieces {
 public:
  Pieces(const Layout& layout, const SourceMap& sources);

  std::size_t size() const { return pieces_.size(); }
  const Piece& operator[](std::size_t index) const { return pieces_[index]; }
  const Comment& comment(std::size_t index) const { return comments_[index]; }
  bool has_comments(std::size_t index) const {
    return pieces_[index].comments != pieces_[index].comments_end;
  }

  /// Columns of [begin, end) on one line, without the gap before it.
  std::size_t width(std::size_t begin, std::size_t end) const;
  /// Whether the author had a line break or a comment between the first and the last of [begin,
  /// end).
  bool divided(std::size_t begin, std::size_t end) const;

 private:
  void keep(const Layout& layout, const SourceMap& sources);
  void set_gaps();

  std::vector<Piece> pieces_;
  std::vector<Comment> comments_;
  std::vector<bool> breaks_;            // before each piece, as the author wrote
  std::vector<std::size_t> widths_;     // of all before each piece, gaps included
  std::vector<std::uint32_t> divided_;  // breaks before and at each piece
};

/// Columns of a UTF-8 text: its code points.
std::size_t columns(std::string_view text);

}  // namespace flowc::formatting
