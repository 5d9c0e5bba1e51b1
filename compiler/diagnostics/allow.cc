#include "diagnostics/allow.h"

#include <algorithm>

#include "diagnostics/catalog.h"

namespace flowc {
namespace {

bool covers(const Allowance& allowance, const Diagnostic& warning) {
  if (warning.name != allowance.rule || warning.span.file != allowance.span.file) return false;
  if (allowance.ranges.empty()) return true;
  return std::any_of(allowance.ranges.begin(), allowance.ranges.end(), [&warning](Span range) {
    return range.begin <= warning.span.begin && warning.span.begin < range.end;
  });
}

/// A name that is none, with what it may have meant.
void report_unknown(const Allowance& allowance, const std::vector<std::string>& names,
                    Reporter& reporter) {
  const bool is_code = allowance.rule.starts_with("FL") || allowance.rule.starts_with("fl");
  const auto id = is_code ? parse_code(allowance.rule) : std::nullopt;
  const Definition* meant = id ? find_definition(*id) : nullptr;
  if (meant != nullptr && meant->severity == Severity::error && meant->name.empty()) {
    reporter.error(kErrorAllowed, allowance.rule_span, allowance.rule)
        .help("`flowc explain " + code_of(meant->id) + "` says how to mend it");
    return;
  }
  auto diagnostic = reporter.error(kUnknownRule, allowance.rule_span, allowance.rule);
  if (meant != nullptr && !meant->name.empty()) {
    diagnostic.fix(allowance.rule_span, std::string(meant->name));
  } else {
    diagnostic.did_you_mean(allowance.rule_span, allowance.rule, names);
  }
}

void take_back(const std::vector<const Allowance*>& allowances, Reporter& reporter) {
  std::vector<bool> needed(allowances.size(), false);
  reporter.remove_warnings([&allowances, &needed](const Diagnostic& warning) {
    bool allowed = false;
    for (std::size_t i = 0; i < allowances.size(); ++i) {
      if (!covers(*allowances[i], warning)) continue;
      needed[i] = true;
      allowed = true;
    }
    return allowed;
  });
  if (reporter.has_errors()) return;
  for (std::size_t i = 0; i < allowances.size(); ++i) {
    if (needed[i]) continue;
    const Allowance& unused = *allowances[i];
    reporter.warning(kUnusedAllow, unused.span, unused.rule).fix(unused.span, "");
  }
}

}  // namespace

void apply_allowances(const std::vector<Allowance>& allowances,
                      const std::vector<std::string>& evolution_rules, Reporter& reporter) {
  std::vector<std::string> names = warning_names();
  const std::vector<std::string> warnings = names;
  names.insert(names.end(), evolution_rules.begin(), evolution_rules.end());
  const auto has = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  std::vector<const Allowance*> first;
  std::vector<const Allowance*> last;  // those of unused_allow: what they are about comes of others
  for (const Allowance& allowance : allowances) {
    if (!has(names, allowance.rule)) {
      report_unknown(allowance, names, reporter);
    } else if (has(warnings, allowance.rule)) {
      (allowance.rule == kUnusedAllow.definition.name ? last : first).push_back(&allowance);
    }
  }
  take_back(first, reporter);
  if (!last.empty()) take_back(last, reporter);
}

}  // namespace flowc
