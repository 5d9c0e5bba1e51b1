#include "syntax/outline.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "FlowLexer.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "syntax/habits.h"

namespace flowc {
namespace {

using grammar::FlowLexer;

struct DeclarationWord {
  std::string_view text;
  std::size_t type;
};

constexpr std::array<DeclarationWord, 20> kWords{{
    {"module", FlowLexer::MODULE},
    {"import", FlowLexer::IMPORT},
    {"record", FlowLexer::RECORD},
    {"enum", FlowLexer::ENUM},
    {"event", FlowLexer::EVENT},
    {"command", FlowLexer::COMMAND},
    {"query", FlowLexer::QUERY},
    {"channel", FlowLexer::CHANNEL},
    {"handlers", FlowLexer::HANDLERS},
    {"service", FlowLexer::SERVICE},
    {"deploy", FlowLexer::DEPLOY},
    {"steps", FlowLexer::STEPS},
    {"orchestrator", FlowLexer::ORCHESTRATOR},
    {"saga", FlowLexer::SAGA},
    {"publisher", FlowLexer::PUBLISHER},
    {"forward", FlowLexer::FORWARD},
    {"translate", FlowLexer::TRANSLATE},
    {"upcast", FlowLexer::UPCAST},
    {"scenario", FlowLexer::SCENARIO},
    {"allow", FlowLexer::ALLOW},
}};

bool is_keyword(std::size_t type) {
  return std::any_of(kWords.begin(), kWords.end(),
                     [type](const DeclarationWord& word) { return word.type == type; });
}

/// Divides one file. Lives for one call.
class Divider {
 public:
  Divider(FileId file, const SourceMap& sources, TokenList tokens, Reporter& reporter)
      : file_(file), sources_(sources), in_(std::move(tokens)), reporter_(reporter) {}

  Outline run() {
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (ends_with_line(i)) finish(i);
      if (begins_declaration(i)) {
        finish(i);
        begin(i);
        if (type(i) == FlowLexer::PUBLIC && type(i + 1) == FlowLexer::PUBLIC) {
          const Span at = span_of(file_, *in_[i + 1]);
          reporter_.error(kGivenTwice, at, text(i)).fix(at, "");
          begin(++i);
        }
        if (type(i) == FlowLexer::PUBLIC && no_public_word(i + 1)) continue;
        if (type(i) == FlowLexer::PUBLIC && i + 1 < in_.size() && is_keyword(type(i + 1))) put(i++);
        i = heading_word(i);
      } else if (state_ == State::outside) {
        stray(i);
        if (type(i) == FlowLexer::PUBLIC && is_keyword(type(i + 1))) put(++i);
      } else {
        inside(i);
      }
    }
    finish(in_.size());
    const std::size_t end = sources_.text(file_).size();
    out_.list.push_back(made(antlr4::Token::EOF, end));
    auto next = taken_.begin();
    for (std::unique_ptr<antlr4::CommonToken>& token : out_.list) {
      if (!token) token = std::move(in_[*next++]);
    }
    return std::move(out_);
  }

 private:
  enum class State {
    outside,  // after a declaration that has its end
    inside,   // in a declaration
    lost      // in something that is none, up to the next declaration
  };

  std::size_t type(std::size_t i) const {
    return i < in_.size() ? in_[i]->getType() : antlr4::Token::EOF;
  }
  bool word(std::size_t i) const { return i < in_.size() && is_word(*in_[i]); }
  bool first_on_line(std::size_t i) const {
    return i == 0 || in_[i - 1]->getLine() != in_[i]->getLine();
  }
  std::string text(std::size_t i) const {
    return std::string(sources_.text(span_of(file_, *in_[i])));
  }

  /// Whether what stands here looks like a whole heading, so that no field or handler can be meant.
  bool heading(std::size_t i) const {
    if (type(i) == FlowLexer::PUBLIC) ++i;
    switch (type(i)) {
      case FlowLexer::IMPORT:
      case FlowLexer::SCENARIO:
        return type(i + 1) == FlowLexer::STRING;
      case FlowLexer::MODULE:
      case FlowLexer::FORWARD:
        return word(i + 1) &&
               (type(i + 2) == FlowLexer::DOT || word(i + 2) || is_keyword(type(i + 2)));
      case FlowLexer::ALLOW:
        return word(i + 1) && !first_on_line(i + 1);
      case FlowLexer::EVENT:
      case FlowLexer::COMMAND:
      case FlowLexer::QUERY:
      case FlowLexer::UPCAST:
      case FlowLexer::SAGA:
        // `event OrderPlaced v2 {`, `saga LeadAcceptance via leads {`
        if (word(i + 1) && word(i + 2) && !first_on_line(i + 2)) return true;
        break;
      default:
        break;
    }
    if (!is_keyword(type(i)) || !word(i + 1)) return false;
    constexpr std::size_t kAfterName[] = {FlowLexer::LBRACE, FlowLexer::AT_SIGN, FlowLexer::ARROW,
                                          FlowLexer::DOT};
    if (type(i) == FlowLexer::ORCHESTRATOR && type(i + 2) == FlowLexer::LPAREN) return true;
    return std::find(std::begin(kAfterName), std::end(kAfterName), type(i + 2)) !=
           std::end(kAfterName);
  }

