#include "format/format.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "format/lines.h"
#include "format/pieces.h"

namespace flowc {
namespace {

using formatting::columns;
using formatting::Comment;
using formatting::Line;
using formatting::Piece;
using formatting::Pieces;

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kContinuation = 4;

bool begins_clause(const Piece& piece) {
  return piece.begins == Begins::clause || piece.begins == Begins::first_clause;
}

bool can_expand(const Piece& piece) {
  return piece.opens != Opens::nothing && piece.opens != Opens::tight;
}

/// Lays out one file. Lives for one call.
class Writer {
 public:
  explicit Writer(const Pieces& pieces) : pieces_(pieces), expanded_(pieces.size(), false) {}

  std::vector<Line> run() {
    const std::size_t end = pieces_.size() - 1;  // the end of the file
    bool last_was_long = false;
    for (std::size_t i = 0; i < end;) {
      const std::size_t next = next_of(i, end, Begins::declaration);
      const std::size_t first_line = lines_.size();
      leading(i, 0, i > 0);
      const std::size_t heading = lines_.size();
      item(i, next, 0);
      const bool is_long = lines_.size() > heading + 1;
      if (i > 0 && (last_was_long || is_long)) divide(first_line, heading);
      last_was_long = is_long;
      i = next;
    }
    leading(end, 0, end > 0);
    return std::move(lines_);
  }

 private:
  /// The next of its kind behind `begin`, at the same depth of brackets; else `end`.
  std::size_t next_of(std::size_t begin, std::size_t end, Begins kind) const {
    std::size_t i = past(begin);
    while (i < end && pieces_[i].begins != kind) i = past(i);
    return std::min(i, end);
  }

  /// The piece behind `i`, or behind all of the brackets that it opens.
  std::size_t past(std::size_t i) const {
    return pieces_[i].opens == Opens::nothing ? i + 1 : pieces_[i].partner + 1;
  }

  /// A blank line somewhere between two declarations: where the author has one, else at once.
  void divide(std::size_t first_line, std::size_t heading) {
    const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(first_line);
    const auto end = lines_.begin() + static_cast<std::ptrdiff_t>(heading) + 1;
    if (std::none_of(begin, end, [](const Line& line) { return line.blank_before; })) {
      begin->blank_before = true;
    }
  }

  // Comments.

  /// Writes the comments before an item, a closing bracket or the end of the file.
  /// `blank_allowed`: a blank line of the author's before them stays.
  void leading(std::size_t i, std::size_t indent, bool blank_allowed) {
    const Piece& piece = pieces_[i];
    blank_ = false;
    for (std::size_t c = piece.comments; c < piece.comments_end; ++c) {
      const Comment& comment = pieces_.comment(c);
      if (comment.trailing) {
        lines_.back().comment = comment.text;
        continue;
      }
      Line& line = lines_.emplace_back();
      line.indent = indent;
      line.text = comment.text;
      line.blank_before = blank_allowed && comment.blank_before && !blank_;
      // Documentation stays with what it documents.
      blank_ = comment.documentation;
      blank_allowed = true;
    }
    blank_ = blank_allowed && piece.blank_before && !blank_;
  }

  // Lines.

  void begin_line(std::size_t indent) {
    Line& line = lines_.emplace_back();
    line.indent = indent;
    line.blank_before = std::exchange(blank_, false);
  }

  /// The next piece is to stand below those of the items around.
  void mark_cell() { lines_.back().cell = lines_.back().text.size(); }

  void put(std::string_view text) { lines_.back().text += text; }

  // Items.

  /// Whether what is left on lines of its own when the expanded brackets are taken out fits.
  bool fits(std::size_t begin, std::size_t end, std::size_t column) const {
    std::size_t from = begin;
    for (std::size_t i = begin; i < end; i = past(i)) {
      if (!expanded_[i]) continue;
      if (column + pieces_.width(from, i + 1) > kColumnsMax) return false;
      from = pieces_[i].partner;
    }
    return from >= end || column + pieces_.width(from, end) <= kColumnsMax;
  }

  /// Decides which brackets of [begin, end), which begins at `column`, have their items on lines
  /// of their own: those that the author divided, and where that is too wide, all of them.
  void expand(std::size_t begin, std::size_t end, std::size_t column) {
    const auto each = [&](auto decide) {
      for (std::size_t i = begin; i < end; i = past(i)) {
        const std::size_t partner = pieces_[i].partner;
        if (!can_expand(pieces_[i])) continue;
        if (partner == i + 1 && !pieces_.has_comments(partner)) continue;
        if (decide(i, partner)) expanded_[i] = true;
      }
    };
    each([&](std::size_t i, std::size_t partner) { return pieces_.divided(i, partner + 1); });
    if (!fits(begin, end, column)) each([](std::size_t, std::size_t) { return true; });
  }

