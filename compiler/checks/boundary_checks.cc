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

/// What belongs to one service, and what may pass from one to another.
namespace flowc {
namespace {

using model::ServiceId;

/// Reports things of which each belongs to one service at its first use in another one.
template <typename Id, typename Report>
class OneService {
 public:
  explicit OneService(Report report) : report_(std::move(report)) {}
  void use(Id id, std::optional<ServiceId> service, Span place) {
    if (!service) return;
    const auto [first, added] = first_.emplace(id, std::pair(*service, place));
    if (added || first->second.first == *service || !reported_.insert(id).second) return;
    report_(id, first->second.first, first->second.second, *service, place);
  }

 private:
  Report report_;
  std::map<Id, std::pair<ServiceId, Span>> first_;
  std::set<Id> reported_;
};

Span place_or(const std::vector<Span>& places, std::size_t index, Span otherwise) {
  return index < places.size() ? places[index] : otherwise;
}

}  // namespace

void check_one_service(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto homes = model::component_services(program);
  const auto service = [&program](ServiceId id) { return "service `" + program[id].name + "`"; };
  const auto report_channel = [&](model::ChannelId id, ServiceId first, Span first_place,
                                  ServiceId second, Span place) {
    const model::Channel& channel = program[id];
    reporter.error(kChannelInTwoServices, place, channel.name)
        .here("by " + service(second))
        .label(first_place, "by " + service(first))
        .help(
            "its `concurrency`, `rate` and order hold in one service: declare a channel for each");
  };
  const auto report_publisher = [&](model::PublisherId id, ServiceId first, Span first_place,
                                    ServiceId second, Span place) {
    reporter.error(kPublisherInTwoServices, place, program[id].name)
        .here("by " + service(second))
        .label(first_place, "by " + service(first))
        .help(
            "one partner, one buffer: let one service send, and the other publish an event that "
            "the first one forwards");
  };
  OneService<model::ChannelId, decltype(report_channel)> channels(report_channel);
  OneService<model::PublisherId, decltype(report_publisher)> publishers(report_publisher);
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const model::EndpointPlaces& places = draft.endpoint_places[i];
    const auto home = homes[index_of(endpoint.component)];
    if (endpoint.channel && !program[*endpoint.channel].implicit)
      channels.use(*endpoint.channel, home, places.channel);
    // What is forwarded goes to where the publisher is at home.
    if (program[endpoint.component].kind == model::ComponentKind::forward) continue;
    for (std::size_t j = 0; j < endpoint.uses.size(); ++j)
      publishers.use(endpoint.uses[j], home, place_or(places.uses, j, endpoint.span));
  }
}

void check_steps_at_home(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto homes = model::component_services(program);
  for (const model::Orchestrator& orchestrator : program.orchestrators) {
    const auto home = homes[index_of(orchestrator.component)];
    if (!home) continue;
    std::set<ServiceId> reported;  // one group in the wrong service is one mistake
    for (const model::SlipItem& item : orchestrator.items) {
      const model::Endpoint& step = program[item.step];
      const auto other = homes[index_of(step.component)];
      // That one of another module is not public was reported.
      if (program[step.component].module != program[orchestrator.component].module) continue;
      if (!other || *other == *home || !reported.insert(*other).second) continue;
      reporter
          .error(kStepElsewhere, item.span, model::handler_name(program, item.step),
                 program[*other].name, program[*home].name)
          .label(step.span, "declared here")
          .help("a slip runs in one service: send a command to reach another one");
    }
  }
}

void check_words_of_services(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto homes = model::component_services(program);
  // What runs in its caller's unit of work is refused for that, and from another module a name that
  // is not public had its error already.
  std::map<model::MessageId, std::map<ServiceId, model::EndpointId>> taken_in;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    const model::Component& component = program[endpoint.component];
    const auto home = homes[index_of(endpoint.component)];
    if (message == nullptr || !home || component.kind == model::ComponentKind::steps ||
        endpoint.dispatch == model::Dispatch::caller ||
        component.module != program[*message].module)
      continue;
    taken_in[*message].emplace(*home, model::EndpointId{i});
  }
  std::set<model::MessageId> reported;
  for (const Emission& emission : emissions(draft)) {
    const model::Message& message = program[emission.message];
    const auto home = homes[index_of(emission.from)];
    const auto where = taken_in.find(emission.message);
    if (message.is_public || !home || program[emission.from].module != message.module ||
        where == taken_in.end() || reported.count(emission.message) != 0)
      continue;
    for (const auto& [other, id] : where->second) {
      if (other == *home || !reported.insert(emission.message).second) continue;
      const model::Endpoint& endpoint = program[id];
      const Span taken = draft.endpoint_places[flowc::index_of(id)].takes;
      const Span place = taken.begin == taken.end ? endpoint.span : taken;
      const bool later = is_later(emission.place, place);
      reporter
          .error(kNotPublicAcross, later ? emission.place : place, message.name,
                 program[*home].name, program[other].name)
          .here(std::string(later ? "leaves" : "taken in") + " service `" +
                program[later ? *home : other].name + "` here")
          .label(later ? place : emission.place, std::string(later ? "taken in" : "leaves") +
                                                     " service `" +
                                                     program[later ? other : *home].name + "` here")
          .label(message.span, "declared here")
          .help("declare it `public`: other services see no other messages");
    }
  }
}

}  // namespace flowc
