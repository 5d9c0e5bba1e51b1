#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "checks/traffic.h"
#include "diagnostics/catalog.h"
#include "model/homes.h"
#include "model/names.h"

/// Whether every message gets to each endpoint that takes it, under every deployment, and there by
/// one way only. A message goes from service A to service B:
/// - where B listens, if its placement says `listens`;
/// - else through the store that A and B share, if it is not the memory of one process;
/// - else not at all.
namespace flowc {
namespace {

using model::EndpointId;
using model::MessageId;
using model::ServiceId;

/// The first message that goes from one service to another one's endpoint.
struct Crossing {
  MessageId message{};
  ServiceId from{};
  ServiceId to{};
  EndpointId endpoint{};
};

std::vector<Crossing> crossings(const model::Draft& draft) {
  const model::Program& program = draft.program;
  const auto homes = model::component_services(program);
  const Takers taken = takers(program);
  std::set<std::pair<ServiceId, MessageId>> left;
  std::set<std::pair<ServiceId, ServiceId>> seen;
  std::vector<Crossing> found;
  for (const Emission& emission : emissions(draft)) {
    const auto from = homes[static_cast<std::uint32_t>(emission.from)];
    const auto where = taken.find(emission.message);
    if (!from || where == taken.end() || !left.emplace(*from, emission.message).second) continue;
    for (const auto& [to, id] : where->second) {
      if (to == *from || !seen.emplace(*from, to).second) continue;
      found.push_back({emission.message, *from, to, id});
    }
  }
  return found;
}

Span taken_at(const model::Draft& draft, EndpointId id) {
  const Span takes = draft.endpoint_places[index_of(id)].takes;
  return takes.begin == takes.end ? draft.program[id].span : takes;
}

/// The ways of one deployment. What a service lacks is said once, of the first message it misses.
class DeploymentRoutes {
 public:
  DeploymentRoutes(const model::Draft& draft, const model::Deployment& deployment,
                   Reporter& reporter)
      : draft_(draft), program_(draft.program), deployment_(deployment), reporter_(reporter) {}

  void run(const std::vector<Crossing>& all) {
    for (const Crossing& crossing : all) {
      const model::ServicePlacement* to = model::find_placement(deployment_, crossing.to);
      if (to != nullptr && to->listens) continue;
      const std::uint32_t store = deployment_.service_stores[index_of(crossing.from)];
      if (store != deployment_.service_stores[index_of(crossing.to)]) {
        if (to != nullptr && deaf_.insert(crossing.to).second) no_way(crossing, *to);
      } else if (deployment_.stores[store].kind == model::StoreKind::memory) {
        if (forgetful_.insert(store).second) over_memory(crossing, deployment_.stores[store]);
      }
    }
    volatile_stores();
  }

 private:
  void no_way(const Crossing& crossing, const model::ServicePlacement& to) {
    const std::string& from = program_[crossing.from].name;
    reporter_
        .error(kNoRoute, to.span, program_[crossing.message].name, program_[crossing.to].name, from,
               deployment_.name)
        .here("listens nowhere, and its store is not that of `" + from + "`")
        .label(taken_at(draft_, crossing.endpoint), "takes it")
        .help(deployment_.brokers.empty()
                  ? std::string("give both services one store, or add a broker and `listens` on it")
                  : listen());
  }

  void over_memory(const Crossing& crossing, const model::Store& store) {
    const std::string instead =
        "`store " + (store.name.empty() ? "" : store.name + ": ") + "sqlite(\"flow.db\")`";
    reporter_
        .error(kRouteOverMemory, store.span, program_[crossing.message].name,
               program_[crossing.to].name, program_[crossing.from].name, deployment_.name)
        .here("each service is a process, and has a memory of its own")
        .label(taken_at(draft_, crossing.endpoint), "takes it")
        .help(deployment_.brokers.empty()
                  ? "use a store that processes share: " + instead
                  : "use a store that processes share: " + instead + ", or " + listen());
  }

  /// Whether the name says that what is lost at the end is no loss.
  bool for_trying() const { return deployment_.name == "dev" || deployment_.name == "test"; }

  void volatile_stores() {
    if (for_trying()) return;
    const auto homes = model::component_services(program_);
    for (std::size_t i = 0; i < deployment_.stores.size(); ++i) {
      const model::Store& store = deployment_.stores[i];
      if (store.kind != model::StoreKind::memory) continue;
      // That it is no way to other services is said: with another store nothing is in memory.
      if (forgetful_.count(static_cast<std::uint32_t>(i)) != 0) continue;
      for (std::size_t c = 0; c < program_.components.size(); ++c) {
        const model::Component& component = program_.components[c];
        if (!homes[c] || deployment_.service_stores[index_of(*homes[c])] != i) continue;
        const char* kept = kept_by(component.kind);
        if (kept == nullptr) continue;
        reporter_
            .warning(kKeptInMemory, store.span, deployment_.name,
                     kept + (" `" + component.name + "`"))
            .label(component.span, "runs over many messages")
            .help("what it waits for is gone when the process ends: use sqlite, postgres or mysql");
        break;
      }
    }
  }

