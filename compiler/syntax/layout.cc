#include "syntax/layout.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "FlowParser.h"
#include "base/assert.h"
#include "syntax/layout_reader.h"
#include "syntax/outline.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

using Parser = grammar::FlowParser;

bool is_one_of(std::size_t value, std::initializer_list<std::size_t> values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool is_written_as_item(std::size_t rule) {
  return is_one_of(
      rule, {Parser::RuleEnumValue, Parser::RuleField, Parser::RuleAssignment, Parser::RuleMapEntry,
             Parser::RuleChannelSetting, Parser::RuleHandler, Parser::RuleRetired,
             Parser::RuleOrchestratorItem, Parser::RuleSagaItem, Parser::RuleTransition,
             Parser::RulePublisherSetting, Parser::RuleServiceItem, Parser::RuleStore,
             Parser::RuleBroker, Parser::RulePlaceOption, Parser::RuleServicePlacement,
             Parser::RulePlacement, Parser::RulePublisherPlacement, Parser::RuleScenarioItem});
}

bool is_clause(std::size_t rule) {
  return is_one_of(rule,
                   {Parser::RuleFieldPart, Parser::RuleClause, Parser::RuleHeadClause,
                    Parser::RuleForwardClause, Parser::RuleTranslateClause, Parser::RuleEmission});
}

/// Rules whose commas separate items and are not needed.
bool has_separators(std::size_t rule) {
  return is_one_of(
      rule, {Parser::RuleEnumValues, Parser::RuleFields, Parser::RuleValue, Parser::RuleAssignments,
             Parser::RuleChannelSettings, Parser::RuleHandlerItems, Parser::RuleOrchestratorItems,
             Parser::RuleSagaItems, Parser::RuleTransitions, Parser::RulePublisherSettings,
             Parser::RuleServiceItems, Parser::RuleDeployItems, Parser::RulePlaceOptions,
             Parser::RulePlacements, Parser::RuleScenarioItems, Parser::RuleExampleFields});
}

/// What a publisher may have: `declassify(a, b)` as a clause.
bool is_leaving_clause(std::size_t rule) {
  return rule == Parser::RuleClause || rule == Parser::RuleForwardClause;
}

Opens opened(std::size_t type, std::size_t rule) {
  switch (type) {
    case Parser::LBRACE:
      if (rule == Parser::RuleType) return Opens::tight;
      if (rule == Parser::RuleValue) return Opens::map;
      if (is_one_of(rule, {Parser::RuleMapping, Parser::RuleExampleFields})) return Opens::fill;
      return Opens::body;
    case Parser::LBRACKET:
      return rule == Parser::RuleValue ? Opens::list : Opens::tight;
    case Parser::LPAREN:
      return rule == Parser::RulePlace || is_leaving_clause(rule) ? Opens::options : Opens::tight;
    default:
      return Opens::nothing;
  }
}

/// Whether two spaces are due before a clause: in a list of clauses from the second on, before
/// attributes of fields, and behind the state that a transition leads to.
bool set_off(antlr4::ParserRuleContext& context, std::size_t rule, std::size_t outer) {
  if (rule == Parser::RuleFieldPart) return context.getStart()->getType() == Parser::AT_SIGN;
  if (rule == Parser::RuleEmission && outer != Parser::RuleOrchestratorItem) return true;
  auto* parent = dynamic_cast<antlr4::ParserRuleContext*>(context.parent);
  for (antlr4::tree::ParseTree* child : parent->children) {
    if (child == &context) return false;
    auto* sibling = dynamic_cast<antlr4::ParserRuleContext*>(child);
    if (sibling != nullptr && is_clause(sibling->getRuleIndex())) return true;
  }
  return false;
}

bool begins_declarations(std::size_t type) {
  return (type >= Parser::MODULE && type <= Parser::UPCAST) || type == Parser::ALLOW;
}

}  // namespace

LayoutReader::LayoutReader(FileId file, const SourceMap& sources,
                           std::vector<LayoutComment> comments)
    : file_(file), text_(sources.text(file)) {
  out_.comments = std::move(comments);
  if (text_.starts_with("\xEF\xBB\xBF")) end_ = 3;
}

Layout LayoutReader::finish() {
  FLOW_ASSERT(open_.empty());
  put(static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text_.size()));
  return std::move(out_);
}

// As deep as the parser went, which the limit on nesting bounds.
void LayoutReader::walk(antlr4::ParserRuleContext& context) {
  const std::size_t rule = context.getRuleIndex();
  begin(context, rule);
  for (antlr4::tree::ParseTree* child : context.children) {
    if (auto* inner = dynamic_cast<antlr4::ParserRuleContext*>(child)) {
      walk(*inner);
    } else if (auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(child)) {
      take(*leaf->getSymbol(), rule);
    }
  }
}

