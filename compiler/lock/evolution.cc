#include "lock/evolution.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "lock/compare.h"

namespace flowc::lock {
namespace {

std::string full_subject(const Change& change) {
  return change.member.empty() ? change.subject : change.subject + "." + change.member;
}

/// Whether `target` names it in full or by its last words.
bool names(std::string_view target, std::string_view full) {
  if (!full.ends_with(target)) return false;
  return full.size() == target.size() || full[full.size() - target.size() - 1] == '.';
}

bool covers(const Allow& allow, const Change& change) {
  if (allow.rule != rule_of(change.rule).name) return false;
  return allow.target.empty() || names(allow.target, change.subject) ||
         names(allow.target, full_subject(change)) || names(allow.target, change.shown);
}

/// Whether `allow … for` can say it.
bool is_path(std::string_view text) {
  bool first = true;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (first ? !letter : !letter && c != '.' && (c < '0' || c > '9')) return false;
    first = c == '.';
  }
  return !first;
}

std::string consumer_text(const Endpoint& endpoint) {
  const std::string name = '`' + endpoint.handler + '`';
  switch (endpoint.kind) {
    case model::ComponentKind::handlers:
    case model::ComponentKind::orchestrator:
      return name + " takes it";
    case model::ComponentKind::steps:
      return "step " + name + " takes it";
    case model::ComponentKind::saga:
      return "saga `" + endpoint.handler.substr(0, endpoint.handler.find('.')) + "` takes it";
    case model::ComponentKind::forward:
      return "the forward sends it on";
    case model::ComponentKind::translator:
      return "the translator takes it";
  }
  return name + " takes it";
}

/// Names those that break, unless the change is about themselves.
void note_consumers(const Lock& before, const Lock& after, const Change& change,
                    DiagnosticBuilder& diagnostic) {
  const bool of_contract =
      change.rule <= RuleId::query_answer_changed || change.rule == RuleId::values_lost;
  const bool of_saga =
      std::any_of(after.sagas.begin(), after.sagas.end(),
                  [&change](const auto& saga) { return saga.second.name == change.subject; });
  if (!of_contract || of_saga) return;
  std::size_t listed = 0;
  for (const std::string& id : change.endpoints) {
    if (++listed > limits::kListedMax) break;
    const auto now = after.endpoints.find(id);
    const Endpoint& endpoint = now != after.endpoints.end() ? now->second : before.endpoints.at(id);
    diagnostic.note(endpoint.span, consumer_text(endpoint));
  }
  if (change.endpoints.size() > limits::kListedMax)
    diagnostic.note("and " + std::to_string(change.endpoints.size() - limits::kListedMax) +
                    " more take it");
}

void report(const Lock& before, const Lock& after, const Change& change, Reporter& reporter) {
  const Rule& rule = rule_of(change.rule);
  DiagnosticBuilder diagnostic = rule.report(reporter, change.now, change.shown, change.meaning);
  if (!change.here.empty()) diagnostic.here(change.here);
  if (change.then) diagnostic.note(*change.then, change.then_text);
  note_consumers(before, after, change, diagnostic);
  if (!change.besides.empty()) diagnostic.note(change.besides);
  if (!change.help.empty()) diagnostic.help(change.help);
  std::string target = change.shown;
  std::replace(target.begin(), target.end(), ' ', '.');  // `OrderPlaced v1`
  diagnostic.help("`allow " + std::string(rule.name) + (is_path(target) ? " for " + target : "") +
                  " because \"…\"` accepts it");
}

}  // namespace

std::vector<Accepted> check_evolution(const Lock* before, const Lock& after,
                                      const std::vector<Allow>& allows, Reporter& reporter) {
  const std::vector<std::string> known = evolution_rule_names();
  std::vector<const Allow*> ours;
  for (const Allow& allow : allows) {
    if (std::find(known.begin(), known.end(), allow.rule) == known.end()) continue;
    ours.push_back(&allow);
    if (allow.reason.empty() && !allow.guessed)
      reporter.error(kAllowWithoutReason, allow.span, allow.rule)
          .help("`because \"…\"` behind it: the reason stays in flow.lock");
  }
  std::set<Accepted> accepted;
  std::set<const Allow*> needed;
  std::set<std::string> said;  // what has an error that says its loss, too
  if (before != nullptr) {
    for (const Change& change : compare(*before, after)) {
      if (!rule_of(change.rule).breaking()) continue;
      bool allowed = false;
      for (const Allow* allow : ours) {
        if (!covers(*allow, change)) continue;
        allowed = true;
        needed.insert(allow);
        accepted.insert(
            {std::string(rule_of(change.rule).name), full_subject(change), allow->reason});
      }
      if (allowed) continue;
      if (change.rule == RuleId::values_lost && said.contains(full_subject(change))) continue;
      if (!change.besides.empty()) said.insert(full_subject(change));
      report(*before, after, change, reporter);
    }
  }
  if (!reporter.has_errors()) {
    for (const Allow* allow : ours)
      if (!needed.contains(allow) && !allow->guessed)
        reporter.warning(kUnusedAllow, allow->whole, allow->rule).fix(allow->whole, "");
  }
  return {accepted.begin(), accepted.end()};
}

}  // namespace flowc::lock
