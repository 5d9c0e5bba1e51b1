#include "syntax/expectations.h"

#include <algorithm>
#include <utility>

#include "FlowParser.h"
#include "base/limits.h"

namespace flowc {
namespace {

using antlr4::Token;
using grammar::FlowParser;

const std::vector<Body>& bodies() {
  static const std::vector<Body> all{
      {FlowParser::RuleFields, "a field", "a field or `}`", {}},
      {FlowParser::RuleEnumValues, "a value of an enum", "a value or `}`", {}},
      {FlowParser::RuleChannelSettings,
       "a setting of a channel",
       "a setting or `}`",
       {"concurrency", "ordered", "retry", "timeout", "dead_letter", "capacity", "rate",
        "isolated"}},
      {FlowParser::RuleHandlerItems, "a handler", "a handler or `}`", {}},
      {FlowParser::RuleServiceItems, "a component", "a component or `}`", {}},
      {FlowParser::RuleDeployItems,
       "a line of a deployment",
       "`store` or `}`",
       {"store", "broker", "service", "publisher"}},
      {FlowParser::RulePlacements,
       "a line of a service's placement",
       "`listens`, `channels`, `channel` or `}`",
       {"listens", "channels", "channel"}},
      {FlowParser::RuleAssignments, "a field", "a field or `}`", {}},
      {FlowParser::RuleOrchestratorItems, "a step", "a step or `}`", {}},
      {FlowParser::RuleSagaItems,
       "a line of a saga",
       "`key`, `data`, `start`, `state`, `within`, `final`, `otherwise` or `}`",
       {"key", "data", "start", "state", "within", "final", "otherwise"}},
      {FlowParser::RuleTransitions, "a transition", "`on`, `after` or `}`", {"on", "after"}},
      {FlowParser::RulePublisherSettings,
       "a setting of a publisher",
       "a setting or `}`",
       {"topic", "retry", "breaker", "buffer", "errors"}},
      {FlowParser::RuleScenarioItems,
       "a line of a scenario",
       "`given`, `advance`, `expect` or `}`",
       {"given", "advance", "expect"}},
  };
  return all;
}

/// What a rule wants as a whole, where its set of tokens would say less.
std::string_view rule_expectation(std::size_t rule, bool several) {
  switch (rule) {
    case FlowParser::RuleType:
      return "a type";
    case FlowParser::RuleValue:
      return "a value";
    case FlowParser::RuleExpression:
    case FlowParser::RuleOperand:
      return several ? "a field or a value" : "";
    case FlowParser::RuleSetting:
      return "a string or `env(…)`";
    case FlowParser::RuleRetry:
      return "`now`, a number of `times`, `exponential` or `every`";
    case FlowParser::RuleField:
      return several ? "a field such as `name: string`" : "";
    case FlowParser::RuleHandler:
    case FlowParser::RuleHandlerItems:
      return several ? "a handler such as `name(Message)`" : "";
    case FlowParser::RuleStore:
      return several ? "a store such as `sqlite(\"flow.db\")`" : "";
    default:
      return "";
  }
}

}  // namespace

const Body* body_of(std::size_t rule) {
  for (const Body& body : bodies()) {
    if (body.rule == rule) return &body;
  }
  return nullptr;
}

std::string expectation(antlr4::Parser& parser, bool several) {
  const std::size_t rule = parser.getContext()->getRuleIndex();
  const antlr4::misc::IntervalSet expected = parser.getExpectedTokens();
  const bool name = expected.contains(static_cast<std::size_t>(FlowParser::ID));
  const bool rest = rule == FlowParser::RuleType && !name;  // of `[Item]`
  const std::string_view whole = rest ? "" : rule_expectation(rule, several);
  if (!whole.empty()) return std::string(whole);
  std::vector<std::string> wanted;
  if (name) wanted.emplace_back("a name");
  for (const ssize_t type : expected.toList()) {
    const auto token = static_cast<std::size_t>(type);
    if (token == FlowParser::DECLARATION_END || token == Token::EOF) continue;
    if (name && token >= FlowParser::MODULE && token <= FlowParser::ID) continue;
    switch (token) {
      case FlowParser::INTEGER:
        wanted.emplace_back("a whole number");
        break;
      case FlowParser::DECIMAL:
        break;  // wherever one may stand, a whole number may
      case FlowParser::MEASURE:
        wanted.emplace_back("a duration such as `30s`");
        break;
      case FlowParser::PERCENTAGE:
        wanted.emplace_back("a percentage such as `20%`");
        break;
      case FlowParser::STRING:
        wanted.emplace_back("a string");
        break;
      default: {
        std::string literal = parser.getVocabulary().getLiteralName(token);
        std::replace(literal.begin(), literal.end(), '\'', '`');
        if (!literal.empty()) wanted.push_back(std::move(literal));
      }
    }
  }
  if (wanted.empty()) return "the next declaration";
  if (wanted.size() > limits::kListedMax + 1) {
    wanted.resize(limits::kListedMax);
    wanted.emplace_back("another of its parts");
  }
  std::string out = wanted.front();
  for (std::size_t i = 1; i < wanted.size(); ++i)
    out += (i + 1 == wanted.size() ? " or " : ", ") + wanted[i];
  return out;
}

bool begins_list(const Token& word) {
  switch (word.getType()) {
    case FlowParser::SENDS:
    case FlowParser::PUBLISHES:
    case FlowParser::USES:
    case FlowParser::STARTS:
    case FlowParser::SCHEDULES:
      return true;
    default:
      return false;
  }
}

std::string_view behind_clause(const Token& word) {
  switch (word.getType()) {
    case FlowParser::VIA:
    case FlowParser::THEN:
    case FlowParser::ON_FAILURE:
    case FlowParser::UNDO:
      return "a name";
    case FlowParser::AT:
      return "a string";
    case FlowParser::EVERY:
      return "a duration such as `30s` or a string";
    case FlowParser::BATCH:
      return "`up_to`";
    case FlowParser::IDEMPOTENT:
      return "`by`";
    case FlowParser::OR:
      return "`stop`";
    default:
      return begins_list(word) ? "a name" : "";
  }
}

const std::vector<std::string>& clause_words() {
  static const std::vector<std::string> words{
      "via",    "at",        "then",  "sends", "publishes",  "inline",     "on_failure", "uses",
      "starts", "schedules", "every", "batch", "idempotent", "declassify", "undo",       "or"};
  return words;
}

}  // namespace flowc
