#include "syntax/habits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "FlowParser.h"
#include "syntax/expectations.h"

namespace flowc {

namespace {

using grammar::FlowParser;

}  // namespace

std::string_view word_of_another_language(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> kTheirs[] = {
      {"package", "the file's name for others is its `module`"},
      {"namespace", "the file's name for others is its `module`"},
      {"include", "another file is read by `import`"},
      {"using", "another file is read by `import`"},
      {"struct", "data without a meaning of its own is a `record`"},
      {"class", "data without a meaning of its own is a `record`"},
      {"type", "data without a meaning of its own is a `record`"},
      {"message",
       "messages are `event`, `command` and `query`; what is only in them is a `record`"},
      {"queue", "what messages wait in is a `channel`"},
      {"topic", "what messages wait in is a `channel`; a partner's topic is in its `publisher`"},
      {"workflow", "plans are an `orchestrator` of `steps`, or a `saga`"},
      {"process", "plans are an `orchestrator` of `steps`, or a `saga`"},
      {"test", "tests are a `scenario` each"},
  };
  for (const auto& [theirs, ours] : kTheirs) {
    if (word == theirs) return ours;
  }
  return "";
}

std::optional<std::string_view> modifier_of_another_language(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> kTheirs[] = {
      {"export", "public"}, {"pub", "public"}, {"global", "public"}, {"private", ""},
      {"internal", ""},     {"protected", ""}, {"static", ""},       {"final", ""},
      {"abstract", ""},     {"const", ""},
  };
  for (const auto& [theirs, ours] : kTheirs) {
    if (word == theirs) return ours;
  }
  return std::nullopt;
}

bool is_condition(std::string_view word) {
  return word == "when" || word == "unless" || word == "if";
}

std::string_view said_elsewhere(std::string_view word) {
  constexpr std::string_view kCondition =
      "a condition stands on the slip, in the orchestrator: `STEP when input.FIELD`";
  constexpr std::string_view kPolicy =
      "a channel says it, `channel NAME { … }`, and the handler names it: `via NAME`";
  if (is_condition(word)) return kCondition;
  constexpr std::array<std::string_view, 8> kPolicies{
      "retry", "timeout", "concurrency", "ordered", "rate", "capacity", "dead_letter", "isolated"};
  const bool policy = std::find(kPolicies.begin(), kPolicies.end(), word) != kPolicies.end();
  return policy ? kPolicy : std::string_view();
}

std::string_view habit(std::size_t rule, const antlr4::Token& found) {
  struct Habit {
    std::size_t rule;
    std::size_t sign;
    std::string_view ours;
  };
  constexpr std::string_view kNameAlone =
      "a value of an enum is a name alone, which travels as it is";
  constexpr std::string_view kPlainField = "a field is `name: Type`, and travels by its name";
  constexpr std::string_view kOneMessage =
      "a handler takes one message, without a name: `h(Message)`";
  constexpr Habit kHabits[] = {
      {FlowParser::RuleEnumValues, FlowParser::EQUALS, kNameAlone},
      {FlowParser::RuleEnumValues, FlowParser::COLON, kNameAlone},
      {FlowParser::RuleFields, FlowParser::INTEGER, kPlainField},
      {FlowParser::RuleFields, FlowParser::BAR, "what may be absent is `T?`"},
      {FlowParser::RuleFields, FlowParser::DOT, "a value of an enum is written alone: `= basic`"},
      {FlowParser::RuleFields, FlowParser::AT_SIGN,
       "attributes stand behind the type, and `key` before the name without `@`"},
      {FlowParser::RuleHandler, FlowParser::COMMA, kOneMessage},
      {FlowParser::RuleHandler, FlowParser::COLON, kOneMessage},
      {FlowParser::RuleImportFile, FlowParser::LBRACE,
       "all of a file is imported: `import \"file.flow\"`"},
  };
  for (const Habit& one : kHabits) {
    if (one.rule == rule && one.sign == found.getType()) return one.ours;
  }
  return "";
}

bool sign_of_setting(std::size_t rule, const antlr4::Token& before, const antlr4::Token& found) {
  if (found.getType() != FlowParser::COLON && found.getType() != FlowParser::EQUALS) return false;
  switch (rule) {
    case FlowParser::RuleChannelSetting:
    case FlowParser::RulePublisherSetting:
    case FlowParser::RuleRetry:
    case FlowParser::RuleStore:
      return true;
    case FlowParser::RuleHandler:
    case FlowParser::RuleClause:
      return !behind_clause(before).empty();
    default:
      return false;
  }
}

}  // namespace flowc