  /// Whether the declaration, one without braces, ended with the line above.
  bool ends_with_line(std::size_t i) const {
    const bool one_line = keyword_ == FlowLexer::MODULE || keyword_ == FlowLexer::IMPORT ||
                          keyword_ == FlowLexer::FORWARD || keyword_ == FlowLexer::ALLOW;
    if (state_ != State::inside || !one_line || i <= first_ + 1 || !first_on_line(i)) return false;
    if (braces_ != 0) return false;  // another's, whose heading was lost: its `}` ends both
    const bool left = in_[i]->getCharPositionInLine() <= in_[first_]->getCharPositionInLine();
    return left && type(i) != FlowLexer::RPAREN && type(i - 1) != FlowLexer::DOT &&
           type(i - 1) != FlowLexer::COMMA;
  }

  bool begins_declaration(std::size_t i) const {
    const bool keyword = is_keyword(type(i)) || type(i) == FlowLexer::PUBLIC;
    if (!keyword) return false;
    // Where a name stands, it is one, whatever its word.
    const bool named = i > 0 && state_ == State::inside && !first_on_line(i) &&
                       (type(i - 1) == FlowLexer::DOT ||
                        i == first_ + (type(first_) == FlowLexer::PUBLIC ? 2U : 1U));
    if (named && !(type(first_) == FlowLexer::PUBLIC && i == first_ + 1)) return false;
    const bool deeper =
        i > first_ && in_[i]->getCharPositionInLine() > in_[first_]->getCharPositionInLine();
    // `declassify(street,` goes on in the next line with the name of a field.
    const auto divides = [](std::size_t sign) {
      return sign == FlowLexer::COMMA || sign == FlowLexer::LPAREN || sign == FlowLexer::RPAREN;
    };
    if (braces_ == 0 && deeper && divides(type(i - 1)) && divides(type(i + 1))) return false;
    // Its `{` is missing, and its lines look like headings.
    if (braces_ == 0 && headless_ && keyword_ == FlowLexer::DEPLOY && deeper) return false;
    if (braces_ == 0) return state_ == State::outside || first_on_line(i) || heading(i);
    if (!first_on_line(i) || deeper) return false;
    // A deployment has lines that look like headings.
    const bool placement = type(i) == FlowLexer::SERVICE || type(i) == FlowLexer::PUBLISHER ||
                           type(i) == FlowLexer::CHANNEL;
    return heading(i) && !(placement && keyword_ == FlowLexer::DEPLOY);
  }

  void begin(std::size_t i) {
    state_ = State::inside;
    strays_ = false;
    first_ = i;
    keyword_ = type(i) == FlowLexer::PUBLIC ? type(i + 1) : type(i);
    braces_ = 0;
    headless_ = false;
  }

  std::unique_ptr<antlr4::CommonToken> made(std::size_t type, std::size_t at) const {
    auto token = std::make_unique<antlr4::CommonToken>(type);
    token->setStartIndex(at);
    token->setStopIndex(at - 1);
    return token;
  }

  void put(std::size_t i) {
    last_end_ = span_of(file_, *in_[i]).end;
    out_.list.push_back(nullptr);
    taken_.push_back(i);
  }

  /// Ends the declaration before token `next`, closing what is open.
  void finish(std::size_t next) {
    if (state_ == State::inside) {
      // A brace behind `module shop` is one too many, which the parser reports.
      if (braces_ > 0 && has_body()) not_closed(next);
      for (; braces_ > 0; --braces_) out_.list.push_back(made(FlowLexer::RBRACE, last_end_));
      out_.list.push_back(made(FlowLexer::DECLARATION_END, last_end_));
    }
    braces_ = 0;
    state_ = State::outside;
  }

