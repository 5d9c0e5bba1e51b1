// What is wrong where an item breaks off that was read to its end: of a handler, a slip, a saga, a
// deployment, an example.

#include <algorithm>
#include <string>
#include <vector>

#include "FlowParser.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "syntax/error_strategy.h"
#include "syntax/expectations.h"
#include "syntax/habits.h"
#include "syntax/parser_state.h"
#include "syntax/tokens.h"

namespace flowc {

namespace {

using antlr4::Token;
using grammar::FlowParser;

}  // namespace

/// What broke off is clearer from what was taken for a name before it.
bool ErrorStrategy::misread(antlr4::Parser& parser, Token& found) {
  const Token* last = previous(parser);
  if (last == nullptr || last->getTokenIndex() == 0) return false;
  const Token& before = *parser.getTokenStream()->get(last->getTokenIndex() - 1);
  switch (parser.getContext()->getRuleIndex()) {
    case FlowParser::RuleOrchestratorItems:
      return emission_on_slip(*parser.getContext(), found) ||
             broken_condition(parser, *last, found);
    case FlowParser::RuleSagaItems:
    case FlowParser::RuleTransitions:
      return broken_transition(*last, before, found);
    case FlowParser::RuleHandlerItems:
      if (found.getType() == FlowParser::LBRACE && found.getLine() == last->getLine()) {
        report(kExpected, span_of(file_, found), "a handler or `}`", "`{`")
            .help("what it does is written in C++: a handler has no body here");
        return true;
      }
      return clause_for_name(parser, *last);
    case FlowParser::RuleDeployItems:
      if (before.getType() != FlowParser::STORE || !is_word(*last) || !is_word(found)) return false;
      if (found.getLine() != last->getLine()) return false;
      unexpected(parser, found, "`:`");
      return true;
    case FlowParser::RuleFields:
      return list_of_brackets(parser, *last, before, found);
    case FlowParser::RuleScenarioItems:
      return broken_example(parser, *last, before, found);
    default:
      return false;
  }
}

/// `-> via work`: the word of a clause where the name of a result should be.
bool ErrorStrategy::clause_for_name(antlr4::Parser& parser, const Token& word) {
  if (word.getTokenIndex() == 0) return false;
  const Token& before = *parser.getTokenStream()->get(word.getTokenIndex() - 1);
  const std::vector<std::string>& clauses = clause_words();
  const bool clause = std::find(clauses.begin(), clauses.end(), text(word)) != clauses.end();
  if (before.getType() != FlowParser::ARROW || !clause) return false;
  report(kExpected, span_of(file_, word), "a name", shown(word));
  return true;
}

/// `items: Item[]`.
bool ErrorStrategy::list_of_brackets(antlr4::Parser& parser, const Token& last, const Token& before,
                                     Token& found) {
  if (found.getType() != FlowParser::LBRACKET || before.getType() != FlowParser::COLON)
    return false;
  auto reported = report(kExpected, span_of(file_, found), "a field or `}`", "`[`");
  const Token& close = *parser.getTokenStream()->LT(2);
  if (close.getType() != FlowParser::RBRACKET) {
    reported.help("a list is `[T]`");
    return true;
  }
  const Span all{file_, span_of(file_, last).begin, span_of(file_, close).end};
  reported.fix(all, '[' + text(last) + ']');
  return true;
}

/// `notify sends M { … }`: what a clause names reads like steps, until it is filled.
bool ErrorStrategy::emission_on_slip(antlr4::ParserRuleContext& items, const Token& found) {
  if (found.getType() != FlowParser::LBRACE) return false;
  for (auto child = items.children.rbegin(); child != items.children.rend(); ++child) {
    auto* item = dynamic_cast<antlr4::ParserRuleContext*>(*child);
    if (item == nullptr) continue;
    if (item->stop == nullptr || item->stop->getLine() != found.getLine()) return false;
    item->exception = broken();
    const std::size_t word = item->start->getType();
    if (item->start != item->stop || (word != FlowParser::SENDS && word != FlowParser::PUBLISHES))
      continue;
    report(kClauseHere, span_of(file_, *item->start), shown(*item->start), "a slip")
        .help("a step says it where it is declared, in its `steps`: the slip names steps alone");
    return true;
  }
  return false;
}

bool ErrorStrategy::broken_condition(antlr4::Parser& parser, const Token& last, Token& found) {
  const bool condition = last.getType() == FlowParser::WHEN || last.getType() == FlowParser::UNLESS;
  if (found.getType() == FlowParser::LPAREN && condition) {
    unexpected(parser, found, "a condition without parentheses");
    return true;
  }
  if (found.getType() != FlowParser::EQUALS) return false;
  const Span at = span_of(file_, found);
  auto reported = report(kExpected, at, "`==`", shown(found));
  const std::size_t next = parser.getTokenStream()->LA(2);
  if (next != FlowParser::EQUALS && next != FlowParser::DOUBLE_EQUALS) reported.fix(at, "==");
  return true;
}

bool ErrorStrategy::broken_transition(const Token& last, const Token& before, const Token& found) {
  const bool effect =
      last.getType() == FlowParser::SENDS || last.getType() == FlowParser::PUBLISHES;
  const bool state = before.getType() == FlowParser::ELSE ||
                     before.getType() == FlowParser::ARROW || before.getType() == FlowParser::BAR;
  if (effect && state) {  // `-> publishes Expired`
    report(kExpected, span_of(file_, last), "a state", shown(last));
    return true;
  }
  static const std::vector<std::string> effects{"sends", "publishes"};
  if (!is_word(found) || found.getLine() != last.getLine()) return false;
  const std::string written = text(found);
  if (is_condition(written)) {
    report(kUnknownWord, span_of(file_, found), written, "a part of a transition")
        .help(std::string(kNoCondition));
    return true;
  }
  if (suggest(written, effects).empty()) return false;
  const Span at = span_of(file_, found);
  report(kUnknownWord, at, written, "a part of a transition").did_you_mean(at, written, effects);
  return true;
}

bool ErrorStrategy::broken_example(antlr4::Parser& parser, const Token& last, const Token& before,
                                   Token& found) {
  if (before.getType() == FlowParser::EXPECT && text(last) == "not") {
    const Span at = span_of(file_, last);
    report(kExpected, at, "`no`", "`not`").fix(at, "no");
    return true;
  }
  // Fields without their braces: all of them are what is wrong.
  if (!is_word(found) || parser.getTokenStream()->LA(2) != FlowParser::COLON || !is_word(last))
    return false;
  const std::uint32_t end = span_of(file_, last).end;
  report(kExpected, {file_, end, end}, "`{`",
         first_on_line(parser, found) ? "the end of the line" : shown(found));
  return true;
}

}  // namespace flowc
