#include "lock/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

namespace flowc::lock {
namespace {

std::size_t count(const Verdict& verdict, bool Change::*flag) {
  return static_cast<std::size_t>(std::count_if(verdict.changes.begin(), verdict.changes.end(),
                                                [flag](const Change& c) { return c.*flag; }));
}

std::string answer(std::size_t changes, std::size_t losses, const char* what_to_do) {
  if (changes == 0 && losses > 0)
    return fmt::format("yes, but not all that it says: {} change{}", losses,
                       losses == 1 ? " loses part of it" : "s lose part of it");
  if (changes == 0) return "yes";
  return fmt::format("no: {} change{} in the way; {}", changes, changes == 1 ? " is" : "s are",
                     what_to_do);
}

std::string who(const Verdict& verdict) {
  if (verdict.broken.empty()) return "nobody of this program";
  std::map<std::string, std::string> by_service;
  for (const Broken& broken : verdict.broken) {
    std::string& list = by_service[broken.service];
    list += (list.empty() ? "" : ", ") + broken.handler;
    if (broken.handler != broken.id) list += " (" + broken.id + ")";
  }
  std::string text;
  for (const auto& [service, list] : by_service) {
    text += text.empty() ? "" : "; ";
    text += (service.empty() ? "in no service: " : "service " + service + ": ") + list;
  }
  return text;
}

const char* direction(const Change& change) {
  if (change.new_reads_old && change.old_reads_new) return "neither reads the other";
  if (change.new_reads_old) return "new cannot read old";
  if (change.old_reads_new) return "old cannot read new";
  if (change.new_loses_old && change.old_loses_new) return "both lose part of what they read";
  if (change.new_loses_old) return "new loses part of old";
  if (change.old_loses_new) return "old loses part of new";
  // There is none to read.
  if (change.rule == RuleId::message_removed) return "this program has nothing of it in flight";
  return "both read the other";
}

constexpr std::pair<Category, const char*> kCategories[] = {
    {Category::wire, "wire: what is in flight, stored, or read elsewhere"},
    {Category::source, "source: code that uses it from elsewhere"},
    {Category::behaviour, "behaviour: everything is read, and something else happens"}};

}  // namespace

Verdict verdict(const Lock& before, const Lock& after) {
  Verdict made;
  made.changes = compare(before, after);
  std::set<std::string> ids;
  for (const Change& change : made.changes) {
    made.new_reads_old &= !change.new_reads_old;
    made.old_reads_new &= !change.old_reads_new;
    made.breaking |= rule_of(change.rule).breaking();
    if (rule_of(change.rule).breaking() || change.new_reads_old || change.old_reads_new)
      ids.insert(change.endpoints.begin(), change.endpoints.end());
  }
  for (const std::string& id : ids) {
    const auto old = before.endpoints.find(id);
    const auto now = after.endpoints.find(id);
    if (old == before.endpoints.end() && now == after.endpoints.end()) continue;
    const Endpoint& endpoint = old != before.endpoints.end() ? old->second : now->second;
    made.broken.push_back({endpoint.service, endpoint.handler, id});
  }
  std::sort(made.broken.begin(), made.broken.end(), [](const Broken& a, const Broken& b) {
    return std::tie(a.service, a.id) < std::tie(b.service, b.id);
  });
  return made;
}

std::string to_text(const Verdict& verdict) {
  std::string out;
  const auto row = [&out](const char* question, const std::string& text) {
    out += fmt::format("{:<62}{}\n", question, text);
  };
  row("can the new program drain the queues and sagas of the old one?",
      " " + answer(count(verdict, &Change::new_reads_old), count(verdict, &Change::new_loses_old),
                   "let the old one finish first"));
  row("can the old program read what the new one writes?",
      " " + answer(count(verdict, &Change::old_reads_new), count(verdict, &Change::old_loses_new),
                   "stop it before the new one starts"));
  row("who breaks?", " " + who(verdict));
  for (const auto& [category, title] : kCategories) {
    bool first = true;
    for (const Change& change : verdict.changes) {
      const Rule& rule = rule_of(change.rule);
      if (rule.category != category) continue;
      if (first) out += fmt::format("\n{}\n", title);
      first = false;
      out += fmt::format("  {}{}: {}\n    {}", rule.name, rule.breaking() ? "" : " (no error)",
                         sentence(change), direction(change));
      // A page says why of the others.
      out += rule.breaking() ? "\n" : fmt::format("; {}\n", rule.purpose);
    }
  }
  if (verdict.changes.empty()) out += "\nnothing that was promised has changed\n";
  return out;
}

std::string to_json(const Verdict& verdict) {
  nlohmann::ordered_json json;
  json["new_reads_old"] = verdict.new_reads_old;
  json["old_reads_new"] = verdict.old_reads_new;
  json["breaking"] = verdict.breaking;
  json["broken"] = nlohmann::ordered_json::array();
  for (const Broken& broken : verdict.broken)
    json["broken"].push_back(
        {{"service", broken.service}, {"handler", broken.handler}, {"endpoint", broken.id}});
  json["changes"] = nlohmann::ordered_json::array();
  for (const Change& change : verdict.changes) {
    const Rule& rule = rule_of(change.rule);
    json["changes"].push_back({{"rule", rule.name},
                               {"category", to_string(rule.category)},
                               {"breaking", rule.breaking()},
                               {"subject", change.subject},
                               {"member", change.member},
                               {"message", sentence(change)},
                               {"new_reads_old", !change.new_reads_old},
                               {"old_reads_new", !change.old_reads_new},
                               {"endpoints", change.endpoints}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace flowc::lock
