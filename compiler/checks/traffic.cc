#include "checks/traffic.h"

#include <set>
#include <tuple>
#include <utility>

#include "checks/handling.h"
#include "model/homes.h"

namespace flowc {
namespace {

using model::ComponentId;
using model::MessageId;

class Collector {
 public:
  explicit Collector(const model::Draft& draft) : draft_(draft), program_(draft.program) {}

  std::vector<Emission> run() {
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) endpoint(i);
    for (const model::Orchestrator& orchestrator : program_.orchestrators) {
      if (orchestrator.deadline) all(orchestrator.component, orchestrator.deadline->emissions);
    }
    for (const model::Saga& saga : program_.sagas) {
      for (const model::Transition& start : saga.starts) all(saga.component, start.emissions);
      for (const model::State& state : saga.states) {
        for (const model::Transition& one : state.transitions) all(saga.component, one.emissions);
      }
      if (saga.deadline) all(saga.component, saga.deadline->emissions);
    }
    for (const model::Translator& translator : program_.translators) {
      const model::Component& component = program_[translator.component];
      if (!component.endpoints.empty()) add(translator.component, translator.to, component.span);
    }
    return std::move(found_);
  }

 private:
  void endpoint(std::uint32_t index) {
    const model::Endpoint& endpoint = program_.endpoints[index];
    const model::EndpointPlaces& places = draft_.endpoint_places[index];
    list(endpoint, endpoint.sends, places.sends);
    list(endpoint, endpoint.publishes, places.publishes);
    list(endpoint, endpoint.schedules, places.schedules);
    for (std::size_t i = 0; i < endpoint.starts.size(); ++i) {
      const Span place = i < places.starts.size() ? places.starts[i] : endpoint.span;
      for (const model::Transition& start : program_[endpoint.starts[i]].starts) {
        if (!start.endpoint) continue;
        const auto* message = std::get_if<MessageId>(&program_[*start.endpoint].takes.type);
        if (message != nullptr) add(endpoint.component, *message, place);
      }
    }
  }

  void list(const model::Endpoint& endpoint, const std::vector<MessageId>& messages,
            const std::vector<Span>& places) {
    for (std::size_t i = 0; i < messages.size(); ++i)
      add(endpoint.component, messages[i], i < places.size() ? places[i] : endpoint.span);
  }

  void all(ComponentId from, const std::vector<model::Emission>& emissions) {
    for (const model::Emission& emission : emissions) add(from, emission.message, emission.span);
  }

  void add(ComponentId from, MessageId message, Span place) {
    if (seen_.emplace(from, message).second) found_.push_back({from, message, place});
  }

  const model::Draft& draft_;
  const model::Program& program_;
  std::set<std::pair<ComponentId, MessageId>> seen_;
  std::vector<Emission> found_;
};

}  // namespace

std::vector<Emission> emissions(const model::Draft& draft) {
  return Collector(draft).run();
}

Takers takers(const model::Program& program) {
  const auto homes = model::component_services(program);
  const auto handlers = handlers_by_message(program);
  Takers found;
  for (std::uint32_t i = 0; i < handlers.size(); ++i) {
    for (const model::EndpointId id : handlers[i]) {
      const auto home = homes[static_cast<std::uint32_t>(program[id].component)];
      if (home) found[MessageId{i}].emplace(*home, id);
    }
  }
  return found;
}

bool is_later(Span a, Span b) {
  return std::tie(a.file.value, a.begin) > std::tie(b.file.value, b.begin);
}

}  // namespace flowc
