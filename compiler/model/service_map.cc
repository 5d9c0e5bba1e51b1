#include "model/service_map.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "model/homes.h"
#include "model/names.h"
#include "model/options_json.h"

namespace flowc::model {
namespace {

using Json = nlohmann::ordered_json;

class Map {
 public:
  Map(const Program& program, const Deployment& deployment)
      : program_(program), deployment_(deployment), publisher_homes_(publisher_services(program)) {}

  [[nodiscard]] Json write() const {
    Json json;
    json["format"] = 1;
    json["deployment"] = deployment_.name;
    json["stores"] = Json::array();
    for (std::uint32_t i = 0; i < deployment_.stores.size(); ++i) {
      json["stores"].push_back({{"name", place_name(deployment_, {PlaceRef::Kind::store, i})},
                                {"kind", to_string(deployment_.stores[i].kind)}});
    }
    json["brokers"] = Json::array();
    for (const Broker& broker : deployment_.brokers) {
      json["brokers"].push_back({{"name", broker.name},
                                 {"kind", to_string(broker.kind)},
                                 {"options", options_json(broker.options)}});
    }
    std::vector<std::uint32_t> order(program_.services.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return program_.services[a].name < program_.services[b].name;
    });
    json["services"] = Json::array();
    for (const std::uint32_t i : order) json["services"].push_back(service(ServiceId{i}));
    return json;
  }

 private:
  [[nodiscard]] Json service(ServiceId id) const {
    Json json;
    json["name"] = program_[id].name;
    const std::uint32_t store = deployment_.service_stores[static_cast<std::uint32_t>(id)];
    json["store"] = place_name(deployment_, {PlaceRef::Kind::store, store});
    const ServicePlacement* placement = find_placement(deployment_, id);
    if (placement != nullptr && placement->listens)
      json["listens"] = place_name(deployment_, *placement->listens);
    json["handles"] = taken(id, MessageKind::command);
    json["subscribes"] = taken(id, MessageKind::event);
    json["emits"] = emitted(id);
    if (Json publishers = publishers_of(id); !publishers.empty())
      json["publishers"] = std::move(publishers);
    return json;
  }

  /// Whose buffer and breaker it has.
  [[nodiscard]] Json publishers_of(ServiceId id) const {
    std::set<std::string> names;
    for (std::size_t i = 0; i < program_.publishers.size(); ++i)
      if (publisher_homes_[i] == id) names.insert(program_.publishers[i].name);
    return Json(names);
  }

  /// What other services may send here: steps take from their slips, queries are asked in the call.
  [[nodiscard]] Json taken(ServiceId id, MessageKind kind) const {
    Json list = Json::array();
    for (const ComponentId component : program_[id].components) {
      if (program_[component].kind == ComponentKind::steps) continue;
      for (const EndpointId one : program_[component].endpoints) {
        const Endpoint& endpoint = program_[one];
        const auto* message = std::get_if<MessageId>(&endpoint.takes.type);
        if (message == nullptr || program_[*message].kind != kind) continue;
        Json json;
        json["message"] = program_[*message].wire_name;
        json["endpoint"] = endpoint.id;
        if (!endpoint.old_ids.empty()) json["was"] = endpoint.old_ids;
        if (endpoint.channel) {
          const auto channel = static_cast<std::uint32_t>(*endpoint.channel);
          json["channel"] = program_.channels[channel].name;
          json["place"] = place_name(deployment_, deployment_.channel_places[channel]);
        }
        list.push_back(std::move(json));
      }
    }
    return list;
  }

  [[nodiscard]] Json emitted(ServiceId id) const {
    std::set<std::string> names;
    const auto add = [this, &names](MessageId message) {
      names.insert(program_[message].wire_name);
    };
    const auto all = [&add](const std::vector<Emission>& emissions) {
      for (const Emission& emission : emissions) add(emission.message);
    };
    for (const ComponentId component : program_[id].components) {
      for (const EndpointId one : program_[component].endpoints) {
        const Endpoint& endpoint = program_[one];
        for (const auto* list : {&endpoint.sends, &endpoint.publishes, &endpoint.schedules}) {
          for (const MessageId message : *list) add(message);
        }
      }
      const std::uint32_t detail = program_[component].detail;
      switch (program_[component].kind) {
        case ComponentKind::orchestrator:
          if (program_.orchestrators[detail].deadline)
            all(program_.orchestrators[detail].deadline->emissions);
          break;
        case ComponentKind::saga: {
          const Saga& saga = program_.sagas[detail];
          for (const Transition& start : saga.starts) all(start.emissions);
          for (const State& state : saga.states) {
            for (const Transition& transition : state.transitions) all(transition.emissions);
          }
          if (saga.deadline) all(saga.deadline->emissions);
          break;
        }
        case ComponentKind::translator:
          add(program_.translators[detail].to);
          break;
        case ComponentKind::handlers:
        case ComponentKind::steps:
        case ComponentKind::forward:
          break;
      }
    }
    return Json(names);
  }

  const Program& program_;
  const Deployment& deployment_;
  std::vector<std::optional<ServiceId>> publisher_homes_;
};

}  // namespace

std::string service_map_json(const Program& program, const Deployment& deployment) {
  return Map(program, deployment).write().dump(2) + "\n";
}

}  // namespace flowc::model