  /// Whether something inside [begin, end) has to begin a line, apart from expanded brackets; and a
  /// clause that is itself of several lines has lines of its own.
  bool is_cut(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin && (pieces_.has_comments(i) || pieces_[i].keep_line)) return true;
      if (expanded_[i] && pieces_[i].opens == Opens::options) return true;
      if (expanded_[i]) i = pieces_[i].partner;  // the comments before it are inside
    }
    return false;
  }

  /// Writes an item, from the beginning of a line. Its clauses are on one line if that fits, else
  /// each on one of its own.
  void item(std::size_t begin, std::size_t end, std::size_t indent) {
    for (std::size_t i = begin; i < end;) {
      const std::size_t next = next_part(i, end);
      expand(i, next, i == begin ? indent : indent + kContinuation);
      i = next;
    }
    // The body of a declaration makes room before its heading does.
    const std::size_t body = indent == 0 ? opening(begin, end) : end;
    if (body != end && !fits(begin, end, indent)) expanded_[body] = true;
    const bool divided = is_cut(begin, end) || !fits(begin, end, indent);
    begin_line(indent);
    std::size_t base = indent;
    std::size_t inside = begin;  // of brackets on this line, up to here
    for (std::size_t i = begin; i < end; ++i) {
      const Piece& piece = pieces_[i];
      const bool clause = divided && i >= inside && begins_clause(piece);
      if (clause) base = indent + kContinuation;
      const bool wraps = i > inside && !piece.no_line && wraps_list(i, end);
      const std::size_t next_line = (clause ? indent : base) + kContinuation;
      if (i > begin) before(i, next_line, clause || wraps || piece.keep_line);
      if (piece.aligned && indent > 0 && i >= inside) mark_cell();
      put(piece.text);
      if (expanded_[i]) {
        items(i, i == body ? indent : base);
        i = piece.partner;
      } else if (piece.opens != Opens::nothing) {
        inside = std::max(inside, static_cast<std::size_t>(piece.partner));
      }
    }
  }

  /// The bracket that the last piece of an item closes, if it has something in it; else `end`.
  std::size_t opening(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; i = past(i)) {
      const bool body = pieces_[i].opens == Opens::body || pieces_[i].opens == Opens::fill;
      if (body && pieces_[i].partner == end - 1) return i + 2 < end ? i : end;
    }
    return end;
  }

  /// Whether an element of a list without brackets is too wide for the line that it is to go on.
  bool wraps_list(std::size_t i, std::size_t end) const {
    if (!begins_element(i)) return false;
    std::size_t next = next_part(i, end);
    while (next < end && pieces_[next].no_line) next = next_part(next, end);
    std::size_t stop = i;
    while (stop < next && !expanded_[stop]) stop = past(stop);
    const Line& line = lines_.back();
    return line.indent + columns(line.text) + 1 + pieces_.width(i, std::min(stop + 1, next)) >
           kColumnsMax;
  }

  /// The next clause, or element of a list without brackets, behind `begin`; else `end`.
  std::size_t next_part(std::size_t begin, std::size_t end) const {
    std::size_t i = past(begin);
    while (i < end && !begins_clause(pieces_[i]) && !begins_element(i)) i = past(i);
    return std::min(i, end);
  }

  /// Whether an element of a list without brackets begins there. The `|` between states is part of
  /// the second one: a line may begin with it, where a name could be a line of its own.
  bool begins_element(std::size_t i) const {
    return pieces_[i - 1].text == "," || pieces_[i].text == "|";
  }

  /// Writes what is between a piece in the middle of an item and the one before it.
  void before(std::size_t i, std::size_t indent, bool break_line) {
    const Piece& piece = pieces_[i];
    if (!break_line && !pieces_.has_comments(i)) {
      put(piece.gap);
      return;
    }
    if (piece.gap.starts_with(',')) put(",");
    leading(i, indent, false);
    blank_ = false;
    begin_line(indent);
  }

  /// Writes the items of an expanded bracket and the bracket that closes it.
  void items(std::size_t open, std::size_t indent) {
    const std::size_t close = pieces_[open].partner;
    const bool commas = pieces_[open].opens == Opens::list || pieces_[open].opens == Opens::options;
    for (std::size_t i = open + 1; i < close;) {
      const std::size_t next = next_of(i, close, Begins::item);
      leading(i, indent + kIndent, i != open + 1);
      item(i, next, indent + kIndent);
      if (commas && next != close && pieces_[next - 1].text != ",") put(",");
      i = next;
    }
    leading(close, indent + kIndent, close != open + 1);
    blank_ = false;
    begin_line(indent);
    put(pieces_[close].text);
  }

  const Pieces& pieces_;
  std::vector<bool> expanded_;  // of opening brackets: items on lines of their own
  std::vector<Line> lines_;
  bool blank_ = false;  // before the next line
};

}  // namespace

std::string format(const Layout& layout, const SourceMap& sources) {
  const Pieces pieces(layout, sources);
  std::vector<Line> lines = Writer(pieces).run();
  return formatting::join_aligned(lines);
}

}  // namespace flowc
