#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/span.h"
#include "diagnostics/reporter.h"

/// What may not change without a reason, and what is worth knowing of a change that may.
namespace flowc::lock {

/// In the order of the table.
enum class RuleId {
  message_removed,
  message_kind_changed,
  field_removed,
  required_field_added,
  field_type_changed,
  optional_to_required,
  required_to_optional,
  field_default_removed,
  field_default_changed,
  field_wire_name_changed,
  wire_name_changed,
  enum_value_removed,
  enum_value_added_without_unknown,
  key_changed,
  version_removed,
  upcast_removed,
  public_withdrawn,
  query_answer_changed,
  endpoint_removed,
  endpoint_message_changed,
  endpoint_kind_changed,
  retired_again,
  ordering_lost,
  step_removed,
  step_types_changed,
  saga_removed,
  saga_key_changed,
  saga_state_removed,
  saga_final_changed,
  publisher_removed,
  publisher_topic_changed,
  personal_removed,
  values_lost,
  version_added,
  saga_state_added,
  endpoint_moved,
  slip_changed,
  timer_changed,
  expiry_changed
};

enum class Category {
  wire,      ///< bytes that one side writes and the other cannot read
  source,    ///< code elsewhere that no longer compiles
  behaviour  ///< everything is read, and something else happens
};
const char* to_string(Category category);

struct Rule {
  RuleId rule;
  std::string_view name;  ///< what `allow NAME` says
  unsigned id = 0;        ///< of its diagnostic; 0: only `flowc diff` tells of it
  Category category = Category::wire;
  bool new_reads_old = false;  ///< it may keep the new program from draining what the old one left
  bool old_reads_new = false;  ///< it may keep the old program from reading what the new one writes
  std::string_view text;       ///< {0}: what changed, in backticks; {1}: what that means
  std::string_view purpose;
  DiagnosticBuilder (*report)(Reporter&, Span, const std::string&, const std::string&) = nullptr;

  bool breaking() const { return id != 0; }
};

std::span<const Rule> rules();
const Rule& rule_of(RuleId id);

}  // namespace flowc::lock
