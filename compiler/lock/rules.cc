#include "lock/rules.h"

#include "base/assert.h"
#include "diagnostics/catalog_evolution.h"

namespace flowc::lock {
namespace {

template <const auto& definition>
DiagnosticBuilder report_as(Reporter& reporter, Span span, const std::string& name,
                            const std::string& word) {
  return reporter.error(definition, span, name, word);
}

enum WhoReads : unsigned { kNeither = 0, kNewReadsOld = 1, kOldReadsNew = 2, kBoth = 3 };

template <const auto& definition>
constexpr Rule breaking(RuleId rule, Category category, unsigned reads, std::string_view purpose) {
  return {rule,
          definition.definition.name,
          definition.definition.id,
          category,
          (reads & kNewReadsOld) != 0,
          (reads & kOldReadsNew) != 0,
          definition.definition.text,
          purpose,
          &report_as<definition>};
}

constexpr Rule notice(RuleId rule, std::string_view name, Category category, unsigned reads,
                      std::string_view text, std::string_view purpose) {
  return {rule, name,    0,      category, (reads & kNewReadsOld) != 0, (reads & kOldReadsNew) != 0,
          text, purpose, nullptr};
}

constexpr Rule kRules[] = {
    breaking<kMessageRemoved>(RuleId::message_removed, Category::wire, kNewReadsOld,
                              "what is in flight has a type that nobody knows"),
    breaking<kMessageKindChanged>(RuleId::message_kind_changed, Category::wire, kBoth,
                                  "events, commands and queries are delivered in different ways"),
    breaking<kFieldRemoved>(RuleId::field_removed, Category::wire, kOldReadsNew,
                            "older readers refuse a message without it, or miss what it said"),
    breaking<kRequiredFieldAdded>(RuleId::required_field_added, Category::wire, kNewReadsOld,
                                  "what is in flight or stored does not have it"),
    breaking<kFieldTypeChanged>(RuleId::field_type_changed, Category::wire, kBoth,
                                "one side writes what the other cannot read"),
    breaking<kOptionalToRequired>(RuleId::optional_to_required, Category::wire, kNewReadsOld,
                                  "what is in flight or stored may lack it"),
    breaking<kRequiredToOptional>(RuleId::required_to_optional, Category::wire, kOldReadsNew,
                                  "older readers refuse a message without it"),
    breaking<kFieldDefaultRemoved>(RuleId::field_default_removed, Category::wire, kNewReadsOld,
                                   "messages from before the field lack it"),
    breaking<kFieldDefaultChanged>(RuleId::field_default_changed, Category::behaviour, kNeither,
                                   "messages without the field mean something else now"),
    breaking<kFieldWireNameChanged>(RuleId::field_wire_name_changed, Category::wire, kBoth,
                                    "each side looks for a name that the other does not write"),
    breaking<kWireNameChanged>(RuleId::wire_name_changed, Category::wire, kBoth,
                               "each side has a name that the other does not know"),
    breaking<kEnumValueRemoved>(RuleId::enum_value_removed, Category::wire, kNewReadsOld,
                                "what is in flight may hold it"),
    breaking<kEnumValueAdded>(RuleId::enum_value_added_without_unknown, Category::wire,
                              kOldReadsNew, "older readers have no value `unknown` to take it as"),
    breaking<kKeyChanged>(RuleId::key_changed, Category::behaviour, kNeither,
                          "what is in flight is ordered and partitioned by the old key"),
    breaking<kVersionRemoved>(RuleId::version_removed, Category::wire, kNewReadsOld,
                              "messages of an old version are read for ever"),
    breaking<kUpcastRemoved>(RuleId::upcast_removed, Category::wire, kNewReadsOld,
                             "messages of that version reach no handler"),
    breaking<kPublicWithdrawn>(RuleId::public_withdrawn, Category::source, kNeither,
                               "other modules may use it"),
    breaking<kQueryAnswerChanged>(RuleId::query_answer_changed, Category::source, kNeither,
                                  "callers get another type"),
    breaking<kEndpointRemoved>(RuleId::endpoint_removed, Category::wire, kNewReadsOld,
                               "deliveries in flight carry the endpoint's id"),
    breaking<kEndpointMessageChanged>(RuleId::endpoint_message_changed, Category::wire, kBoth,
                                      "deliveries in flight under the id hold the other message"),
    breaking<kEndpointKindChanged>(RuleId::endpoint_kind_changed, Category::wire, kBoth,
                                   "a slip, a saga and a handler store different things"),
    breaking<kRetiredAgain>(RuleId::retired_again, Category::behaviour, kNeither,
                            "late deliveries of the retired endpoint would reach this one"),
    breaking<kOrderingLost>(RuleId::ordering_lost, Category::behaviour, kNeither,
                            "messages of one key are handled at once, in any order"),
    breaking<kStepRemoved>(RuleId::step_removed, Category::wire, kNewReadsOld,
                           "slips in flight carry the ids of their steps"),
    breaking<kStepTypesChanged>(RuleId::step_types_changed, Category::wire, kBoth,
                                "slips in flight hold what the step took or gave"),
    breaking<kSagaRemoved>(RuleId::saga_removed, Category::wire, kNewReadsOld,
                           "its running instances have nobody to go on with them"),
    breaking<kSagaKeyChanged>(RuleId::saga_key_changed, Category::wire, kBoth,
                              "running instances are stored under the old key"),
    breaking<kSagaStateRemoved>(RuleId::saga_state_removed, Category::wire, kNewReadsOld,
                                "running instances may be in it"),
    breaking<kSagaFinalChanged>(RuleId::saga_final_changed, Category::wire, kBoth,
                                "instances that wait there end, or ended ones never go on"),
    breaking<kPublisherRemoved>(RuleId::publisher_removed, Category::wire, kNewReadsOld,
                                "what its buffer holds is never sent"),
    breaking<kPublisherTopicChanged>(RuleId::publisher_topic_changed, Category::behaviour, kNeither,
                                     "the partner listens to the old topic"),
    breaking<kPersonalRemoved>(RuleId::personal_removed, Category::behaviour, kNeither,
                               "what was hidden appears in logs and listings"),
    breaking<kValuesLost>(RuleId::values_lost, Category::behaviour, kNeither,
                          "what is read is not what was written"),
    notice(RuleId::version_added, "version_added", Category::wire, kOldReadsNew,
           "{0} is new, and {1}", "older readers do not know the version"),
    notice(RuleId::saga_state_added, "saga_state_added", Category::wire, kOldReadsNew,
           "state {0} is new, and {1}",
           "older programs do not know where an instance in it goes on"),
    notice(RuleId::endpoint_moved, "endpoint_moved", Category::behaviour, kNeither,
           "endpoint {0} moved from {1}",
           "what waits in the old service's store is taken only if both share one"),
    notice(RuleId::slip_changed, "slip_changed", Category::behaviour, kNeither,
           "the steps of {0} changed from {1}", "slips in flight keep their old steps"),
    notice(RuleId::timer_changed, "timer_changed", Category::behaviour, kNeither,
           "a time limit of {0} changed from {1}", "timers already set keep their old time"),
    notice(RuleId::expiry_changed, "expiry_changed", Category::behaviour, kNeither,
           "how long {0} lives changed from {1}", "messages are dropped sooner or later"),
};

}  // namespace

const char* to_string(Category category) {
  switch (category) {
    case Category::wire:
      return "wire";
    case Category::source:
      return "source";
    case Category::behaviour:
      return "behaviour";
  }
  return "";
}

std::span<const Rule> rules() {
  return kRules;
}

const Rule& rule_of(RuleId id) {
  const Rule& rule = kRules[static_cast<std::size_t>(id)];
  FLOW_ASSERT(rule.rule == id);
  return rule;
}

}  // namespace flowc::lock
