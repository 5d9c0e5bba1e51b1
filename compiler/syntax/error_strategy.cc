#include "syntax/error_strategy.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

#include "FlowParser.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "syntax/expectations.h"
#include "syntax/habits.h"
#include "syntax/parser_state.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

using antlr4::Token;
using grammar::FlowParser;

/// `ignore` and `fail` of "`ignore` or `fail`"; signs are none.
std::vector<std::string> words_in(const std::string& expected) {
  std::vector<std::string> words;
  std::size_t end = 0;
  while (true) {
    const std::size_t begin = expected.find('`', end);
    if (begin == std::string::npos) return words;
    end = expected.find('`', begin + 1);
    if (end == std::string::npos) return words;
    const std::string word = expected.substr(begin + 1, end - begin - 1);
    ++end;
    if (word.size() > 1 && word.front() >= 'a' && word.front() <= 'z') words.push_back(word);
  }
}

/// Rules behind which parsing goes on after an error.
bool is_item(std::size_t rule) {
  constexpr std::array kItems{FlowParser::RuleField,
                              FlowParser::RuleEnumValue,
                              FlowParser::RuleChannelSetting,
                              FlowParser::RuleHandler,
                              FlowParser::RuleRetired,
                              FlowParser::RuleServiceItem,
                              FlowParser::RuleStore,
                              FlowParser::RuleBroker,
                              FlowParser::RuleServicePlacement,
                              FlowParser::RulePublisherPlacement,
                              FlowParser::RulePlacement,
                              FlowParser::RuleAssignment,
                              FlowParser::RuleOrchestratorItem,
                              FlowParser::RuleSagaItem,
                              FlowParser::RuleTransition,
                              FlowParser::RulePublisherSetting,
                              FlowParser::RuleScenarioItem};
  return std::find(kItems.begin(), kItems.end(), rule) != kItems.end();
}

bool ends_all(const Token& token) {
  return token.getType() == FlowParser::DECLARATION_END || token.getType() == Token::EOF;
}

bool is_made(const Token& token) {
  return token.getStopIndex() + 1 ==
         token.getStartIndex();  // put in by the outline: it has no bytes
}

/// Whether a word in a body may be meant for the one that begins an item.
bool begins_another(const antlr4::ParserRuleContext& context, const Token& found) {
  const Body* body = body_of(context.getRuleIndex());
  return body != nullptr && !body->words.empty() && is_word(found);
}

/// The rule that is being read, or the one that a value of it is in.
std::size_t rule_around(antlr4::Parser& parser) {
  const antlr4::RuleContext* context = parser.getContext();
  const auto value = [](std::size_t rule) {
    return rule == FlowParser::RuleText || rule == FlowParser::RuleCount ||
           rule == FlowParser::RuleMeasure || rule == FlowParser::RulePath ||
           rule == FlowParser::RuleName;
  };
  while (value(context->getRuleIndex()) && context->parent != nullptr)
    context = dynamic_cast<const antlr4::RuleContext*>(context->parent);
  return context->getRuleIndex();
}

}  // namespace

std::string ErrorStrategy::text(const Token& token) const {
  return std::string(sources_.text(span_of(file_, token)));
}

std::string ErrorStrategy::shown(const Token& token) const {
  if (token.getType() == FlowParser::LINE_END) return "the end of the line";
  if (ends_all(token)) return "the end of the declaration";
  if (is_made(token)) return "the end of the declaration";
  constexpr std::size_t kShown = 40;
  const std::string written(sources_.shown(span_of(file_, token)));
  if (token.getType() == FlowParser::STRING) {
    return written.size() <= kShown ? "the string " + written : "a string";
  }
  return written.size() <= kShown ? '`' + written + '`' : "a long word";
}

void ErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  Token* found = error.getOffendingToken();
  if (found == nullptr) found = parser->getCurrentToken();
  // A brace that the outline put in: that it was missing is reported, and this follows from it.
  if (is_made(*found) && found->getType() == FlowParser::RBRACE) return;
  if (explained(*found)) return;
  if (mistyped(*parser, *found)) return;
  const bool several = dynamic_cast<const antlr4::NoViableAltException*>(&error) != nullptr;
  unexpected(*parser, *found, expectation(*parser, several));
}

/// Whether the tokens' reader reported what is wrong here.
bool ErrorStrategy::explained(const Token& found) {
  last_place_.reset();  // what is left out now follows from no error of ours
  return found.getType() == FlowParser::BAD || unclosed_lines_.contains(found.getLine());
}

