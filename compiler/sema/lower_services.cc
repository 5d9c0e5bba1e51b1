#include <algorithm>
#include <map>
#include <set>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/homes.h"
#include "sema/publisher_homes.h"
#include "sema/resolver.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

using model::ComponentId;
using model::ComponentKind;
using model::ServiceId;

const std::vector<SymbolKind> kComponents{SymbolKind::component, SymbolKind::steps,
                                          SymbolKind::orchestrator, SymbolKind::saga};

void lower_listed(State& state, std::size_t index) {
  const ast::Service& syntax = *state.services[index];
  model::Service& service = state.draft.program.services[index];
  if (syntax.damaged) state.draft.doubts.services = true;
  if (syntax.components.empty() && !syntax.damaged) {
    state.reporter.error(kEmptyService, syntax.name.span, syntax.name.text)
        .help("name its components");
  }
  Resolver resolver(state, static_cast<std::uint32_t>(service.module));
  std::map<ComponentId, std::size_t> known;
  for (const ast::Path& path : syntax.components) {
    const auto symbol = resolver.find(path, kComponents, "a component");
    if (!symbol) {
      state.draft.doubts.services = true;
      continue;
    }
    const ComponentId component{symbol->index};
    const auto [first, added] = known.emplace(component, service.components.size());
    if (!added) {
      // A misspelt name that was taken for this one has had its error.
      if (path.parts.back().text != state.draft.program[component].name) continue;
      state.reporter.error(kListedTwice, path.span, path.text(), "service `" + service.name + "`")
          .label(state.draft.service_places[index][first->second], "first here");
      continue;
    }
    service.components.push_back(component);
    state.draft.service_places[index].push_back(path.span);
  }
}

/// Where a component runs that two services list is open.
void doubt_what_two_list(State& state) {
  std::set<ComponentId> listed;
  for (const model::Service& service : state.draft.program.services) {
    for (const ComponentId id : service.components) {
      if (!listed.insert(id).second) state.draft.doubts.services = true;
    }
  }
}

