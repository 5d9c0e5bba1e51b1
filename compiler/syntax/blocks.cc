#include "syntax/blocks.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "FlowLexer.h"
#include "diagnostics/catalog.h"

namespace flowc {
namespace {

using grammar::FlowLexer;

/// Balances one file. Lives for one call.
class Balancer {
 public:
  Balancer(FileId file, const SourceMap& sources, TokenList tokens, Reporter& reporter)
      : file_(file), sources_(sources), in_(std::move(tokens)), reporter_(reporter) {
    for (const auto& token : in_) {
      if (token->getType() == FlowLexer::LBRACE) ++too_few_;
      if (token->getType() == FlowLexer::RBRACE) --too_few_;
    }
  }

  TokenList run() {
    if (too_few_ == 0) return std::move(in_);
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (first_on_line(i)) {
        if (too_few_ < 0 && (opens_nothing(i) || example_opens_nothing(i))) open_before(i);
        if (too_few_ < 0 && colon_opens(i)) open_at_colon(i);
        line_first_ = i;
      }
      if (too_few_ > 0 && line_first_ == i) close_before(i);
      if (too_few_ < 0 && begins_inside(i)) open_before(i);
      const std::size_t type = in_[i]->getType();
      if (type == FlowLexer::LBRACE && too_few_ > 0 && opens_twice(i)) {
        const Span at = span_of(file_, *in_[i]);
        reporter_.error(kGivenTwice, at, "{").fix(at, "");
        --too_few_;
        continue;
      }
      if (type == FlowLexer::LBRACE) {
        open_.push_back({i, line_first_});
        kept_.push_back({i, nullptr});
        for (std::size_t begin = i; too_few_ > 0 && pasted(i, begin); i += i + 1 - begin)
          drop_pasted(i, begin);
        continue;
      }
      if (type == FlowLexer::RBRACE) {
        if (too_few_ < 0 && closes_too_much(i)) {
          const Span at = span_of(file_, *in_[i]);
          reporter_.error(kClosesNothing, at, "}").fix(at, "");
          ++too_few_;
          continue;
        }
        if (!open_.empty()) open_.pop_back();
      }
      kept_.push_back({i, nullptr});
    }
    TokenList out;
    for (Kept& kept : kept_)
      out.push_back(kept.made ? std::move(kept.made) : std::move(in_[kept.index]));
    return out;
  }

 private:
  struct Block {
    std::size_t brace;
    std::size_t line_first;  // the first token of the line it is opened on
  };
  // Tokens move to the result at the end: until then others are compared with them.
  struct Kept {
    std::size_t index;
    std::unique_ptr<antlr4::CommonToken> made;
  };

  bool first_on_line(std::size_t i) const {
    return i == 0 || in_[i - 1]->getLine() != in_[i]->getLine();
  }
  std::size_t column(std::size_t i) const { return in_[i]->getCharPositionInLine(); }

  /// Whether the line before `i` is the heading of a block within a declaration, `state waiting` or
  /// `service shop`, and `i` is deeper in.
  bool opens_nothing(std::size_t i) const {
    if (open_.empty() || i != line_first_ + 2 || column(i) <= column(line_first_)) return false;
    const std::size_t word = in_[line_first_]->getType();
    return (word == FlowLexer::STATE || word == FlowLexer::SERVICE) && is_word(*in_[i - 1]);
  }

  /// As opens_nothing(), of an example: the line before `i` is `given shop.Paid`, and `i` begins a
  /// field.
  bool example_opens_nothing(std::size_t i) const {
    if (open_.empty() || i < line_first_ + 2 || column(i) <= column(line_first_)) return false;
    const std::size_t word = in_[line_first_]->getType();
    const bool example = word == FlowLexer::GIVEN || word == FlowLexer::EXPECT;
    const bool heading = is_word(*in_[line_first_ + 1]) && is_word(*in_[i - 1]);
    return example && heading && type_at(i + 1) == FlowLexer::COLON &&
           open_.back().line_first != line_first_;
  }

  std::size_t type_at(std::size_t i) const {
    return i < in_.size() ? in_[i]->getType() : antlr4::Token::EOF;
  }

  /// Whether the block of a line, `given Paid order_id: …` or `service shop channels on main`,
  /// begins with `i` and has no brace.
  bool begins_inside(std::size_t i) const {
    if (open_.empty() || i < line_first_ + 2 || !is_word(*in_[i]) || !is_word(*in_[i - 1]))
      return false;
    const std::size_t word = in_[line_first_]->getType();
    if (word == FlowLexer::SERVICE && i == line_first_ + 2) {
      const std::size_t type = type_at(i);
      return type == FlowLexer::LISTENS || type == FlowLexer::CHANNELS ||
             type == FlowLexer::CHANNEL;
    }
    const bool example = word == FlowLexer::GIVEN || word == FlowLexer::EXPECT;
    return example && type_at(i + 1) == FlowLexer::COLON && open_.back().line_first != line_first_;
  }

