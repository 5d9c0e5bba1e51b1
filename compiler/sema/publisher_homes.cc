#include "sema/publisher_homes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "diagnostics/catalog.h"

namespace flowc::sema {
namespace {

using model::ComponentId;
using model::ComponentKind;
using model::EndpointId;
using model::ServiceId;

std::uint32_t at(ComponentId id) {
  return static_cast<std::uint32_t>(id);
}

class Forwards {
 public:
  Forwards(State& state, const ServiceFacts& facts)
      : state_(state),
        program_(state.draft.program),
        facts_(facts),
        used_(program_.publishers.size()),
        forwarded_(program_.publishers.size()),
        homes_(program_.publishers.size()) {}

  Placed run() {
    const auto count = static_cast<std::uint32_t>(program_.components.size());
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) index_endpoint(i);
    for (std::uint32_t i = 0; i < count; ++i)
      if (program_.components[i].kind == ComponentKind::forward) index_service(ComponentId{i});
    for (std::uint32_t i = 0; i < homes_.size(); ++i)
      if (!forwarded_[i].empty()) homes_[i] = home_of(i);
    for (std::uint32_t i = 0; i < count; ++i)
      if (program_.components[i].kind == ComponentKind::forward) place(ComponentId{i});
    return std::move(placed_);
  }

 private:
  /// A service that a publisher would be at home in, and where that is said.
  struct Claim {
    ServiceId service{};
    Span place;
  };

  void index_endpoint(std::uint32_t index) {
    const model::Endpoint& endpoint = program_.endpoints[index];
    const bool forward = program_[endpoint.component].kind == ComponentKind::forward;
    const std::vector<Span>& places = state_.draft.endpoint_places[index].uses;
    for (std::size_t i = 0; i < endpoint.uses.size(); ++i) {
      const auto publisher = static_cast<std::uint32_t>(endpoint.uses[i]);
      if (forward) {
        forwarded_[publisher].push_back(EndpointId{index});
      } else if (const auto home = facts_.homes[at(endpoint.component)];
                 home && !used_[publisher]) {
        used_[publisher] = Claim{*home, i < places.size() ? places[i] : endpoint.span};
      }
    }
  }

  const ast::Forward& syntax_of(ComponentId id) const {
    return *std::get<const ast::Forward*>(state_.components[at(id)]);
  }

  /// `in provider`.
  void index_service(ComponentId id) {
    const auto& path = syntax_of(id).service;
    if (!path) return;
    const auto symbol =
        find_global(state_, state_.symbols.services, path->parts.back(), "service", path->span);
    if (symbol) said_.emplace(id, Claim{ServiceId{symbol->index}, path->span});
    if (!symbol) state_.draft.doubts.services = true;
  }

  std::optional<ServiceId> home_of(std::uint32_t publisher) {
    std::optional<Claim> home = used_[publisher];
    bool lost = false;  // an `in` was not understood
    for (const EndpointId id : forwarded_[publisher]) {
      const ComponentId component = program_[id].component;
      const auto said = said_.find(component);
      lost |= said == said_.end() && syntax_of(component).service.has_value();
      if (said == said_.end()) continue;
      if (!home) home = said->second;
      if (said->second.service != home->service) says_another(publisher, *home, id, said->second);
    }
    if (home) return home->service;
    return lost ? std::nullopt : from_events(publisher);
  }

  void says_another(std::uint32_t publisher, const Claim& home, EndpointId id, const Claim& said) {
    auto diagnostic = in_two(publisher, home, said);
    const std::string& service = program_[home.service].name;
    const bool alone = syntax_of(program_[id].component).publishers.size() == 1;
    if (alone) diagnostic.fix(said.place, service, "`in " + service + "`");
    if (!alone) diagnostic.help("write a forward of its own for it: `in " + service + "`");
  }

  DiagnosticBuilder in_two(std::uint32_t publisher, const Claim& first, const Claim& second) {
    return state_.reporter
        .error(kPublisherInTwoServices, second.place, program_.publishers[publisher].name)
        .here("by service `" + program_[second.service].name + "`")
        .label(first.place, "by service `" + program_[first.service].name + "`");
  }

  const Services& emitters(EndpointId id) const {
    static const Services kNone;
    const auto found = facts_.emits.find(std::get<model::MessageId>(program_[id].takes.type));
    return found == facts_.emits.end() ? kNone : found->second;
  }

  std::optional<ServiceId> from_events(std::uint32_t publisher) {
    const std::vector<EndpointId>& forwards = forwarded_[publisher];
    Services all = emitters(forwards.front());
    for (std::size_t i = 1; i < forwards.size() && !all.empty(); ++i) {
      const Services& emits = emitters(forwards[i]);
      std::erase_if(all, [&emits](ServiceId id) { return emits.count(id) == 0; });
    }
    if (all.size() == 1) return *all.begin();
    const auto unclear = std::find_if(forwards.begin(), forwards.end(),
                                      [this](EndpointId id) { return emitters(id).size() != 1; });
    if (unclear != forwards.end() || all.size() > 1) {
      if (const auto only = only_of_module(forwards)) return only;
      return not_clear(unclear == forwards.end() ? forwards.front() : *unclear, forwards);
    }
    return in_several(publisher, forwards);
  }

  std::optional<ServiceId> only_of_module(const std::vector<EndpointId>& forwards) const {
    Services services;
    for (const EndpointId id : forwards) {
      const auto found = facts_.in_module.find(program_[program_[id].component].module);
      if (found == facts_.in_module.end() || found->second.size() != 1) return std::nullopt;
      services.insert(*found->second.begin());
    }
    return services.size() == 1 ? std::optional(*services.begin()) : std::nullopt;
  }

