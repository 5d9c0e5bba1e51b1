#include "syntax/tokens.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "FlowLexer.h"
#include "base/assert.h"
#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "syntax/encoding.h"

namespace flowc {
namespace {

using grammar::FlowLexer;

constexpr std::string_view kOpenQuote = "\xE2\x80\x9C";
constexpr std::string_view kCloseQuote = "\xE2\x80\x9D";
constexpr std::string_view kArrow = "\xE2\x86\x92";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_foreign(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether a text begins with a letter of Latin, Greek, Cyrillic or another script up to U+07FF, or
/// of the scripts of East Asia: enough to tell a name from a sign.
bool begins_with_letter(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  const bool sign = text.starts_with("\xC3\x97") || text.starts_with("\xC3\xB7");  // times, divide
  return (byte >= 0xC3 && byte <= 0xDF && !sign) || (byte >= 0xE3 && byte <= 0xED);
}

/// Reads the tokens of one file. Lives for one call.
class TokenReader {
 public:
  TokenReader(FileId file, const SourceMap& sources, ByteStream& bytes, Reporter& reporter)
      : file_(file), text_(sources.text(file)), bytes_(bytes), reporter_(reporter), lexer_(&bytes) {
    lexer_.removeErrorListeners();
    if (text_.starts_with("\xEF\xBB\xBF")) bytes_.seek(3);
  }

  Tokens run() {
    while (true) {
      std::unique_ptr<antlr4::Token> next = lexer_.nextToken();
      auto* token = dynamic_cast<antlr4::CommonToken*>(next.get());
      FLOW_ASSERT(token != nullptr);
      next.release();  // the same object, owned as what it is
      if (!take(std::unique_ptr<antlr4::CommonToken>(token))) break;
    }
    return std::move(out_);
  }

 private:
  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  /// False at the end, or where reading on makes no sense.
  bool take(std::unique_ptr<antlr4::CommonToken> token) {
    place(*token);
    switch (token->getType()) {
      case antlr4::Token::EOF:
        out_.complete = true;
        return false;
      case FlowLexer::COMMENT:
        out_.comments.push_back({span_of(file_, *token)});
        return true;
      case FlowLexer::DOCUMENTATION:
        out_.comments.push_back({span_of(file_, *token), true});
        document(*token);
        return true;
      case FlowLexer::UNCLOSED_STRING:
        unclosed(*token);
        break;
      case FlowLexer::STRING:
        if (closed_by_the_next(*token)) cut_short(*token);
        break;
      case FlowLexer::BAD:
        if (!repair(*token)) return true;
        break;
      case FlowLexer::ID:
        extend_name(*token);
        break;
      default:
        break;
    }
    return keep(std::move(token));
  }

  /// The string is what is on its line. Where it goes on to a quote on a later line, what is
  /// between is left out.
  void unclosed(antlr4::CommonToken& token) {
    std::size_t end = token.getStopIndex() + 1;
    token.setType(FlowLexer::STRING);
    const std::optional<std::size_t> close = quote_on_a_later_line(end);
    if (!close) end = before_closers(token.getStartIndex() + 1, end);
    token.setStopIndex(end - 1);
    bytes_.seek(end);
    out_.unclosed_lines.insert(line_);
    auto reported = reporter_.error(kStringNotClosed, span_of(file_, token));
    if (!close) {
      reported.fix(span(end, end), "\"");
      return;
    }
    reported.label(span(*close, *close + 1), "closed here")
        .help("a string is on one line: `\\n` stands for the end of a line in it");
    bytes_.seek(*close + 1);
  }

  /// Whether what closes a string is the quote that opens the next one: a word stands right behind
  /// it, and one of the line's quotes is missing.
  bool closed_by_the_next(const antlr4::CommonToken& token) {
    const std::size_t end = token.getStopIndex() + 1;
    if (end >= text_.size() || !(is_letter(text_[end]) || is_digit(text_[end]))) return false;
    if (std::exchange(quotes_line_, line_) != line_) quotes_are_odd_ = has_odd_quotes();
    return quotes_are_odd_;
  }

  /// Of the line that is read, which may be long and have many strings: not once for each.
  bool has_odd_quotes() const {
    const std::size_t line_end = std::min(text_.find('\n', line_begin_), text_.size());
    bool odd = false;
    for (std::size_t i = line_begin_; i < line_end; ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '"') {
        odd = !odd;
      }
    }
    return odd;
  }

  void cut_short(antlr4::CommonToken& token) {
    const std::size_t begin = token.getStartIndex() + 1;
    const std::string_view text = text_.substr(begin, token.getStopIndex() - begin);
    std::size_t length = text.find_first_of(")]},");
    if (length == std::string_view::npos) length = std::min(text.find(' '), text.size());
    const std::size_t end = begin + length;
    token.setStopIndex(end - 1);
    bytes_.seek(end);
    out_.unclosed_lines.insert(line_);
    reporter_.error(kStringNotClosed, span_of(file_, token)).fix(span(end, end), "\"");
  }

  /// Where the brackets at the end of a line begin, and the spaces before them.
  std::size_t before_closers(std::size_t begin, std::size_t end) const {
    const std::string_view text = text_.substr(begin, end - begin);
    const std::size_t last = text.find_last_not_of(" \t)]}");
    const std::size_t closers = last == std::string_view::npos ? 0 : last + 1;
    const bool escape = closers > 0 && text[last] == '\\';
    if (escape || text.find_first_of(")]}", closers) == std::string_view::npos) return end;
    return begin + closers;
  }

  /// The next quote, if it stands where one closes a string: behind a letter or a sign, not behind
  /// what a string follows, nor further on than a string runs by mistake.
  std::optional<std::size_t> quote_on_a_later_line(std::size_t from) const {
    constexpr std::size_t kLines = 16;
    constexpr std::string_view kOpensBehind = " \t\r\n([{,:=";
    const std::size_t quote = text_.find('"', from);
    if (quote == std::string_view::npos) return std::nullopt;
    const std::string_view between = text_.substr(from, quote - from);
    const auto lines = static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n'));
    const bool interrupted = between.find("\n\n") != std::string_view::npos ||
                             between.find("//") != std::string_view::npos;
    if (lines > kLines || interrupted) return std::nullopt;
    if (kOpensBehind.find(text_[quote - 1]) != std::string_view::npos) return std::nullopt;
    return quote;
  }

  bool keep(std::unique_ptr<antlr4::CommonToken> token) {
    const Span at = span_of(file_, *token);
    const std::size_t most = is_word(*token) ? limits::kNameBytesMax : limits::kTokenBytesMax;
    if (at.end - at.begin > most) {
      reporter_.error(kTokenTooLong, {file_, at.begin, at.begin + 1}, most);
      return false;
    }
    if (out_.list.size() == limits::kTokensMax) {
      reporter_.error(kTooManyTokens, at, limits::kTokensMax)
          .help("divide the file and `import` its parts");
      return false;
    }
    if (!nest(token->getType(), at)) return false;
    if (!documentation_.empty()) out_.documentation[at.begin] = std::exchange(documentation_, {});
    last_line_ = token->getLine();
    out_.list.push_back(std::move(token));
    return true;
  }

  bool nest(std::size_t type, Span at) {
    const bool opens =
        type == FlowLexer::LBRACE || type == FlowLexer::LPAREN || type == FlowLexer::LBRACKET;
    const bool closes =
        type == FlowLexer::RBRACE || type == FlowLexer::RPAREN || type == FlowLexer::RBRACKET;
    if (opens && ++depth_ > limits::kNestingMax) {
      reporter_.error(kNestedTooDeep, at, limits::kNestingMax);
      return false;
    }
    if (closes && depth_ > 0) --depth_;
    return true;
  }

  /// Gives the token its line, counted here because the text is not always read from front to back
  /// in one go.
  void place(antlr4::CommonToken& token) {
    const std::size_t begin = std::min(token.getStartIndex(), text_.size());
    for (; counted_ < begin; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
    token.setLine(line_);
    token.setCharPositionInLine(begin - line_begin_);
  }

  /// Only lines of their own document what follows; one behind code would document the wrong thing.
  void document(const antlr4::CommonToken& token) {
    if (!out_.list.empty() && token.getLine() == last_line_) return;
    const Span at = span_of(file_, token);
    std::string_view line = text_.substr(at.begin + 3, at.end - at.begin - 3);
    if (line.starts_with(' ')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (!documentation_.empty()) documentation_ += '\n';
    documentation_ += line.empty() && documentation_.empty() ? "" : line;
  }

  /// The end of the letters, digits and non-ASCII letters at `from`. Typographic quotes and spaces
  /// are no letters.
  std::size_t name_end(std::size_t from) const {
    while (from < text_.size()) {
      const bool part = is_foreign(text_[from]) || is_letter(text_[from]) || is_digit(text_[from]);
      const std::string_view rest = text_.substr(from);
      if (!part || rest.starts_with("\xE2\x80") || rest.starts_with("\xC2\xA0")) break;
      ++from;
    }
    return from;
  }

  /// `caf` with an `é` behind it is one name, and one mistake.
  void extend_name(antlr4::CommonToken& token) {
    const std::size_t begin = token.getStartIndex();
    const std::size_t end = name_end(token.getStopIndex() + 1);
    if (end == token.getStopIndex() + 1) return;
    foreign_name(token, begin, end);
  }

  void foreign_name(antlr4::CommonToken& token, std::size_t begin, std::size_t end) {
    const std::string_view name = text_.substr(begin, end - begin);
    bool is_text = true;
    for (std::size_t at = 0; at < name.size(); ++at) {
      const std::size_t bytes = utf8_bytes(name.substr(at));
      if (bytes == 0) is_text = false;  // check_encoding() said so
      at += bytes > 1 ? bytes - 1 : 0;
    }
    if (is_text) reporter_.error(kNameNotAscii, span(begin, end), name);
    token.setType(FlowLexer::ID);
    token.setStopIndex(end - 1);
    bytes_.seek(end);
  }

  /// Reports a byte that begins nothing. True if it could be read as something all the same.
  bool repair(antlr4::CommonToken& token) {
    const std::size_t begin = token.getStartIndex();
    const std::string_view rest = text_.substr(begin);
    if (is_foreign(rest.front())) return repair_foreign(token, begin);
    if (rest.starts_with("/*")) {
      const std::size_t close = text_.find("*/", begin + 2);
      const std::size_t end = close == std::string_view::npos ? text_.size() : close + 2;
      reporter_.error(kBlockComment, span(begin, begin + 2));
      bytes_.seek(end);
      return false;
    }
    return repair_sign(token, begin, rest);
  }

  /// One of ASCII. What is not left out stays as it is, and the parser skips what it stands in
  /// without another word.
  bool repair_sign(antlr4::CommonToken& token, std::size_t begin, std::string_view rest) {
    // More of the same: `a && b`.
    if (rest.front() != ';' && std::exchange(bad_line_, line_) == line_) return false;
    const Span at = span(begin, begin + 1);
    const auto error = [&] {
      return reporter_.error(kForeignCharacter, at, shown(rest.substr(0, 1)));
    };
    const bool condition = in_condition();
    switch (rest.front()) {
      case ';':
        out_.foreign_signs.push_back(
            {at, "newlines separate, and commas where one line has several"});
        return false;
      case '\'':
        error().help("strings are in double quotes");
        return single_quoted(token, begin);
      case '#':
        return sign(at, "comments begin with `//`");
      case '!':
        return sign(at, condition ? "the opposite of `when` is `unless`" : "");
      case '&':
        return sign(at, condition ? "a condition is one field or one comparison" : "");
      case '<':
        return sign(at, condition ? "a condition compares with `==` or `!=`" : type_in_brackets());
      case '>':
        if (condition) return sign(at, "a condition compares with `==` or `!=`");
        token.setType(FlowLexer::ARROW);
        arrow(begin, error().help("an arrow is `->`"));
        return true;
      default:
        return sign(at, "");
    }
  }

  /// What the `<` of `List<Item>` is said otherwise.
  std::string type_in_brackets() const {
    if (out_.list.empty()) return "";
    const Span at = span_of(file_, *out_.list.back());
    const std::string_view word = text_.substr(at.begin, at.end - at.begin);
    if (word == "Map" || word == "map") return "a map is `{string: T}`";
    if (word == "Optional" || word == "optional") return "what may be absent is `T?`";
    const bool list =
        word == "List" || word == "list" || word == "Array" || word == "Set" || word == "vector";
    return list ? "a list is `[T]`" : "";
  }

  bool sign(Span at, std::string help) {
    out_.foreign_signs.push_back({at, std::move(help)});
    return true;
  }

  /// `=>` is one mistake.
  void arrow(std::size_t begin, DiagnosticBuilder reported) {
    if (out_.list.empty() || out_.list.back()->getType() != FlowLexer::EQUALS ||
        out_.list.back()->getStopIndex() + 1 != begin)
      return;
    out_.list.pop_back();
    reported.fix(span(begin - 1, begin + 1), "->");
  }

  bool in_condition() const {
    for (auto token = out_.list.rbegin(); token != out_.list.rend(); ++token) {
      if ((*token)->getLine() != line_) return false;
      const std::size_t type = (*token)->getType();
      const Span at = span_of(file_, **token);
      if (type == FlowLexer::WHEN || type == FlowLexer::UNLESS ||
          text_.substr(at.begin, at.end - at.begin) == "if")
        return true;
    }
    return false;
  }

  bool single_quoted(antlr4::CommonToken& token, std::size_t begin) {
    const std::size_t close = text_.find_first_of("'\r\n", begin + 1);
    if (close == std::string_view::npos || text_[close] != '\'') return false;
    token.setType(FlowLexer::STRING);
    token.setStopIndex(close);
    bytes_.seek(close + 1);
    return true;
  }

  bool repair_foreign(antlr4::CommonToken& token, std::size_t begin) {
    const std::size_t end = name_end(begin);
    const std::string_view run = text_.substr(begin, end - begin);
    if (std::any_of(run.begin(), run.end(), is_letter) || begins_with_letter(run)) {
      foreign_name(token, begin, end);
      return true;
    }
    // What has no letter is reported at its first character and left out as a whole.
    const std::size_t bytes = std::max<std::size_t>(1, utf8_bytes(text_.substr(begin)));
    const std::string_view character = text_.substr(begin, bytes);
    if (utf8_bytes(character) != 0) report_foreign(begin, character);
    bytes_.seek(std::max(begin + bytes, end));
    if (character == kOpenQuote) return typographic_quoted(token, begin);
    if (character != kArrow) return false;
    token.setType(FlowLexer::ARROW);
    token.setStopIndex(begin + bytes - 1);
    return true;
  }

  /// A text processor's quotes: reported at the first, and taken as a string.
  bool typographic_quoted(antlr4::CommonToken& token, std::size_t begin) {
    const std::size_t close = text_.find(kCloseQuote, begin);
    if (close == std::string_view::npos || close > text_.find('\n', begin)) return false;
    token.setType(FlowLexer::STRING);
    token.setStopIndex(close + kCloseQuote.size() - 1);
    bytes_.seek(close + kCloseQuote.size());
    return true;
  }

  void report_foreign(std::size_t begin, std::string_view character) {
    const Span at = span(begin, begin + character.size());
    const bool quote = character == kOpenQuote || character == kCloseQuote;
    if (character == "\xC2\xA0") {
      reporter_.error(kForeignCharacter, at, "a no-break space")
          .fix(at, " ", "replace it by a space");
    } else if (character == kByteOrderMark) {
      reporter_.error(kForeignCharacter, at, "a byte order mark").fix(at, "", "remove it");
    } else if (character == kArrow) {
      reporter_.error(kForeignCharacter, at, shown(character)).fix(at, "->");
    } else if (quote) {
      reporter_.error(kForeignCharacter, at, shown(character)).help("strings are in `\"`");
    } else if (!is_bidirectional_control(character)) {
      reporter_.error(kForeignCharacter, at, shown(character));
    }
  }

  static std::string shown(std::string_view character) {
    return '`' + std::string(character) + '`';
  }

  FileId file_;
  std::string_view text_;
  ByteStream& bytes_;
  Reporter& reporter_;
  FlowLexer lexer_;
  Tokens out_;
  std::string documentation_;    // of the next token
  std::size_t last_line_ = 0;    // of the last token kept
  std::size_t bad_line_ = 0;     // of the last sign that has no meaning
  std::size_t quotes_line_ = 0;  // the line that quotes_are_odd_ is of
  bool quotes_are_odd_ = false;
  std::size_t depth_ = 0;
  std::size_t counted_ = 0;  // offset up to which lines are counted
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
};

}  // namespace

Tokens read_tokens(FileId file, const SourceMap& sources, ByteStream& bytes, Reporter& reporter) {
  return TokenReader(file, sources, bytes, reporter).run();
}

std::unique_ptr<antlr4::CommonToken> token_behind(const antlr4::Token& last, std::size_t type) {
  auto made = std::make_unique<antlr4::CommonToken>(type);
  made->setStartIndex(last.getStopIndex() + 1);
  made->setStopIndex(last.getStopIndex());
  made->setLine(last.getLine());
  made->setCharPositionInLine(last.getCharPositionInLine() + 1);
  return made;
}

Span span_of(FileId file, const antlr4::Token& token) {
  const std::size_t begin = token.getStartIndex();
  const std::size_t end = std::max(begin, token.getStopIndex() + 1);
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool is_word(const antlr4::Token& token) {
  const std::size_t type = token.getType();
  return type >= FlowLexer::MODULE && type <= FlowLexer::ID;
}

}  // namespace flowc