  /// Whether the line before `i` is `state waiting:`, and `i` is deeper in.
  bool colon_opens(std::size_t i) const {
    return !open_.empty() && i == line_first_ + 3 && column(i) > column(line_first_) &&
           in_[line_first_]->getType() == FlowLexer::STATE && is_word(*in_[i - 2]) &&
           in_[i - 1]->getType() == FlowLexer::COLON;
  }

  void open_at_colon(std::size_t i) {
    const Span at = span_of(file_, *in_[i - 1]);
    reporter_.error(kExpected, at, "`{`", "`:`").fix(at, " {", "replace it by `{`");
    kept_.back() = {0, token_behind(*in_[i - 1], FlowLexer::LBRACE)};
    open_.push_back({i - 1, line_first_});
    ++too_few_;
  }

  void open_before(std::size_t i) {
    const std::uint32_t end = span_of(file_, *in_[i - 1]).end;
    const std::string found = first_on_line(i)
                                  ? "the end of the line"
                                  : '`' + std::string(sources_.text(span_of(file_, *in_[i]))) + '`';
    reporter_.error(kExpected, {file_, end, end}, "`{`", found).fix({file_, end, end}, " {");
    kept_.push_back({0, token_behind(*in_[i - 1], FlowLexer::LBRACE)});
    open_.push_back({i - 1, line_first_});
    ++too_few_;
  }

  /// Nothing of the language begins with two.
  bool opens_twice(std::size_t i) const {
    return i > 0 && in_[i - 1]->getType() == FlowLexer::LBRACE && !first_on_line(i);
  }

  /// Whether what ends with the `{` at `end` is a heading that comes again right behind it, and
  /// where it begins.
  bool pasted(std::size_t end, std::size_t& begin) const {
    constexpr std::size_t kHeadingMax = 64;  // words and signs
    if (end + 1 >= in_.size() || !first_on_line(end + 1)) return false;
    for (begin = end; begin > 0 && end - begin < kHeadingMax;) {
      const std::size_t type = in_[--begin]->getType();
      if (type == FlowLexer::LBRACE || type == FlowLexer::RBRACE) return false;
      if (first_on_line(begin) && comes_again(begin, end)) return true;
    }
    return false;
  }

  bool comes_again(std::size_t begin, std::size_t end) const {
    const std::size_t count = end + 1 - begin;
    if (end + count >= in_.size()) return false;
    for (std::size_t i = begin; i <= end; ++i) {
      if (text(i) != text(i + count)) return false;
    }
    return true;
  }

  std::string_view text(std::size_t i) const { return sources_.text(span_of(file_, *in_[i])); }

  void drop_pasted(std::size_t end, std::size_t begin) {
    const std::size_t again = end + 1;
    const std::size_t last = again + (end - begin);
    const Span first{file_, span_of(file_, *in_[begin]).begin, span_of(file_, *in_[end]).end};
    const Span second{file_, span_of(file_, *in_[again]).begin, span_of(file_, *in_[last]).end};
    // With its line, if it has one to itself.
    const std::uint32_t line = sources_.line_begin(file_, sources_.begin(second).line);
    const std::string_view behind = sources_.text(file_).substr(second.end);
    const bool alone = behind.starts_with('\n');
    const std::string_view written = sources_.text(second);
    reporter_.error(kGivenTwice, second, written.substr(0, written.find('\n')))
        .label(first, "first given here")
        .fix(alone ? Span{file_, line, second.end + 1} : second, "");
    --too_few_;
  }

  /// Closes the blocks within a declaration that the line beginning with `i` stands outside of.
  void close_before(std::size_t i) {
    if (open_.empty()) return;
    const bool closes = in_[i]->getType() == FlowLexer::RBRACE;
    const std::size_t outermost = column(open_.front().line_first);
    if (!closes && column(i) <= outermost) {
      open_.clear();  // a declaration: outline() says what the one before it lacks
      return;
    }
    while (too_few_ > 0 && open_.size() > 1) {
      const std::size_t indent = column(open_.back().line_first);
      if (closes ? column(i) >= indent : column(i) > indent) return;
      report_open(open_.back(), i);
      kept_.push_back({0, token_behind(*in_[i - 1], FlowLexer::RBRACE)});
      open_.pop_back();
      --too_few_;
    }
  }