  bool silent() {
    // Without any service there is nothing to name: nothing of the program runs anywhere.
    if (program_.services.empty()) return true;
    state_.draft.doubts.services = true;
    return facts_.doubts.services || facts_.doubts.handlers || facts_.doubts.emitters;
  }

  /// Each event has one service, and they differ.
  std::optional<ServiceId> in_several(std::uint32_t publisher,
                                      const std::vector<EndpointId>& forwards) {
    if (silent()) return std::nullopt;
    const auto claim = [this](EndpointId id) {
      return Claim{*emitters(id).begin(), program_[id].span};
    };
    const Claim first = claim(forwards.front());
    const auto other = std::find_if(forwards.begin(), forwards.end(), [&](EndpointId id) {
      return claim(id).service != first.service;
    });
    const Claim second = claim(*other);
    auto diagnostic = in_two(publisher, first, second);
    for (const Claim& home : {first, second}) {
      if (!may_run_in(home.service, forwards)) continue;
      offer(diagnostic, *other, home.service);
      break;
    }
    diagnostic.help("one partner, one buffer: `in SERVICE` behind a forward says which has it");
    return std::nullopt;
  }

  /// Whether all that is forwarded may come to it from where it is published.
  bool may_run_in(ServiceId service, const std::vector<EndpointId>& forwards) const {
    return std::all_of(forwards.begin(), forwards.end(), [&](EndpointId id) {
      const auto message = std::get<model::MessageId>(program_[id].takes.type);
      return program_[message].is_public || emitters(id).count(service) != 0;
    });
  }

  void offer(DiagnosticBuilder& diagnostic, EndpointId forward, ServiceId service) {
    const ast::Forward& syntax = syntax_of(program_[forward].component);
    const std::string text = "in " + program_[service].name;
    if (syntax.publishers.size() != 1) return;
    diagnostic.fix({syntax.span.file, syntax.span.end, syntax.span.end}, " " + text,
                   "insert `" + text + "`");
  }

  /// No service publishes what is forwarded, or several do.
  std::optional<ServiceId> not_clear(EndpointId id, const std::vector<EndpointId>& forwards) {
    if (silent()) return std::nullopt;
    const ComponentId component = program_[id].component;
    if (!unclear_.insert(component).second) return std::nullopt;
    Services likely;
    for (const EndpointId forward : forwards)
      likely.insert(emitters(forward).begin(), emitters(forward).end());
    const bool one = likely.size() == 1 && may_run_in(*likely.begin(), forwards);
    if (likely.empty()) {
      const auto found = facts_.in_module.find(program_[component].module);
      if (found != facts_.in_module.end()) likely = found->second;
    }
    if (likely.empty()) {
      for (std::uint32_t i = 0; i < program_.services.size(); ++i) likely.insert(ServiceId{i});
    }
    auto diagnostic =
        state_.reporter.error(kServiceUnclear, program_[component].span, "this forward");
    for (const ServiceId service : likely) diagnostic.label(program_[service].span, "a service");
    if (one) {
      offer(diagnostic, id, *likely.begin());
    } else {
      diagnostic.help("say it behind its names: `in " + program_[*likely.begin()].name + "`");
    }
    return std::nullopt;
  }

  void place(ComponentId id) {
    if (program_[id].endpoints.empty()) {
      state_.draft.doubts.services = true;  // it was not understood, and that is reported
      return;
    }
    std::vector<std::pair<std::optional<ServiceId>, std::vector<EndpointId>>> parts;
    for (const EndpointId endpoint : program_[id].endpoints) {
      const auto home = homes_[static_cast<std::uint32_t>(program_[endpoint].uses.front())];
      auto part = std::find_if(parts.begin(), parts.end(),
                               [&home](const auto& one) { return one.first == home; });
      if (part == parts.end()) part = parts.insert(part, {home, {}});
      part->second.push_back(endpoint);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const ComponentId component = i == 0 ? id : copy(id);
      take(component, parts[i].second);
      if (parts[i].first) placed_.emplace_back(component, *parts[i].first);
    }
  }

  ComponentId copy(ComponentId id) {
    const ComponentId made{static_cast<std::uint32_t>(program_.components.size())};
    program_.components.push_back(model::Component{program_[id]});
    state_.components.push_back(ComponentSyntax{state_.components[at(id)]});
    model::Forward forward = program_.forwards[program_[id].detail];
    forward.component = made;
    program_.components.back().detail = static_cast<std::uint32_t>(program_.forwards.size());
    program_.forwards.push_back(std::move(forward));
    return made;
  }

  void take(ComponentId id, const std::vector<EndpointId>& endpoints) {
    model::Component& component = program_.components[at(id)];
    component.endpoints = endpoints;
    std::vector<model::PublisherId>& publishers = program_.forwards[component.detail].publishers;
    publishers.clear();
    for (const EndpointId endpoint : endpoints) {
      program_.endpoints[static_cast<std::uint32_t>(endpoint)].component = id;
      publishers.push_back(program_[endpoint].uses.front());
    }
  }

  State& state_;
  model::Program& program_;
  const ServiceFacts& facts_;
  std::vector<std::optional<Claim>> used_;          // by handlers and steps
  std::vector<std::vector<EndpointId>> forwarded_;  // to each publisher
  std::vector<std::optional<ServiceId>> homes_;     // by PublisherId
  std::map<ComponentId, Claim> said_;
  Placed placed_;
  std::set<ComponentId> unclear_;  // and reported
};

}  // namespace

Placed place_forwards(State& state, const ServiceFacts& facts) {
  return Forwards(state, facts).run();
}

}  // namespace flowc::sema
