#include "commands/allowances.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "diagnostics/catalog.h"
#include "lock/rules.h"

namespace flowc {
namespace {

struct Named {
  std::string name;
  Span span;
};

template <class List>
void add_all(const List& list, std::vector<Named>& out) {
  for (const auto& one : list) {
    if constexpr (requires { one.span; }) {
      out.push_back({one.name.text, one.span});
    } else {
      out.push_back({one.name.text, one.name.span});
    }
  }
}

/// What a declaration has inside that an `allow` can name.
template <class Declaration>
std::vector<Named> members(const Declaration& declaration) {
  std::vector<Named> out;
  if constexpr (requires { declaration.fields; }) add_all(declaration.fields, out);
  if constexpr (requires { declaration.values; }) add_all(declaration.values, out);
  if constexpr (requires { declaration.handlers; }) add_all(declaration.handlers, out);
  if constexpr (requires { declaration.steps; }) add_all(declaration.steps, out);
  if constexpr (requires { declaration.data; }) add_all(declaration.data, out);
  if constexpr (requires { declaration.states; }) add_all(declaration.states, out);
  return out;
}

/// The declarations of a file that have a name, and what is in those named `of`. A name may be
/// there more than once: a channel and a service, two versions of a message.
struct Names {
  std::vector<Named> declarations;
  std::vector<Named> members;
};

Names names_of(const ast::File& file, const std::string& of) {
  Names names;
  for (const ast::Declaration& declaration : file.declarations) {
    std::visit(
        [&names, &of](const auto& one) {
          using Kind = std::decay_t<decltype(one)>;
          if constexpr (std::is_base_of_v<ast::Declared, Kind>) {
            names.declarations.push_back({one.name.text, one.span});
            if (one.name.text != of) return;
            const std::vector<Named> inside = members(one);
            names.members.insert(names.members.end(), inside.begin(), inside.end());
          }
        },
        declaration);
  }
  return names;
}

std::vector<Span> spans_of(const std::vector<Named>& list, const std::string& name) {
  std::vector<Span> spans;
  for (const Named& one : list) {
    if (one.name == name) spans.push_back(one.span);
  }
  return spans;
}

std::vector<Span> find_target(const ast::File& file, const ast::Path& target, Reporter& reporter) {
  const ast::Name& first = target.parts.front();
  const Names names = names_of(file, first.text);
  std::vector<Span> spans = spans_of(names.declarations, first.text);
  const bool inside = target.parts.size() > 1 && !spans.empty();
  const std::vector<Named>& list = inside ? names.members : names.declarations;
  const ast::Name& wanted = inside ? target.parts[1] : first;
  if (inside) spans = spans_of(names.members, wanted.text);
  if (target.parts.size() <= 2 && !spans.empty()) return spans;
  if (file.damaged) return {};
  std::vector<std::string> candidates;
  for (const Named& one : list) candidates.push_back(one.name);
  if (target.parts.size() > 2) {
    reporter.error(kNotDeclared, target.span, "name", target.text())
        .here("`for` names a declaration of this file, or one part of it");
    return {};
  }
  reporter.error(kNotDeclared, wanted.span, "name", wanted.text)
      .here(inside ? "`" + first.text + "` has no such part"
                   : "`for` names a declaration of this file")
      .did_you_mean(wanted.span, wanted.text, candidates);
  return {};
}

/// Such a change needs none. False if the rule is none of those.
bool allows_a_notice(const ast::Allow& allow, Reporter& reporter) {
  for (const lock::Rule& rule : lock::rules()) {
    if (rule.breaking() || rule.name != allow.rule.text) continue;
    reporter.error(kUnknownRule, allow.rule.span, allow.rule.text)
        .help("it is no error: only `flowc diff` tells of it")
        .fix(allow.span, "");
    return true;
  }
  return false;
}

}  // namespace

std::vector<Allowance> find_allowances(const std::vector<std::unique_ptr<ast::File>>& files,
                                       Reporter& reporter) {
  const std::vector<std::string> warnings = warning_names();
  std::vector<Allowance> allowances;
  for (const auto& file : files) {
    for (const ast::Allow& allow : file->allows) {
      if (allows_a_notice(allow, reporter)) continue;
      Allowance made{allow.rule.text, allow.rule.span, {}, allow.span};
      const bool known =
          std::find(warnings.begin(), warnings.end(), allow.rule.text) != warnings.end();
      if (allow.target && known) {
        made.ranges = find_target(*file, *allow.target, reporter);
        if (made.ranges.empty()) continue;  // of nothing: reported
      }
      allowances.push_back(std::move(made));
    }
  }
  return allowances;
}

}  // namespace flowc