void ErrorStrategy::unexpected(antlr4::Parser& parser, Token& found, const std::string& expected) {
  if (!ends_all(found) && !is_made(found)) {
    auto reported = report(kExpected, span_of(file_, found), expected, shown(found));
    // What begins with a capital is a name, which may lack its word.
    const std::string written = text(found);
    if (is_word(found) && written.front() >= 'a')
      reported.did_you_mean(span_of(file_, found), written, words_in(expected));
    const std::size_t rule = rule_around(parser);
    const Token* before = previous(parser);
    if (before != nullptr && sign_of_setting(rule, *before, found)) {
      reported.fix({file_, span_of(file_, *before).end, span_of(file_, found).end}, "",
                   "leave it out");
    } else if (const std::string_view ours = habit(rule, found); !ours.empty()) {
      reported.help(std::string(ours));
    }
    return;
  }
  // Nothing more of the declaration: the place is behind its last token.
  const Token* last = previous(parser);
  Span at = span_of(file_, found);
  if (last != nullptr) at.begin = at.end = span_of(file_, *last).end;
  report(kExpected, at, expected, shown(found));
}

/// A word where a clause or a field's part may stand, that is like one: the parser took it for the
/// next item.
bool ErrorStrategy::mistyped(antlr4::Parser& parser, Token& found) {
  const auto* item = dynamic_cast<antlr4::ParserRuleContext*>(parser.getContext());
  while (item != nullptr && !is_item(item->getRuleIndex())) {
    item = dynamic_cast<antlr4::ParserRuleContext*>(item->parent);
  }
  if (item == nullptr || item->start == nullptr || !is_word(*item->start)) return false;
  const bool transition = item->getRuleIndex() == FlowParser::RuleTransition;
  if (transition && is_condition(text(found))) {
    report(kExpected, span_of(file_, found), "`->`", shown(found)).help(std::string(kNoCondition));
    return true;
  }
  if (item->getRuleIndex() == FlowParser::RuleField) return broken_field(parser, *item, found);
  const Token& word = *item->start;
  if (found.getTokenIndex() != word.getTokenIndex() + 1 || first_on_line(parser, word))
    return false;
  const std::string written = text(word);
  const Span at = span_of(file_, word);
  if (item->getRuleIndex() != FlowParser::RuleHandler) return false;
  antlr4::TokenStream& stream = *parser.getTokenStream();
  const Token& before = *stream.get(word.getTokenIndex() - 1);
  if (begins_list(before) &&
      stream.get(before.getTokenIndex() - 1)->getType() == before.getType()) {
    const Span twice = span_of(file_, before);
    report(kGivenTwice, twice, text(before)).fix(twice, "");
    break_before(*item);
    return true;
  }
  if (comma_left_out(parser, word)) return true;
  if (before.getType() == FlowParser::LBRACE) return false;
  break_before(*item);
  if (before.getType() == FlowParser::COMMA) return second_name(parser, word);
  if (clause_for_name(parser, before)) return true;
  if (word.getType() == FlowParser::IN && found.getType() != FlowParser::STRING) {
    unexpected(parser, found, "a string such as `\"Europe/Paris\"`");
    return true;
  }
  const std::string_view wanted = behind_clause(word);
  if (!wanted.empty()) {
    unexpected(parser, found, std::string(wanted));
    return true;
  }
  auto reported = report(kUnknownWord, at, written, "a clause of a handler");
  const std::string_view elsewhere = said_elsewhere(written);
  if (elsewhere.empty()) {
    reported.did_you_mean(at, written, clause_words());
  } else {
    reported.help(std::string(elsewhere));
  }
  if (word.getType() == FlowParser::WAS)
    reported.help("`was` follows `at`: `at \"new\" was \"old\"`");
  if (word.getType() == FlowParser::IN) reported.help("`in` follows `every` and a cron");
  if (word.getType() == FlowParser::STOP && before.getType() != FlowParser::STOP)
    reported.fix(at, "or stop");
  return true;
}

/// `via a, b`: behind a name that stands alone, a second one is no handler.
bool ErrorStrategy::second_name(antlr4::Parser& parser, const Token& word) {
  const antlr4::TokenStream& stream = *parser.getTokenStream();
  if (word.getTokenIndex() < 3) return false;
  const Token& clause = *stream.get(word.getTokenIndex() - 3);
  if (begins_list(clause) || behind_clause(clause) != "a name") return false;
  report(kExpected, span_of(file_, word), "one name behind `" + text(clause) + '`', shown(word));
  return true;
}