  void not_closed(std::size_t next) {
    const std::size_t keyword = first_ + (type(first_) == FlowLexer::PUBLIC ? 1 : 0);
    std::string heading = text(std::min(keyword, in_.size() - 1));
    if (word(keyword + 1)) heading += ' ' + text(keyword + 1);
    const std::string closers(braces_, '}');
    const Span opened = span_of(file_, *in_[opener_]);
    if (next == in_.size()) {
      const auto end = static_cast<std::uint32_t>(last_end_);
      reporter_.error(kNotClosed, {file_, end, end}, heading, "the end of the file")
          .label(opened, "opened here")
          .fix({file_, end, end}, closers);
      return;
    }
    const Span at = span_of(file_, *in_[next]);
    const Position position = sources_.begin(at);
    const std::uint32_t line_begin = sources_.line_begin(file_, position.line);
    reporter_.error(kNotClosed, at, heading, '`' + text(next) + '`')
        .here("expected `}` before this")
        .label(opened, "opened here")
        .fix({file_, line_begin, line_begin}, closers + '\n',
             "insert `" + closers + "` before line " + std::to_string(position.line));
  }

  void inside(std::size_t i) {
    if (type(i) == FlowLexer::LBRACE) {
      if (braces_++ == 0) opener_ = i;
    }
    // Without its `{`, a body shows by what no heading has, and by its lines; its `}` ends the
    // declaration then.
    const bool line = i > first_ && first_on_line(i) && has_body() && !continues_heading(i) &&
                      in_[i]->getCharPositionInLine() > in_[first_]->getCharPositionInLine();
    if (braces_ == 0 && (type(i) == FlowLexer::COLON || line)) headless_ = true;
    if (state_ == State::inside) put(i);
    if (type(i) != FlowLexer::RBRACE) return;
    const bool unmatched = braces_ == 0;
    if (!unmatched) --braces_;
    if (braces_ == 0 && (unmatched || !headless_)) finish_at_brace();
  }

  bool has_body() const {
    return keyword_ != FlowLexer::MODULE && keyword_ != FlowLexer::IMPORT &&
           keyword_ != FlowLexer::FORWARD && keyword_ != FlowLexer::ALLOW &&
           keyword_ != antlr4::Token::EOF;
  }

  /// Whether a line that begins so may be the second one of a heading.
  bool continues_heading(std::size_t i) const {
    switch (type(i)) {
      case FlowLexer::VIA:
      case FlowLexer::AT:
      case FlowLexer::WAS:
      case FlowLexer::IN:
      case FlowLexer::DECLASSIFY:
      case FlowLexer::ARROW:
      case FlowLexer::AT_SIGN:
      case FlowLexer::LPAREN:
      case FlowLexer::LBRACE:
        return true;
      default:
        return i == first_ + 1 || type(i - 1) == FlowLexer::ARROW ||
               type(i - 1) == FlowLexer::COMMA || is_keyword(type(i - 1));
    }
  }

  /// Puts the keyword of a heading: `event event A` says it twice, `event public A` in the wrong
  /// order. The last token that was read.
  std::size_t heading_word(std::size_t i) {
    const bool more = word(i + 2) && !first_on_line(i + 1) && !first_on_line(i + 2);
    if (more && type(i + 1) == FlowLexer::PUBLIC && first_ == i) {
      const Span at = span_of(file_, *in_[i + 1]);
      reporter_.error(kExpected, at, "a name", "`public`")
          .help("`public` stands first: `public " + text(i) + "`");
      put(i + 1);
      put(i);
      return i + 1;
    }
    put(i);
    if (!more || type(i + 1) != type(i)) return i;
    const Span at = span_of(file_, *in_[i + 1]);
    reporter_.error(kGivenTwice, at, text(i)).fix(at, "");
    return i + 1;
  }

  void finish_at_brace() {
    if (state_ == State::inside) out_.list.push_back(made(FlowLexer::DECLARATION_END, last_end_));
    state_ = State::outside;
  }

  /// A token between declarations that begins none.
  void stray(std::size_t i) {
    out_.damaged = true;
    const Span at = span_of(file_, *in_[i]);
    if (type(i) == FlowLexer::RBRACE) {
      reporter_.error(kClosesNothing, at, "}").fix(at, "");
      return;
    }
    if (type(i) == FlowLexer::BAD) {  // the tokens' reader reported it
      lose(i);
      return;
    }
    const std::string written = text(i);
    const bool rest_of_import = keyword_ == FlowLexer::IMPORT && written == "from" && i > 0 &&
                                type(i - 1) == FlowLexer::RBRACE && !first_on_line(i);
    if (rest_of_import) {  // `import { A } from "x"`: its `{` is an error
      lose(i);
      return;
    }
    if (strays_ && !(word(i) && word(i + 1))) {
      // More of the same: what is left of something that was reported.
      lose(i);
      return;
    }
    strays_ = true;
    auto reported = reporter_.error(kNotADeclaration, at, '`' + shortened(written) + '`');
    if (!word(i)) {
      lose(i);
      return;
    }
    const bool before_ours =
        word(i + 1) && (is_keyword(type(i + 1)) || type(i + 1) == FlowLexer::PUBLIC);
    if (before_ours && modifier(i, written, reported)) return;
    const std::vector<std::string> meant = suggest(written, declaration_words());
    // `Handlers {` lacks its word rather than has it wrong.
    const bool named = word(i + 1) || type(i + 1) == FlowLexer::STRING;
    if (named || meant.size() > 1) reported.did_you_mean(at, written, declaration_words());
    if (meant.size() == 1 && named) {
      take_as(i, meant.front());
      return;
    }
    const std::string_view ours = word_of_another_language(written);
    if (meant.empty() && behind_a_body(i)) {
      reported.help("what is said of a declaration stands before its `{`");
    } else if (meant.empty()) {
      reported.help(ours.empty()
                        ? "a declaration begins with a word such as `event`, `record` or `handlers`"
                        : std::string(ours));
    }
    lose(i);
  }