  static const char* kept_by(model::ComponentKind kind) {
    if (kind == model::ComponentKind::saga) return "saga";
    if (kind == model::ComponentKind::orchestrator) return "the slips of";
    return nullptr;
  }

  std::string listen() const {
    return "let it listen: `listens " + deployment_.brokers.front().name + "`";
  }

  const model::Draft& draft_;
  const model::Program& program_;
  const model::Deployment& deployment_;
  Reporter& reporter_;
  std::set<ServiceId> deaf_;           // reported
  std::set<std::uint32_t> forgetful_;  // stores, reported
};

/// Finds what one message brings about more than once in one component, over translations.
class Routes {
 public:
  Routes(const model::Draft& draft, Reporter& reporter)
      : draft_(draft),
        program_(draft.program),
        reporter_(reporter),
        handlers_(handlers_by_message(program_)) {
    for (const model::Translator& translator : program_.translators) {
      if (!program_[translator.component].endpoints.empty())
        made_by_[translator.to].push_back(&translator);
    }
  }

  void run() {
    for (const auto& [message, makers] : made_by_) {
      if (handlers_[static_cast<std::uint32_t>(message)].empty()) continue;
      look(message, makers);
    }
  }

 private:
  /// How far back a message is followed: a fact that was translated more often than this is new.
  static constexpr std::size_t kFollowed = 64;

  void look(MessageId message, const std::vector<const model::Translator*>& makers) {
    std::map<MessageId, const model::Translator*> origins;
    for (const model::Translator* maker : makers) {
      for (const MessageId origin : origins_of(*maker)) {
        // What goes round comes twice because of that, which is an error of its own.
        if (origin == message || comes_of(origin, message)) continue;
        const auto [known, added] = origins.emplace(origin, maker);
        if (!added && known->second != maker) return twice(origin, message, *known->second, *maker);
        if (direct(origin, message, *maker)) return;
      }
    }
  }

  /// What a translator's message may have come from, nearest first.
  std::vector<MessageId> origins_of(const model::Translator& maker) const {
    std::vector<MessageId> found{maker.from};
    std::set<MessageId> seen{maker.from};
    for (std::size_t i = 0; i < found.size() && found.size() < kFollowed; ++i) {
      const auto earlier = made_by_.find(found[i]);
      if (earlier == made_by_.end()) continue;
      for (const model::Translator* one : earlier->second) {
        if (seen.insert(one->from).second) found.push_back(one->from);
      }
    }
    return found;
  }

  /// Whether translations make `message` of `origin`.
  bool comes_of(MessageId message, MessageId origin) const {
    const auto makers = made_by_.find(message);
    if (makers == made_by_.end()) return false;
    return std::any_of(makers->second.begin(), makers->second.end(),
                       [&](const model::Translator* maker) {
                         const std::vector<MessageId> all = origins_of(*maker);
                         return std::find(all.begin(), all.end(), origin) != all.end();
                       });
  }

  void twice(MessageId origin, MessageId message, const model::Translator& first,
             const model::Translator& second) {
    const EndpointId endpoint = handlers_[static_cast<std::uint32_t>(message)].front();
    const Span a = program_[first.component].span;
    const Span b = program_[second.component].span;
    const bool later = is_later(a, b);
    reporter_
        .error(kTwoRoutes, later ? a : b, program_[origin].name,
               model::handler_name(program_, endpoint))
        .here("one way")
        .label(later ? b : a, "another way")
        .label(taken_at(draft_, endpoint), "`" + program_[message].name + "` would come twice")
        .help("leave out one of the translations: what happened once is told once");
  }

  /// A component that takes both what happened and its translation.
  bool direct(MessageId origin, MessageId message, const model::Translator& maker) {
    for (const EndpointId translated : handlers_[static_cast<std::uint32_t>(message)]) {
      for (const EndpointId plain : handlers_[static_cast<std::uint32_t>(origin)]) {
        if (program_[plain].component != program_[translated].component) continue;
        reporter_
            .error(kTwoRoutes, program_[maker.component].span, program_[origin].name,
                   program_[program_[plain].component].name)
            .here("translated into `" + program_[maker.to].name + "`")
            .label(taken_at(draft_, plain), "taken as it is")
            .label(taken_at(draft_, translated), "taken as `" + program_[message].name + "`")
            .help("take one of the two in this component");
        return true;
      }
    }
    return false;
  }

  const model::Draft& draft_;
  const model::Program& program_;
  Reporter& reporter_;
  std::vector<std::vector<EndpointId>> handlers_;
  std::map<MessageId, std::vector<const model::Translator*>> made_by_;
};

}  // namespace

void check_routes(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const std::vector<Crossing> all = crossings(draft);
  for (std::size_t i = 0; i < program.deployments.size(); ++i) {
    const model::Deployment& deployment = program.deployments[i];
    if (draft.deployment_doubts[i] || deployment.stores.empty()) continue;
    DeploymentRoutes(draft, deployment, reporter).run(all);
  }
}

void check_double_routes(const model::Draft& draft, Reporter& reporter) {
  Routes(draft, reporter).run();
}

}  // namespace flowc