/// `sends A B`: a name in UpperCamel behind such a list is no handler, but the rest of the list.
bool ErrorStrategy::comma_left_out(antlr4::Parser& parser, const Token& word) {
  const std::string name = text(word);
  if (name.empty() || name.front() < 'A' || name.front() > 'Z') return false;
  antlr4::TokenStream& stream = *parser.getTokenStream();
  std::size_t at = word.getTokenIndex() - 1;
  const Token& before = *stream.get(at);
  while (at > 1 && is_word(*stream.get(at)) &&
         (stream.get(at - 1)->getType() == FlowParser::COMMA ||
          stream.get(at - 1)->getType() == FlowParser::DOT)) {
    at -= 2;
  }
  if (at == 0 || !is_word(*stream.get(at)) || !begins_list(*stream.get(at - 1))) return false;
  const std::uint32_t end = span_of(file_, before).end;
  report(kExpected, span_of(file_, word), "`,`", shown(word)).fix({file_, end, end}, ",");
  return true;
}

/// Something in a body that begins no item.
void ErrorStrategy::unknown_item(antlr4::Parser& parser, Token& found) {
  const Body* body = body_of(parser.getContext()->getRuleIndex());
  const Span at = span_of(file_, found);
  const bool names =
      body->rule == FlowParser::RuleFields || body->rule == FlowParser::RuleEnumValues;
  if (names && found.getType() == FlowParser::STRING) {
    report(kExpected, at, body->expected, shown(found)).help("names stand without quotes");
    return;
  }
  if (body->words.empty() || !is_word(found)) {
    unexpected(parser, found, std::string(body->expected));
    return;
  }
  const std::string written = text(found);
  report(kUnknownWord, at, written, body->item).one_of(at, written, body->words);
}

/// A `{` that is missing, or that something stands before, is reported, and the body is read all
/// the same.
Token* ErrorStrategy::recoverInline(antlr4::Parser* parser) {
  const antlr4::InputMismatchException error(parser);
  const antlr4::misc::IntervalSet wanted = parser->getExpectedTokens();
  const bool brace = wanted.contains(static_cast<std::size_t>(FlowParser::LBRACE));
  if (reported_ || !brace || ends_all(*parser->getCurrentToken())) throw error;
  antlr4::ParserRuleContext& context = *parser->getContext();
  const auto* parent = dynamic_cast<antlr4::ParserRuleContext*>(context.parent);
  if (parent == nullptr || parent->getRuleIndex() != FlowParser::RuleDeclaration) throw error;
  reportError(parser, error);
  reported_ = false;
  last_place_.reset();
  context.exception = broken();
  antlr4::TokenStream& stream = *parser->getTokenStream();
  constexpr ssize_t kStrayMax = 16;
  for (ssize_t i = 1; i <= kStrayMax; ++i) {
    Token& next = *stream.LT(i);
    if (ends_all(next) || next.getLine() != stream.LT(-1)->getLine()) break;
    if (next.getType() == FlowParser::COLON || next.getType() == FlowParser::RBRACE) break;
    if (next.getType() != FlowParser::LBRACE) continue;
    while (parser->getCurrentToken() != &next) parser->consume();
    parser->consume();
    return &next;
  }
  if (!is_word(*parser->getCurrentToken()) && !first_on_line(*parser, *parser->getCurrentToken())) {
    reported_ = true;
    throw error;  // `enum Tier = basic | gold`: no body follows
  }
  return parser->getCurrentToken();  // stands for the `{`, and is read again
}

void ErrorStrategy::sync(antlr4::Parser* parser) {
  antlr4::ParserRuleContext& context = *parser->getContext();
  if (body_of(context.getRuleIndex()) == nullptr) return;
  const antlr4::atn::ATN& atn = parser->getATN();
  while (true) {
    Token& next = *parser->getCurrentToken();
    const std::size_t type = next.getType();
    if (ends_all(next) || type == FlowParser::RBRACE) return;
    if (atn.nextTokens(atn.states[parser->getState()]).contains(type)) return;
    const bool part = explained(next) || misread(*parser, next);
    if (!part) unknown_item(*parser, next);
    const Token* start = &next;
    if (part || !begins_another(context, next)) start = break_item(context, next);
    context.exception = std::make_exception_ptr(antlr4::InputMismatchException(parser));
    leave_out(*parser, start);
  }
}

/// As break_item(), of the item before the one that is read, which is the last of its body.
void ErrorStrategy::break_before(const antlr4::ParserRuleContext& item) {
  const auto& siblings = item.parent->children;
  if (siblings.size() < 2) return;
  auto* before = dynamic_cast<antlr4::ParserRuleContext*>(siblings[siblings.size() - 2]);
  if (before != nullptr) before->exception = broken();
}

