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
/// - else through the store that A and B share;
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
        if (origin == message) continue;
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
    if (draft.deployment_doubts[i] || deployment.stores.size() < 2) continue;
    std::set<ServiceId> reported;
    for (const Crossing& crossing : all) {
      const std::vector<std::uint32_t>& stores = deployment.service_stores;
      const model::ServicePlacement* to = model::find_placement(deployment, crossing.to);
      if (to == nullptr || to->listens) continue;
      if (stores[index_of(crossing.from)] == stores[index_of(crossing.to)]) continue;
      if (!reported.insert(crossing.to).second) continue;
      auto diagnostic =
          reporter.error(kNoRoute, to->span, program[crossing.message].name,
                         program[crossing.to].name, program[crossing.from].name, deployment.name);
      diagnostic.here("listens nowhere, and its store is not that of `" +
                      program[crossing.from].name + "`");
      diagnostic.label(taken_at(draft, crossing.endpoint), "takes it");
      diagnostic.help(deployment.brokers.empty()
                          ? std::string("give both services one store, or add a broker and "
                                        "`listens` on it")
                          : "let it listen: `listens " + deployment.brokers.front().name + "`");
    }
  }
}

void check_double_routes(const model::Draft& draft, Reporter& reporter) {
  Routes(draft, reporter).run();
}

}  // namespace flowc