  void report_open(const Block& block, std::size_t next) {
    const std::uint32_t begin = span_of(file_, *in_[block.line_first]).begin;
    const Span brace = span_of(file_, *in_[block.brace]);
    const Span last = span_of(file_, *in_[next - 1]);
    std::string heading(sources_.text({file_, begin, brace.begin}));
    while (heading.ends_with(' ') || heading.ends_with(':')) heading.pop_back();
    constexpr std::size_t kShown = 60;
    if (heading.empty() || heading.size() > kShown) heading = "{";
    const bool one_line = in_[block.brace]->getLine() == in_[next - 1]->getLine();
    const std::string indent(column(block.line_first), ' ');
    reporter_
        .error(kNotClosed, {file_, last.end, last.end}, heading,
               '`' + std::string(sources_.text(span_of(file_, *in_[next]))) + '`')
        .here("expected `}` here")
        .label(brace, "opened here")
        .fix({file_, last.end, last.end}, one_line ? " }" : '\n' + indent + "}", "insert `}`");
  }

  /// Whether a `}` would end a block of several lines whose lines go on behind it.
  bool closes_too_much(std::size_t i) const {
    if (open_.empty() || i + 1 >= in_.size() || !first_on_line(i + 1)) return false;
    if (in_[open_.back().brace]->getLine() == in_[i]->getLine()) return false;
    const std::size_t indent = column(open_.back().line_first);
    // Of two at the ends of lines, the one that stands further left is the declaration's.
    if (in_[i + 1]->getType() == FlowLexer::RBRACE)
      return open_.size() == 1 && first_on_line(i) && column(i) > indent;
    return column(i + 1) > indent;
  }

  FileId file_;
  const SourceMap& sources_;
  TokenList in_;
  Reporter& reporter_;
  std::vector<Kept> kept_;
  std::vector<Block> open_;
  std::size_t line_first_ = 0;  // the first token of the line that is read
  long too_few_ = 0;            // `}` that are missing; less than 0: that are too many
};

bool begins_block(std::size_t type) {
  constexpr std::size_t kWords[] = {
      FlowLexer::PUBLIC,   FlowLexer::RECORD,       FlowLexer::ENUM,      FlowLexer::EVENT,
      FlowLexer::COMMAND,  FlowLexer::QUERY,        FlowLexer::CHANNEL,   FlowLexer::HANDLERS,
      FlowLexer::STEPS,    FlowLexer::ORCHESTRATOR, FlowLexer::SAGA,      FlowLexer::STATE,
      FlowLexer::SERVICE,  FlowLexer::PUBLISHER,    FlowLexer::TRANSLATE, FlowLexer::UPCAST,
      FlowLexer::SCENARIO, FlowLexer::DEPLOY};
  return std::find(std::begin(kWords), std::end(kWords), type) != std::end(kWords);
}

/// Leaves out each heading of one line that lacks its `{` and comes again, with it, in the next.
TokenList without_broken_off(FileId file, const SourceMap& sources, TokenList in,
                             Reporter& reporter) {
  const auto text = [&](std::size_t i) { return sources.text(span_of(file, *in[i])); };
  std::vector<bool> dropped(in.size(), false);
  for (std::size_t begin = 0, end = 0; begin < in.size(); begin = end) {
    end = begin + 1;
    while (end < in.size() && in[end]->getLine() == in[begin]->getLine()) ++end;
    const std::size_t count = end - begin;
    if (count == 1 || end + count >= in.size() || !begins_block(in[begin]->getType()) ||
        in[end + count]->getType() != FlowLexer::LBRACE)
      continue;
    bool same = true;
    for (std::size_t i = begin; i < end && same; ++i) same = text(i) == text(i + count);
    if (!same) continue;
    const Span first{file, span_of(file, *in[begin]).begin, span_of(file, *in[end - 1]).end};
    const Span second{file, span_of(file, *in[end]).begin, span_of(file, *in[end + count - 1]).end};
    reporter.error(kGivenTwice, second, sources.text(first))
        .label(first, "first given here")
        .fix({file, first.begin, second.begin}, "", "remove the first");
    std::fill_n(dropped.begin() + static_cast<std::ptrdiff_t>(begin), count, true);
  }
  TokenList out;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!dropped[i]) out.push_back(std::move(in[i]));
  return out;
}

}  // namespace

TokenList balance_blocks(FileId file, const SourceMap& sources, TokenList tokens,
                         Reporter& reporter) {
  TokenList whole = without_broken_off(file, sources, std::move(tokens), reporter);
  return Balancer(file, sources, std::move(whole), reporter).run();
}

}  // namespace flowc
