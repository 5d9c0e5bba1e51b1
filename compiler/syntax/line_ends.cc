#include "syntax/line_ends.h"

#include <memory>
#include <utility>

#include "FlowLexer.h"

namespace flowc {
namespace {

using grammar::FlowLexer;

/// What cannot end an item: more of it follows, of most a name.
bool wants_more(std::size_t type) {
  switch (type) {
    case FlowLexer::ARROW:
    case FlowLexer::BAR:
    case FlowLexer::ELSE:
    case FlowLexer::FINAL:
    case FlowLexer::VIA:
    case FlowLexer::THEN:
    case FlowLexer::SENDS:
    case FlowLexer::PUBLISHES:
    case FlowLexer::ON_FAILURE:
    case FlowLexer::USES:
    case FlowLexer::STARTS:
    case FlowLexer::SCHEDULES:
    case FlowLexer::UNDO:
    case FlowLexer::BY:
    case FlowLexer::AT:
    case FlowLexer::EVERY:
    case FlowLexer::BATCH:
    case FlowLexer::IDEMPOTENT:
    case FlowLexer::OR:
      return true;
    default:
      return false;
  }
}

/// Looks at the tokens of one file.
class LineEnds {
 public:
  explicit LineEnds(const TokenList& tokens) : tokens_(tokens) {}

  /// Whether the line ends before token i, and should not.
  bool breaks_off(std::size_t i) const {
    if (i < 2 || !is_word(*tokens_[i]) || line(i) == line(i - 1)) return false;
    if (type(i - 1) == FlowLexer::COLON) return begins_field(i);
    if (type(i - 1) == FlowLexer::DOUBLE_EQUALS || type(i - 1) == FlowLexer::NOT_EQUALS)
      return true;
    if (!wants_more(type(i - 1))) return false;
    const bool sign = !is_word(*tokens_[i - 1]);
    // A word behind one that wants more, a dot or a comma is itself a name.
    const bool pair = type(i - 2) == FlowLexer::IDEMPOTENT && type(i - 1) == FlowLexer::BY;
    const bool listed = type(i - 2) == FlowLexer::DOT || type(i - 2) == FlowLexer::COMMA;
    const bool named = !sign && !pair && (listed || wants_more(type(i - 2)));
    return !named && (begins_handler(i) || begins_saga_line(i));
  }

 private:
  std::size_t type(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i]->getType() : antlr4::Token::EOF;
  }
  std::size_t line(std::size_t i) const { return tokens_[i]->getLine(); }

  bool begins_field(std::size_t i) const { return type(i + 1) == FlowLexer::COLON; }
  bool begins_handler(std::size_t i) const {
    return type(i + 1) == FlowLexer::LPAREN && type(i) != FlowLexer::DECLASSIFY;
  }
  bool begins_saga_line(std::size_t i) const {
    const std::size_t next = type(i + 1);
    const std::size_t third = type(i + 2);
    const bool name = i + 1 < tokens_.size() && is_word(*tokens_[i + 1]);
    switch (type(i)) {
      case FlowLexer::ON:
        return name &&
               (third == FlowLexer::ARROW || third == FlowLexer::BY || third == FlowLexer::DOT);
      case FlowLexer::AFTER:
      case FlowLexer::WITHIN:
        return next == FlowLexer::MEASURE;
      case FlowLexer::START:
        return next == FlowLexer::ON;
      case FlowLexer::STATE:
        return name && third == FlowLexer::LBRACE;
      case FlowLexer::KEY:
        return name && third == FlowLexer::COLON;
      case FlowLexer::DATA:
        return next == FlowLexer::LBRACE;
      case FlowLexer::OTHERWISE:
        return next == FlowLexer::IGNORE || next == FlowLexer::FAIL;
      case FlowLexer::FINAL:
        return name && next != FlowLexer::SENDS && next != FlowLexer::PUBLISHES;
      default:
        return false;
    }
  }

  const TokenList& tokens_;
};

}  // namespace

TokenList mark_line_ends(TokenList tokens) {
  std::vector<std::size_t> places;
  const LineEnds ends(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (ends.breaks_off(i)) places.push_back(i);
  }
  if (places.empty()) return tokens;
  TokenList out;
  out.reserve(tokens.size() + places.size());
  auto place = places.begin();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (place != places.end() && *place == i) {
      ++place;
      out.push_back(token_behind(*out.back(), FlowLexer::LINE_END));
    }
    out.push_back(std::move(tokens[i]));
  }
  return out;
}

}  // namespace flowc
