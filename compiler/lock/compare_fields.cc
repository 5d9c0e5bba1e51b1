#include <set>

#include "lock/comparison.h"

namespace flowc::lock {
namespace {

std::string in_ticks(const std::string& text) {
  return '`' + text + '`';
}

std::string from_to(const std::string& before, const std::string& after) {
  return in_ticks(before) + " to " + in_ticks(after);
}

std::string described(const Field& field) {
  std::string text = field.name + ": " + to_text(field.type);
  if (field.default_value) text += " = " + *field.default_value;
  return text;
}

class FieldsComparison {
 public:
  FieldsComparison(Comparison& comparison, const Holder& holder, const Fields& before,
                   const Fields& after)
      : comparison_(comparison), holder_(holder), before_(before), after_(after) {}

  void run() {
    for (const auto& [wire_name, field] : before_) {
      const auto found = after_.find(wire_name);
      if (found != after_.end()) {
        both(field, found->second);
      } else {
        gone(wire_name, field);
      }
    }
    for (const auto& [wire_name, field] : after_) {
      if (before_.contains(wire_name) || renamed_.contains(wire_name) || field.may_be_absent())
        continue;
      Change& change = add(RuleId::required_field_added, field, field.span);
      change.meaning = holder_.payload;
      change.new_reads_old = holder_.travels;
      change.help =
          "make it `" + field.name + ": " + to_text(field.type) + "?`, or give it a default";
    }
  }

 private:
  Change& add(RuleId rule, const Field& field, Span now) {
    Change& change = comparison_.changes.emplace_back();
    change.rule = rule;
    change.subject = holder_.subject;
    change.member = field.name;
    change.shown = holder_.shown + "." + field.name;
    change.endpoints = holder_.endpoints;
    change.now = now;
    return change;
  }

  Change& changed(RuleId rule, const Field& before, const Field& after) {
    Change& change = add(rule, after, after.span);
    change.then = before.span;
    return change;
  }

  void both(const Field& before, const Field& after) {
    type(before, after);
    const bool tolerated = after.may_be_absent();
    if (before.may_be_absent() && !tolerated) {
      Change& change =
          changed(before.optional() ? RuleId::optional_to_required : RuleId::field_default_removed,
                  before, after);
      change.meaning = holder_.payload;
      change.new_reads_old = holder_.travels;
      change.help = "keep `" + described(before) + "`";
    }
    if (after.optional() && !before.may_be_absent()) {
      Change& change = changed(RuleId::required_to_optional, before, after);
      change.meaning = consumers(holder_.endpoints.size(), "an older reader");
      change.old_reads_new = holder_.travels;
      change.help = "give it a default instead: then it is written always";
    }
    if (before.default_value && after.default_value &&
        *before.default_value != *after.default_value) {
      changed(RuleId::field_default_changed, before, after).meaning =
          from_to(*before.default_value, *after.default_value);
    }
    if ((before.personal && !after.personal) || (before.secret && !after.secret))
      changed(RuleId::personal_removed, before, after).meaning =
          before.personal && !after.personal ? "`@personal`" : "`@secret`";
  }

  void type(const Field& before, const Field& after) {
    const Type& old_type = bare(before.type);
    const Type& new_type = bare(after.type);
    if (same(old_type, new_type)) return;
    const TypeChange types(comparison_, old_type, new_type);
    const std::string text = from_to(to_text(old_type), to_text(new_type));
    if (!types.new_reads.readable || !types.old_reads.readable) {
      Change& change = changed(RuleId::field_type_changed, before, after);
      change.meaning = text;
      change.new_reads_old = !types.new_reads.readable && holder_.travels;
      change.old_reads_new = !types.old_reads.readable && holder_.travels;
      if (types.lost() != kNoLoss) change.besides = lost_text(types.lost());
      change.help = "add a field beside it, or a new version of the message with an `upcast`";
    }
    if (types.lost() == kNoLoss) return;
    Change& change = changed(RuleId::values_lost, before, after);
    change.meaning = text + ", and " + lost_text(types.lost());
    change.new_loses_old = types.new_reads.lost != kNoLoss && holder_.travels;
    change.old_loses_new = types.old_reads.lost != kNoLoss && holder_.travels;
    change.help = "add a field beside it, or a new version of the message with an `upcast`";
  }

  /// Its new wire name, if what is gone is the wire name alone.
  const std::pair<const std::string, Field>* renamed(const std::string& wire_name,
                                                     const Field& field) const {
    for (const auto& entry : after_) {
      if (before_.contains(entry.first)) continue;
      const bool same_name = entry.second.name == field.name || entry.second.name == wire_name;
      if (same_name && same(bare(entry.second.type), bare(field.type))) return &entry;
    }
    return nullptr;
  }

  void gone(const std::string& wire_name, const Field& field) {
    if (const auto* entry = renamed(wire_name, field)) {
      renamed_.insert(entry->first);
      Change& change = changed(RuleId::field_wire_name_changed, field, entry->second);
      change.meaning = from_to(wire_name, entry->first);
      change.new_reads_old = holder_.travels && !entry->second.may_be_absent();
      change.old_reads_new = holder_.travels && !field.may_be_absent();
      change.help = entry->second.name == wire_name
                        ? "remove its `was`"
                        : "`was \"" + wire_name + "\"` keeps the wire name";
      return;
    }
    Change& change = add(RuleId::field_removed, field, holder_.now);
    change.then = field.span;
    change.here = in_ticks(described(field)) + " was here";
    const std::size_t readers = holder_.endpoints.size();
    change.meaning =
        consumers(readers, "an older reader") + (!field.may_be_absent() ? " cannot do without"
                                                 : readers > 1          ? " miss what it said"
                                                                        : " misses what it said");
    change.old_reads_new = holder_.travels && !field.may_be_absent();
    change.help = help_for_gone(wire_name, field);
  }

  std::string help_for_gone(const std::string& wire_name, const Field& field) const {
    const std::pair<const std::string, Field>* candidate = nullptr;
    for (const auto& entry : after_) {
      if (before_.contains(entry.first) || !same(entry.second.type, field.type)) continue;
      if (candidate != nullptr) return "keep the field";
      candidate = &entry;
    }
    if (candidate == nullptr) return "keep the field";
    return "if it is called `" + candidate->second.name + "` now, `" + candidate->second.name +
           ": " + to_text(field.type) + " was \"" + wire_name + "\"` keeps its wire name";
  }

  Comparison& comparison_;
  const Holder& holder_;
  const Fields& before_;
  const Fields& after_;
  std::set<std::string> renamed_;  // new wire names of old fields
};

}  // namespace

void compare_fields(Comparison& comparison, const Holder& holder, const Fields& before,
                    const Fields& after) {
  FieldsComparison(comparison, holder, before, after).run();
}

}  // namespace flowc::lock
