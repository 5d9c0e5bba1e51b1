#include "format/pieces.h"

#include <algorithm>

#include "base/assert.h"

namespace flowc::formatting {
namespace {

bool has_documentation(const Layout& layout, const LayoutToken& token) {
  return std::any_of(layout.comments.begin() + token.comments,
                     layout.comments.begin() + token.comments_end,
                     [](const LayoutComment& comment) { return comment.documentation; });
}

std::string_view without_trailing_blanks(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

/// The space between two words or signs that begin nothing.
std::string_view space_between(const Piece& before, const Piece& after) {
  const std::string_view left = before.text;
  const std::string_view right = after.text;
  if (after.opens == Opens::body || after.opens == Opens::fill) return " ";
  if (before.opens != Opens::nothing) {
    return before.opens == Opens::body || before.opens == Opens::fill ? " " : "";
  }
  if (right == "," || right == ":" || right == "." || right == "?" || right == ")" ||
      right == "]" || right == "}" || right == "..") {
    return "";
  }
  if (right == "(") return "";
  if (left == "." || left == "@" || left == "-" || left == "..") return "";
  return " ";
}

/// What divides two items of a bracket on one line.
std::string_view item_gap(Opens inside) {
  return inside == Opens::body ? "  " : ", ";
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Pieces::Pieces(const Layout& layout, const SourceMap& sources) {
  keep(layout, sources);
  set_gaps();
}

/// Takes over everything but the commas that can go, whose comments go on to what follows.
void Pieces::keep(const Layout& layout, const SourceMap& sources) {
  std::vector<std::uint32_t> place(layout.tokens.size());  // of tokens among the pieces
  bool own_line = false;    // the next comment cannot stay behind the last piece
  bool blank = false;       // there was a blank line before what follows
  bool broken = false;      // the author began a line since the last piece
  bool documented = false;  // there was a `///` since the last piece
  std::uint32_t first_comment = 0;
  for (std::size_t i = 0; i < layout.tokens.size(); ++i) {
    const LayoutToken& token = layout.tokens[i];
    for (std::uint32_t c = token.comments; c < token.comments_end; ++c) {
      const LayoutComment& from = layout.comments[c];
      Comment& comment = comments_.emplace_back();
      comment.text = without_trailing_blanks(sources.text(from.span));
      // One behind a comma that goes stays behind what was before the comma.
      comment.trailing = from.trailing && !own_line;
      comment.documentation = from.documentation && !comment.trailing;
      comment.blank_before = !comment.trailing && (blank || from.line_breaks == 2);
      documented = documented || from.documentation;
      blank = false;
      broken = true;
      own_line = true;
    }
    blank = blank || token.line_breaks == 2;
    broken = broken || token.line_breaks > 0;
    place[i] = static_cast<std::uint32_t>(pieces_.size());
    if (token.begins == Begins::separator) {
      // Without the comma, a `///` would document something, or something else.
      FLOW_ASSERT(i + 1 < layout.tokens.size());
      const bool documents = documented || has_documentation(layout, layout.tokens[i + 1]);
      if (first_comment == token.comments_end || !documents) continue;
    }
    Piece& piece = pieces_.emplace_back();
    piece.text = sources.text(token.span);
    piece.begins = token.begins == Begins::separator ? Begins::nothing : token.begins;
    piece.opens = token.opens;
    piece.aligned = token.aligned;
    piece.comma_before = token.comma_before;
    piece.no_line = token.no_line;
    piece.keep_line = token.keep_line;
    piece.blank_before = blank;
    piece.partner = token.partner;
    piece.comments = first_comment;
    piece.comments_end = token.comments_end;
    breaks_.push_back(broken);
    first_comment = token.comments_end;
    own_line = blank = broken = documented = false;
  }
  for (Piece& piece : pieces_) {
    if (piece.opens != Opens::nothing) piece.partner = place[piece.partner];
  }
}

void Pieces::set_gaps() {
  std::vector<std::size_t> open;  // brackets around the piece
  std::size_t width = 0;
  std::uint32_t breaks = 0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    Piece& piece = pieces_[i];
    if (!open.empty() && pieces_[open.back()].partner == i) {
      const Piece& opening = pieces_[open.back()];
      const bool wide = opening.opens == Opens::body || opening.opens == Opens::fill;
      piece.gap = wide && open.back() + 1 != i ? " " : "";
      open.pop_back();
    } else if (i > 0) {
      const Piece& before = pieces_[i - 1];
      piece.gap = space_between(before, piece);
      const bool first = before.opens != Opens::nothing;
      if (piece.begins == Begins::clause) piece.gap = "  ";
      if (piece.begins == Begins::first_clause) piece.gap = " ";
      if (piece.begins == Begins::item && !first && !open.empty()) {
        piece.gap = before.text == "," ? " " : item_gap(pieces_[open.back()].opens);
      }
      if (piece.comma_before) piece.gap = ", ";
      if (piece.begins == Begins::declaration) piece.gap = "";
    }
    if (piece.opens != Opens::nothing) open.push_back(i);
    width += piece.gap.size();
    widths_.push_back(width);
    width += columns(piece.text);
    breaks += breaks_[i] ? 1U : 0U;
    divided_.push_back(breaks);
  }
}

std::size_t Pieces::width(std::size_t begin, std::size_t end) const {
  if (begin == end) return 0;
  return widths_[end - 1] + columns(pieces_[end - 1].text) - widths_[begin];
}

bool Pieces::divided(std::size_t begin, std::size_t end) const {
  return end > begin && divided_[end - 1] != divided_[begin];
}

}  // namespace flowc::formatting
