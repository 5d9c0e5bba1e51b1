#include <algorithm>

#include "lock/comparison.h"
#include "model/names.h"

namespace flowc::lock {
namespace {

std::string limit_text(const std::optional<std::int64_t>& limit) {
  return limit ? in_ticks(model::duration_text(*limit)) : "none";
}

std::string timers_text(const std::vector<std::int64_t>& timers) {
  std::string text;
  for (const std::int64_t timer : timers)
    text += (text.empty() ? "" : ", ") + in_ticks(model::duration_text(timer));
  return text.empty() ? "none" : text;
}

class SagasComparison {
 public:
  explicit SagasComparison(Comparison& comparison) : comparison_(comparison) {}

  void run() {
    for (const auto& [id, saga] : comparison_.before.sagas) {
      if (const auto* now = same_saga(id)) {
        comparison_.renamed_sagas[id] = now->first;
        both(id, saga, now->second);
      } else {
        Change& change = add(RuleId::saga_removed, id, saga);
        change.shown = last_name(saga.name);
        change.now = module_of(comparison_.after, saga.name);
        change.here = "its module";
        change.meaning = "its running instances end nowhere";
        change.new_reads_old = true;
        change.help = "keep it until they have ended; `at \"" + id + "\"` keeps its id";
      }
    }
  }

 private:
  /// The saga of the same id, or the one that takes what is in flight for it.
  const std::pair<const std::string, Saga>* same_saga(const std::string& id) const {
    const Lock& after = comparison_.after;
    if (const auto found = after.sagas.find(id); found != after.sagas.end()) return &*found;
    for (const auto& entry : after.sagas) {
      for (const std::string& endpoint : comparison_.after_index.endpoints_of_saga(entry.first))
        for (const std::string& old : after.endpoints.at(endpoint).old_ids)
          if (old.starts_with(id + ".")) return &entry;
    }
    return nullptr;
  }

  Change& add(RuleId rule, const std::string& id, const Saga& saga) {
    Change& change = comparison_.changes.emplace_back();
    change.rule = rule;
    change.subject = saga.name;
    change.endpoints = comparison_.before_index.endpoints_of_saga(id);
    change.then = saga.span;
    return change;
  }

  void both(const std::string& id, const Saga& old, const Saga& now) {
    if (!same(old.key, now.key)) {
      Change& change = add(RuleId::saga_key_changed, id, old);
      change.shown = last_name(old.name);
      change.meaning = in_ticks(to_text(old.key)) + " to " + in_ticks(to_text(now.key));
      change.now = now.span;
      change.new_reads_old = change.old_reads_new = true;
    }
    if (old.within_us != now.within_us)
      timer(id, old, "", now.span, limit_text(old.within_us), limit_text(now.within_us));
    for (const auto& [name, state] : old.states) {
      const auto found = now.states.find(name);
      if (found == now.states.end()) {
        Change& change = in_state(RuleId::saga_state_removed, id, old, name);
        change.now = now.span;
        change.then = state.span;
        change.meaning = "running instances may be in it";
        change.new_reads_old = !state.final;  // ended instances take nothing any more
        change.help = "keep the state, with a way out of it, until no instance is in it";
      } else {
        states(id, old, name, state, found->second);
      }
    }
    for (const auto& [name, state] : now.states) {
      if (state.final || old.states.contains(name)) continue;
      Change& change = in_state(RuleId::saga_state_added, id, old, name);
      change.now = state.span;
      change.meaning = "the old program cannot go on with an instance in it";
      change.old_reads_new = true;
    }
    const Holder holder{now.name,
                        last_name(now.name),
                        "a running instance",
                        true,
                        comparison_.before_index.endpoints_of_saga(id),
                        now.span};
    compare_fields(comparison_, holder, old.data, now.data);
  }

  Change& in_state(RuleId rule, const std::string& id, const Saga& saga, const std::string& state) {
    Change& change = add(rule, id, saga);
    change.member = state;
    change.shown = last_name(saga.name) + "." + state;
    return change;
  }

  void timer(const std::string& id, const Saga& saga, const std::string& state, Span now,
             const std::string& old_text, const std::string& new_text) {
    Change& change = in_state(RuleId::timer_changed, id, saga, state);
    if (state.empty()) change.shown = last_name(saga.name);
    change.now = now;
    change.meaning = old_text + " to " + new_text;
  }

  void states(const std::string& id, const Saga& saga, const std::string& name, const State& old,
              const State& now) {
    if (old.timers_us != now.timers_us)
      timer(id, saga, name, now.span, timers_text(old.timers_us), timers_text(now.timers_us));
    if (old.final == now.final) return;
    Change& change = in_state(RuleId::saga_final_changed, id, saga, name);
    change.now = now.span;
    change.then = old.span;
    change.meaning = old.final ? "is no longer final, and instances that ended in it never go on"
                               : "is final now, and instances that wait in it end";
    change.new_reads_old = true;
    change.old_reads_new = old.final;  // it ends an instance that the new one means to go on
  }

  Comparison& comparison_;
};

std::string steps_text(const Slip& slip) {
  std::string text;
  for (const SlipStep& step : slip.steps) {
    text += (text.empty() ? "" : ", ") + step.id;
    if (!step.condition.empty()) text += " " + step.condition;
  }
  return in_ticks((slip.chooses ? "choose among " : "") + text);
}

void compare_slips(Comparison& comparison) {
  for (const auto& [id, old] : comparison.before.slips) {
    const auto found = comparison.after.slips.find(id);
    if (found == comparison.after.slips.end())
      continue;  // its endpoint is gone, or is something else
    const Slip& now = found->second;
    const auto add = [&, &id = id, &old = old](RuleId rule) -> Change& {
      Change& change = comparison.changes.emplace_back();
      change.rule = rule;
      change.subject = change.shown = id;
      change.endpoints = {id};
      change.now = now.span;
      change.then = old.span;
      return change;
    };
    if (old.steps != now.steps || old.chooses != now.chooses)
      add(RuleId::slip_changed).meaning = steps_text(old) + " to " + steps_text(now);
    if (old.within_us != now.within_us)
      add(RuleId::timer_changed).meaning =
          limit_text(old.within_us) + " to " + limit_text(now.within_us);
  }
}

void compare_publishers(Comparison& comparison) {
  for (const auto& [name, old] : comparison.before.publishers) {
    const auto found = comparison.after.publishers.find(name);
    if (found != comparison.after.publishers.end() && found->second.topic == old.topic) continue;
    const bool gone = found == comparison.after.publishers.end();
    Change& change = comparison.changes.emplace_back();
    change.rule = gone ? RuleId::publisher_removed : RuleId::publisher_topic_changed;
    change.subject = change.shown = name;
    change.now = gone ? comparison.after.span : found->second.span;
    change.then = old.span;
    if (gone) {
      change.meaning = "what waits in its buffer is never sent";
      change.new_reads_old = true;
    } else {
      change.meaning = in_ticks(old.topic) + " to " + in_ticks(found->second.topic);
    }
  }
}

}  // namespace

void compare_processes(Comparison& comparison) {
  SagasComparison(comparison).run();
  compare_slips(comparison);
  compare_publishers(comparison);
}

}  // namespace flowc::lock