  /// `export record`, `private record`: the declaration behind it is one of ours.
  bool modifier(std::size_t i, const std::string& written, DiagnosticBuilder& reported) {
    const std::optional<std::string_view> ours = modifier_of_another_language(written);
    if (!ours) return false;
    const Span at = span_of(file_, *in_[i]);
    if (*ours == "public") {
      reported.fix(at, "public");
      take_as(i, "public");
      return true;
    }
    reported.fix({file_, at.begin, span_of(file_, *in_[i + 1]).begin}, "", "leave it out")
        .help("what is not `public` is seen by its own module alone");
    return true;
  }

  /// `translate A -> B { … } in shop`.
  bool behind_a_body(std::size_t i) const {
    const std::string written = text(i);
    return i > 0 && type(i - 1) == FlowLexer::RBRACE && !first_on_line(i) &&
           (written == "in" || written == "via" || written == "at" || written == "was");
  }

  /// Behind `public`, what is like the word of a declaration is taken for it. True if it is like
  /// none, and what begins there is left out.
  bool no_public_word(std::size_t i) {
    const bool named = word(i) && word(i + 1) && !first_on_line(i) && !first_on_line(i + 1);
    if (!named || is_keyword(type(i))) return false;
    const std::string written = text(i);
    std::vector<std::string> words = declaration_words();
    std::erase(words, "public");
    const std::vector<std::string> meant = suggest(written, words);
    const std::string_view ours = word_of_another_language(written);
    if (meant.empty() && ours.empty()) return false;
    const Span at = span_of(file_, *in_[i]);
    auto reported = reporter_.error(kNotADeclaration, at, '`' + shortened(written) + '`');
    if (meant.empty()) {
      reported.help(std::string(ours));
    } else {
      reported.did_you_mean(at, written, words);
    }
    if (meant.size() == 1) {
      become(i, meant.front());
      keyword_ = type(i);
      return false;
    }
    out_.damaged = true;
    lose(i - 1);
    return true;
  }

  /// Leaves out what begins here, up to the next declaration.
  void lose(std::size_t i) {
    state_ = State::lost;
    first_ = i;
    keyword_ = antlr4::Token::EOF;
    braces_ = 0;
    headless_ = false;
    inside(i);
  }

  void become(std::size_t i, std::string_view meant) {
    for (const DeclarationWord& candidate : kWords) {
      if (candidate.text == meant) in_[i]->setType(candidate.type);
    }
  }

  void take_as(std::size_t i, std::string_view meant) {
    become(i, meant);
    if (meant == "public") in_[i]->setType(FlowLexer::PUBLIC);
    begin(i);
    put(i);
    if (meant == "public" && is_keyword(type(i + 1))) keyword_ = type(i + 1);
  }

  static std::string shortened(const std::string& text) {
    constexpr std::size_t kShown = 40;
    return text.size() <= kShown ? text : text.substr(0, kShown) + "…";
  }

  FileId file_;
  const SourceMap& sources_;
  TokenList in_;
  Reporter& reporter_;
  Outline out_;
  std::vector<std::size_t> taken_;  // which of in_ the nulls of out_ stand for: they move at the
                                    // end, decisions look back
  State state_ = State::outside;
  std::size_t first_ = 0;     // token that begins the declaration
  std::size_t keyword_ = 0;   // its keyword
  std::size_t opener_ = 0;    // its outermost `{`
  std::size_t braces_ = 0;    // open ones
  bool strays_ = false;       // something was left out since the last declaration
  bool headless_ = false;     // its `{` is missing
  std::size_t last_end_ = 0;  // offset behind the last token put out
};

}  // namespace

const std::vector<std::string>& declaration_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> made{"public"};
    for (const DeclarationWord& word : kWords) made.emplace_back(word.text);
    return made;
  }();
  return words;
}

Outline outline(FileId file, const SourceMap& sources, TokenList tokens, Reporter& reporter) {
  return Divider(file, sources, std::move(tokens), reporter).run();
}

}  // namespace flowc