/// What stands right behind an item on its line is part of it, and the item is broken; in a
/// scenario, what stands deeper in the next line too. Where what is wrong begins: at that item, or
/// at the token itself.
const Token* ErrorStrategy::break_item(antlr4::ParserRuleContext& body, const Token& found) {
  if (body.children.empty()) return &found;
  auto* item = dynamic_cast<antlr4::ParserRuleContext*>(body.children.back());
  if (item == nullptr || item->stop == nullptr) return &found;
  const bool deeper = body.getRuleIndex() == FlowParser::RuleScenarioItems &&
                      found.getCharPositionInLine() > item->start->getCharPositionInLine();
  if (item->stop->getLine() != found.getLine() && !deeper) return &found;
  item->exception = broken();
  const Token* start = item->start;
  if (body.getRuleIndex() != FlowParser::RuleOrchestratorItems) return start;
  // On a slip, what a word of another place was taken for is several steps.
  for (antlr4::tree::ParseTree* child : body.children) {
    auto* step = dynamic_cast<antlr4::ParserRuleContext*>(child);
    if (step != nullptr && step->start->getLine() == start->getLine()) return step->start;
  }
  return start;
}

/// Whether behind the comma that the parser looks at, another field or assignment begins.
bool ErrorStrategy::goes_on(antlr4::Parser& parser) {
  antlr4::TokenStream& stream = *parser.getTokenStream();
  switch (parser.getContext()->getRuleIndex()) {
    case FlowParser::RuleField:
    case FlowParser::RuleFields:
      return is_word(*stream.LT(2)) &&
             (stream.LA(3) == FlowParser::COLON ||
              (stream.LA(2) == FlowParser::KEY && is_word(*stream.LT(3))));
    case FlowParser::RuleAssignment:
    case FlowParser::RuleAssignments:
      return is_word(*stream.LT(2)) && stream.LA(3) == FlowParser::EQUALS;
    default:
      return false;
  }
}

void ErrorStrategy::skip_item(antlr4::Parser& parser, const Token* start) {
  std::size_t depth = 0;  // braces that the item opened, also before the error
  antlr4::TokenStream& stream = *parser.getTokenStream();
  for (std::size_t i = start == nullptr ? stream.index() : start->getTokenIndex();
       i < stream.index(); ++i) {
    const std::size_t type = stream.get(i)->getType();
    if (type == FlowParser::LBRACE) ++depth;
    if (type == FlowParser::RBRACE && depth > 0) --depth;
  }
  for (bool first = true;; first = false) {
    const Token& next = *parser.getCurrentToken();
    if (ends_all(next)) return;
    if (next.getType() == FlowParser::LINE_END) {
      parser.consume();
      return;
    }
    if (next.getType() == FlowParser::COMMA && depth == 0 && goes_on(parser)) return;
    if (next.getType() == FlowParser::RBRACE) {
      if (depth == 0) return;
      --depth;
    } else if (next.getType() == FlowParser::LBRACE) {
      ++depth;
    } else if (start != nullptr) {
      // A line at the item's left begins another, even if the item left a brace open: one mistake
      // is one error.
      const bool at_start = first && next.getTokenIndex() == start->getTokenIndex();
      const bool left = next.getCharPositionInLine() <= start->getCharPositionInLine();
      if (!at_start && left && first_on_line(parser, next)) return;
    }
    parser.consume();
  }
}

/// As skip_item(), and keeps what was left out.
void ErrorStrategy::leave_out(antlr4::Parser& parser, const Token* start) {
  skip_item(parser, start);
  if (!last_place_) return;
  left_out_[*last_place_] = span_of(file_, *parser.getCurrentToken()).begin;
  last_place_.reset();
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr error) {
  antlr4::ParserRuleContext& context = *parser->getContext();
  const std::size_t rule = context.getRuleIndex();
  if (is_item(rule)) {
    leave_out(*parser, context.start);
  } else if (body_of(rule) != nullptr) {
    leave_out(*parser, nullptr);
  } else if (rule == FlowParser::RuleAttribute && !ends_all(*parser->getCurrentToken()) &&
             dynamic_cast<FlowParser::MessageContext*>(context.parent) != nullptr) {
    // The rest of the heading, and the body, are read.
    const std::size_t line = parser->getCurrentToken()->getLine();
    while (parser->getCurrentToken()->getLine() == line && !ends_all(*parser->getCurrentToken()) &&
           parser->getCurrentToken()->getType() != FlowParser::LBRACE &&
           parser->getCurrentToken()->getType() != FlowParser::AT_SIGN)
      parser->consume();
  } else if (rule == FlowParser::RuleDeclaration || rule == FlowParser::RuleFile) {
    while (!ends_all(*parser->getCurrentToken())) parser->consume();
    if (parser->getCurrentToken()->getType() == FlowParser::DECLARATION_END) parser->consume();
    last_place_.reset();
  } else {
    std::rethrow_exception(error);
  }
  reported_ = false;
}

}  // namespace flowc
