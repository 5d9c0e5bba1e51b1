#include "lock/compare.h"

#include <algorithm>
#include <tuple>

#include "lock/comparison.h"

namespace flowc::lock {

std::vector<Change> compare(const Lock& before, const Lock& after) {
  Comparison comparison(before, after);
  compare_messages(comparison);
  compare_types(comparison);
  compare_processes(comparison);
  compare_endpoints(comparison);
  std::sort(comparison.changes.begin(), comparison.changes.end(),
            [](const Change& a, const Change& b) {
              return std::tie(a.rule, a.subject, a.member, a.meaning) <
                     std::tie(b.rule, b.subject, b.member, b.meaning);
            });
  return std::move(comparison.changes);
}

std::string sentence(const Change& change) {
  const std::string_view text = rule_of(change.rule).text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const bool name = rest.starts_with("{0}");
    if (!name && !rest.starts_with("{1}")) {
      out += text[i];
      continue;
    }
    out += name ? '`' + change.shown + '`' : change.meaning;
    i += 2;
  }
  return out;
}

std::string last_name(std::string_view full_name) {
  return std::string(full_name.substr(full_name.rfind('.') + 1));
}

std::string in_ticks(const std::string& text) {
  return '`' + text + '`';
}

std::string consumers(std::size_t count, std::string_view otherwise) {
  if (count == 0) return std::string(otherwise);
  return std::to_string(count) + (count == 1 ? " consumer" : " consumers");
}

Span module_of(const Lock& lock, std::string_view full_name) {
  for (std::string_view name = full_name; name.find('.') != std::string_view::npos;) {
    name = name.substr(0, name.rfind('.'));
    const auto found = lock.modules.find(std::string(name));
    if (found != lock.modules.end()) return found->second;
  }
  return lock.span;
}

}  // namespace flowc::lock