/// Notes what begins with the next token. Where several do, it is the outermost.
void LayoutReader::begin(antlr4::ParserRuleContext& context, std::size_t rule) {
  auto* parent = dynamic_cast<antlr4::ParserRuleContext*>(context.parent);
  const std::size_t outer = parent == nullptr ? antlr4::Token::EOF : parent->getRuleIndex();
  Begins begins = Begins::nothing;
  if (rule == Parser::RuleDeclaration) begins = Begins::declaration;
  // `start on …` of a saga is one item.
  const bool within = rule == Parser::RuleTransition && outer == Parser::RuleSagaItem;
  const bool element = rule == Parser::RuleValue && outer == Parser::RuleValue;
  const bool leaves = rule == Parser::RuleName && is_leaving_clause(outer) &&
                      parent->getToken(Parser::DECLASSIFY, 0) != nullptr;
  if ((is_written_as_item(rule) && !within) || element || leaves) begins = Begins::item;
  if (rule == Parser::RuleOrchestratorItem) step_ = true;
  if (is_clause(rule))
    begins = set_off(context, rule, outer) ? Begins::clause : Begins::first_clause;
  const bool heading = rule == Parser::RuleAttribute && outer == Parser::RuleMessage;
  if (heading) begins = Begins::first_clause;  // all of them: one space before each
  if (next_.begins == Begins::nothing) next_.begins = begins;
  if (rule == Parser::RuleType && outer == Parser::RuleField) {
    next_.aligned = parent->getToken(Parser::KEY, 0) == nullptr;
  }
  if (rule == Parser::RulePlace) {
    const bool named =
        outer == Parser::RuleBroker ||
        (outer == Parser::RuleStore && parent->getToken(Parser::COLON, 0) != nullptr);
    if (named) next_.aligned = true;
  }
}

void LayoutReader::take(antlr4::Token& token, std::size_t rule) {
  const std::size_t type = token.getType();
  if (type == Parser::DECLARATION_END || type == antlr4::Token::EOF) return;
  const auto index = static_cast<std::uint32_t>(out_.tokens.size());
  if (type == Parser::COMMA && has_separators(rule)) next_.begins = Begins::separator;
  next_.opens = opened(type, rule);
  next_.comma_before = is_one_of(rule, {Parser::RuleRetry, Parser::RulePublisherSetting}) &&
                       is_one_of(type, {Parser::THEN, Parser::PROBES}) && last_ != Parser::COMMA;
  if (rule == Parser::RuleAllow && is_one_of(type, {Parser::FOR, Parser::BECAUSE}))
    next_.begins = Begins::first_clause;
  keep_meaning(type);
  if (next_.opens != Opens::nothing) open_.push_back(index);
  if (is_one_of(type, {Parser::RBRACE, Parser::RBRACKET, Parser::RPAREN})) {
    FLOW_ASSERT(!open_.empty());
    out_.tokens[open_.back()].partner = index;
    open_.pop_back();
  }
  const Span at = span_of(file_, token);
  put(at.begin, at.end);
  before_last_ = last_;
  last_ = type;
  if (type != Parser::COMMA) last_word_ = type;
}

/// Keeps what a reader would call the same and the parser would not.
void LayoutReader::keep_meaning(std::size_t type) {
  // `match, when` names two steps; `match when` begins a condition, and so does `when match`.
  const auto continues = [](std::size_t word) {
    return is_one_of(word, {Parser::WHEN, Parser::UNLESS, Parser::SENDS, Parser::PUBLISHES,
                            Parser::CHOOSE, Parser::AMONG});
  };
  const bool first = last_ == Parser::COMMA && step_;
  if (first && (continues(type) || continues(last_word_))) {
    out_.tokens.back().begins = Begins::nothing;
  }
  step_ = false;
  if (next_.begins == Begins::declaration) heading_ = out_.tokens.size() + (type == Parser::PUBLIC);
  next_.no_line = open_.empty() && next_.begins != Begins::declaration && begins_declarations(type);
  // A line of `allow x`, in a heading too, begins a declaration (outline.cc).
  const std::size_t index = out_.tokens.size();
  next_.keep_line = open_.empty() && next_.begins != Begins::declaration &&
                    ((index > heading_ + 1 && begins_declarations(last_)) ||
                     (index > heading_ + 2 && begins_declarations(before_last_)));
}

void LayoutReader::put(std::uint32_t begin, std::uint32_t end) {
  LayoutToken& token = next_;
  token.span = {file_, begin, end};
  token.comments = comment_;
  bool behind_token = !out_.tokens.empty();
  for (; comment_ < out_.comments.size() && out_.comments[comment_].span.begin < begin;
       ++comment_) {
    LayoutComment& comment = out_.comments[comment_];
    comment.line_breaks = line_breaks(comment.span.begin);
    comment.trailing = behind_token && comment.line_breaks == 0;
    behind_token = false;
    end_ = comment.span.end;
  }
  token.comments_end = comment_;
  token.line_breaks = line_breaks(begin);
  if (token.comments_end == token.comments && token.line_breaks == 0) token.keep_line = false;
  end_ = end;
  out_.tokens.push_back(std::exchange(next_, {}));
}

std::uint32_t LayoutReader::line_breaks(std::uint32_t before) const {
  const std::string_view between = text_.substr(end_, before - end_);
  return static_cast<std::uint32_t>(
      std::min<std::ptrdiff_t>(2, std::count(between.begin(), between.end(), '\n')));
}

}  // namespace flowc
