#include <map>
#include <utility>

#include "diagnostics/catalog.h"
#include "sema/examples.h"
#include "sema/resolver.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

using Item = ast::ScenarioItem::Kind;
using Step = model::ScenarioStep;

Step::Kind kind_of(Item kind) {
  switch (kind) {
    case Item::given:
      return Step::Kind::given;
    case Item::advance:
      return Step::Kind::advance;
    case Item::expect:
      return Step::Kind::expect;
    case Item::expect_no:
      return Step::Kind::expect_no;
  }
  return Step::Kind::given;
}

std::optional<Step> lower_advance(State& state, const ast::ScenarioItem& syntax) {
  Step step;
  step.kind = Step::Kind::advance;
  step.span = syntax.span;
  step.advance_us = syntax.advance.microseconds;
  if (step.advance_us > 0) return step;
  state.reporter.error(kPolicyOutOfBounds, syntax.advance.span, "`advance`",
                       "is longer than nothing");
  return std::nullopt;
}

std::optional<Step> lower_message(State& state, Resolver& resolver,
                                  const ast::ScenarioItem& syntax) {
  const auto symbol = resolver.find(syntax.message, {SymbolKind::event, SymbolKind::command},
                                    "an event or command");
  if (!symbol) return std::nullopt;
  Step step;
  step.kind = kind_of(syntax.kind);
  step.message = model::MessageId{symbol->index};
  step.span = syntax.message.span;
  const bool given = syntax.kind == Item::given;
  if (!given && !syntax.fields) return step;
  step.fields = example_json(state, syntax.fields ? &*syntax.fields : nullptr, syntax.message.span,
                             step.message, given);
  return step.fields ? std::optional(std::move(step)) : std::nullopt;
}

void lower(State& state, const ast::Scenario& syntax, model::Scenario& scenario) {
  Resolver resolver(state, static_cast<std::uint32_t>(scenario.module));
  bool expects = false;
  for (const ast::ScenarioItem& item : syntax.items) {
    expects = expects || item.kind == Item::expect || item.kind == Item::expect_no;
    auto step = item.kind == Item::advance ? lower_advance(state, item)
                                           : lower_message(state, resolver, item);
    if (step) scenario.steps.push_back(std::move(*step));
  }
  if (expects || syntax.damaged) return;
  state.reporter.warning(kExpectsNothing, syntax.name.span, syntax.name.value)
      .help("say what must come of it: `expect NAME`, `expect no NAME`");
}

}  // namespace

void lower_scenarios(State& state) {
  std::map<std::pair<model::ModuleId, std::string>, Span> names;
  for (std::size_t i = 0; i < state.scenarios.size(); ++i) {
    model::Scenario& scenario = state.draft.program.scenarios[i];
    const auto [first, added] =
        names.emplace(std::pair(scenario.module, scenario.name), scenario.span);
    if (!added) {
      state.reporter.error(kDeclaredTwice, scenario.span, "scenario", scenario.name)
          .label(first->second, "first declared here");
    }
    lower(state, *state.scenarios[i], scenario);
  }
}

}  // namespace flowc::sema