/// Finds the service of each forward and translation: they have no name that a service could list.
class Unnamed {
 public:
  explicit Unnamed(State& state) : state_(state), program_(state.draft.program) {
    facts_.doubts = state.draft.doubts;
    facts_.homes = model::component_services(program_);
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) index_endpoint(i);
    for (std::uint32_t i = 0; i < program_.services.size(); ++i)
      facts_.in_module[program_.services[i].module].insert(ServiceId{i});
  }

  void run() {
    Placed placed = place_forwards(state_, facts_);
    for (std::uint32_t i = 0; i < program_.components.size(); ++i) {
      const ComponentId id{i};
      if (program_[id].kind != ComponentKind::translator) continue;
      if (program_[id].endpoints.empty()) {
        state_.draft.doubts.services = true;  // it was not understood, and that is reported
        continue;
      }
      if (const auto home = home_of(id, *std::get<const ast::Translate*>(state_.components[i])))
        placed.emplace_back(id, *home);
    }
    std::sort(placed.begin(), placed.end());
    for (const auto& [id, home] : placed) {
      const auto service = static_cast<std::uint32_t>(home);
      program_.services[service].components.push_back(id);
      state_.draft.service_places[service].push_back(program_[id].span);
    }
  }

 private:
  void index_endpoint(std::uint32_t index) {
    const model::Endpoint& endpoint = program_.endpoints[index];
    const auto home = facts_.homes[static_cast<std::uint32_t>(endpoint.component)];
    if (!home) return;
    for (const model::MessageId message : endpoint.publishes) facts_.emits[message].insert(*home);
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (message == nullptr || program_[endpoint.component].kind == ComponentKind::steps) return;
    takes_[*message].insert(*home);
    const model::ModuleId module = program_[endpoint.component].module;
    takes_in_module_[{*message, module}].insert(*home);
  }

  std::optional<ServiceId> home_of(ComponentId id, const ast::Translate& syntax) {
    if (syntax.service) return said(*syntax.service);
    const model::Translator& translator = program_.translators[program_[id].detail];
    const std::pair here{translator.to, program_[id].module};
    if (const auto one = only(takes_in_module_, here)) return one;
    if (const auto one = only(takes_, translator.to)) return one;
    const std::set<ServiceId> near = among(takes_in_module_, here);
    return fallback(id, near.empty() ? among(takes_, translator.to) : near);
  }

  /// `in provider`.
  std::optional<ServiceId> said(const ast::Path& path) {
    const auto symbol =
        find_global(state_, state_.symbols.services, path.parts.back(), "service", path.span);
    if (symbol) return ServiceId{symbol->index};
    state_.draft.doubts.services = true;
    return std::nullopt;
  }

  template <typename Map, typename Key>
  static std::optional<ServiceId> only(const Map& services, const Key& key) {
    const auto found = services.find(key);
    if (found == services.end() || found->second.size() != 1) return std::nullopt;
    return *found->second.begin();
  }

  template <typename Map, typename Key>
  static std::set<ServiceId> among(const Map& services, const Key& key) {
    const auto found = services.find(key);
    return found == services.end() ? std::set<ServiceId>{} : found->second;
  }

  /// `likely`: the services that have to do with the message; empty, when none has.
  std::optional<ServiceId> fallback(ComponentId id, std::set<ServiceId> likely) {
    if (const auto one = only(facts_.in_module, program_[id].module)) return one;
    // Without any service there is nothing to name: nothing of the program runs anywhere.
    if (program_.services.empty()) return std::nullopt;
    state_.draft.doubts.services = true;
    if (facts_.doubts.services || facts_.doubts.handlers || facts_.doubts.emitters)
      return std::nullopt;
    auto diagnostic = state_.reporter.error(kServiceUnclear, program_[id].span, "this translation");
    if (likely.empty()) likely = among(facts_.in_module, program_[id].module);
    if (likely.empty()) {
      for (std::uint32_t i = 0; i < program_.services.size(); ++i) likely.insert(ServiceId{i});
    }
    for (const ServiceId service : likely) diagnostic.label(program_[service].span, "a service");
    diagnostic.help("say it behind its names: `in " + program_[*likely.begin()].name + "`");
    return std::nullopt;
  }

  State& state_;
  model::Program& program_;
  ServiceFacts facts_;
  std::map<model::MessageId, std::set<ServiceId>> takes_;
  std::map<std::pair<model::MessageId, model::ModuleId>, std::set<ServiceId>> takes_in_module_;
};

}  // namespace

std::optional<Symbol> find_global(State& state, const Scope& scope, const ast::Name& name,
                                  const char* word, Span span) {
  const auto found = scope.find(name.text);
  if (found != scope.end())
    return found->second.poisoned ? std::nullopt : std::optional(found->second);
  std::vector<std::string> candidates;
  if (state.reporter.may_compare(scope.size())) {
    for (const auto& [known, symbol] : scope) {
      if (!symbol.poisoned) candidates.push_back(known);
    }
  }
  const std::vector<std::string> similar = suggest(name.text, candidates);
  const bool lost = std::any_of(state.files.begin(), state.files.end(), [](const auto& file) {
    return file.unreadable || file.missing_imports || file.syntax->damaged;
  });
  if (similar.empty() && lost) return std::nullopt;
  auto diagnostic = state.reporter.error(kNotDeclared, span, word, name.text);
  diagnostic.did_you_mean(span, name.text, candidates);
  if (similar.size() != 1) return std::nullopt;
  const Symbol& meant = scope.find(similar.front())->second;
  diagnostic.label(meant.name, "similar name, declared here");
  return meant;
}

void lower_services(State& state) {
  state.draft.service_places.resize(state.services.size());
  for (std::size_t i = 0; i < state.services.size(); ++i) lower_listed(state, i);
  doubt_what_two_list(state);
  Unnamed(state).run();
}

}  // namespace flowc::sema
