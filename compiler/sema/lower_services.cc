#include <map>

#include "diagnostics/catalog.h"
#include "sema/resolver.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

const std::vector<SymbolKind> kComponents{SymbolKind::component, SymbolKind::steps,
                                          SymbolKind::orchestrator, SymbolKind::saga};

}  // namespace

void lower_services(State& state) {
  state.draft.service_places.resize(state.services.size());
  for (std::size_t i = 0; i < state.services.size(); ++i) {
    const ast::Service& syntax = *state.services[i];
    model::Service& service = state.draft.program.services[i];
    if (syntax.damaged) state.draft.doubts.services = true;
    if (syntax.components.empty() && !syntax.damaged) {
      state.reporter.error(kEmptyService, syntax.name.span, syntax.name.text)
          .help("name its components");
    }
    Resolver resolver(state, static_cast<std::uint32_t>(service.module));
    std::map<model::ComponentId, Span> first;
    for (const ast::Path& path : syntax.components) {
      const auto symbol = resolver.find(path, kComponents, "a component");
      if (!symbol) {
        state.draft.doubts.services = true;
        continue;
      }
      const model::ComponentId component{symbol->index};
      const auto [known, added] = first.emplace(component, path.span);
      if (!added) {
        // A misspelt name that was taken for this one has had its error.
        if (path.parts.back().text != state.draft.program[component].name) continue;
        state.reporter.error(kListedTwice, path.span, path.text(), "service `" + service.name + "`")
            .label(known->second, "first here");
        continue;
      }
      service.components.push_back(component);
      state.draft.service_places[i].push_back(path.span);
    }
  }
}

}  // namespace flowc::sema
