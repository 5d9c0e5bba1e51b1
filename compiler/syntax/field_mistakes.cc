// What is wrong with a field, from the habits of other languages: `string name;`, `name string`,
// `name = string`.

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "FlowParser.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "syntax/error_strategy.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

using antlr4::Token;
using grammar::FlowParser;

struct OurWord {
  std::string_view theirs;
  std::string_view ours;
};

/// What is written around a type elsewhere.
constexpr std::array<OurWord, 7> kAroundTypes{{
    {"list", "a list is `[T]`"},
    {"array", "a list is `[T]`"},
    {"set", "a list is `[T]`"},
    {"repeated", "a list is `[T]`"},
    {"map", "a map is `{string: T}`"},
    {"optional", "what may be absent is `T?`"},
    {"nullable", "what may be absent is `T?`"},
}};

/// What is written behind a type elsewhere.
constexpr std::array<OurWord, 7> kBehindTypes{{
    {"default", "a default is `= value`"},
    {"optional", "what may be absent has a `?` behind its type"},
    {"nullable", "what may be absent has a `?` behind its type"},
    {"required", "a field is required unless it has a `?` behind its type, or a default"},
    {"private", "what may not be seen is `@personal` or `@secret`"},
    {"unique", "a message is told apart by its `key`, which stands before the name"},
    {"primary", "`key` stands before the name"},
}};

template <std::size_t count>
std::string_view ours_of(const std::array<OurWord, count>& words, std::string_view theirs) {
  for (const OurWord& word : words) {
    if (word.theirs == theirs) return word.ours;
  }
  return "";
}

bool looks_like_type(std::string_view word) {
  constexpr std::array<std::string_view, 11> kTypes{"bool",      "int32",    "int64", "float64",
                                                    "decimal",   "string",   "bytes", "uuid",
                                                    "timestamp", "duration", "date"};
  if (word.empty()) return false;
  if (word.front() >= 'A' && word.front() <= 'Z') return true;
  return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
}

/// The name of a field, which the word `key` may stand before.
const Token& name_of(antlr4::TokenStream& stream, const Token& start, const Token& found) {
  const bool key =
      start.getType() == FlowParser::KEY && found.getTokenIndex() == start.getTokenIndex() + 2;
  return key ? *stream.get(start.getTokenIndex() + 1) : start;
}

}  // namespace

/// A field that breaks off behind its name, if the name is one.
bool ErrorStrategy::broken_field(antlr4::Parser& parser, const antlr4::ParserRuleContext& field,
                                 Token& found) {
  antlr4::TokenStream& stream = *parser.getTokenStream();
  const Token& name = name_of(stream, *field.start, found);
  if (!is_word(name) || found.getTokenIndex() != name.getTokenIndex() + 1) return false;
  const std::size_t start = field.start->getTokenIndex();
  const Token* before = start == 0 ? nullptr : stream.get(start - 1);
  const bool behind = before != nullptr && before->getLine() == field.start->getLine() &&
                      before->getType() != FlowParser::LBRACE &&
                      before->getType() != FlowParser::COMMA;
  if (behind && &name == field.start && no_part(*before, name)) {
    if (!ours_of(kAroundTypes, text(*before)).empty()) break_before(field);
    return true;
  }
  const Span at = span_of(file_, name);
  const Span next = span_of(file_, found);
  const bool line = found.getLine() == name.getLine();
  if (!line || found.getType() == FlowParser::DECLARATION_END) {
    report(kExpected, {file_, at.end, at.end}, "`:`", "the end of the line")
        .help("a field is `name: Type`");
    return true;
  }
  if (found.getType() == FlowParser::EQUALS) {
    auto reported = report(kExpected, next, "`:`", "`=`");
    const Token& value = *stream.LT(2);
    if (is_word(value) && looks_like_type(text(value)))
      reported.fix({file_, at.end, next.end}, ":");
    return true;
  }
  if (found.getType() == FlowParser::QUESTION) {
    report(kExpected, next, "`:`", "`?`").help("what may be absent has a `?` behind its type");
    return true;
  }
  if (!is_word(found)) return false;
  auto reported = report(kExpected, next, "`:`", shown(found));
  const Token& last = *stream.LT(2);
  const bool whole = last.getLine() != found.getLine() || last.getType() == FlowParser::RBRACE ||
                     last.getType() == FlowParser::COMMA;
  if (looks_like_type(text(name)) && whole) {
    // A `;` behind it was left out of the tokens, and goes as well.
    const bool semicolon = sources_.text(file_).substr(next.end, 1) == ";";
    reported.fix({file_, at.begin, next.end + (semicolon ? 1U : 0U)},
                 text(found) + ": " + text(name));
  } else if (looks_like_type(text(found)) &&
             !(is_word(last) && last.getLine() == found.getLine())) {
    reported.fix({file_, at.end, at.end}, ":");
  } else {
    reported.help("a field is `name: Type`");
  }
  return true;
}

/// Whether a word behind a type on its line was meant for more of that field, and not for the name
/// of another one.
bool ErrorStrategy::no_part(const Token& before, const Token& word) {
  const std::string_view around = ours_of(kAroundTypes, text(before));
  if (!around.empty()) {
    report(kUnknownWord, span_of(file_, before), text(before), "a type").help(std::string(around));
    return true;
  }
  const std::string written = text(word);
  const Span at = span_of(file_, word);
  if (!suggest(written, {"was"}).empty()) {
    report(kUnknownWord, at, written, "a part of a field").one_of(at, written, {"was"});
    return true;
  }
  if (text(before) == written) {  // `@personal personal`
    report(kGivenTwice, at, written).fix(at, "");
    return true;
  }
  if (written == "personal" || written == "secret") {
    report(kUnknownWord, at, written, "a part of a field").fix(at, '@' + written);
    return true;
  }
  const std::string_view ours = ours_of(kBehindTypes, written);
  if (ours.empty()) return false;
  report(kUnknownWord, at, written, "a part of a field").help(std::string(ours));
  return true;
}

}  // namespace flowc
