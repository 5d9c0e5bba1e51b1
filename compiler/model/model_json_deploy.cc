#include "model/model_json_deploy.h"

#include "model/homes.h"
#include "model/names.h"
#include "model/options_json.h"

namespace flowc::model {
namespace {

using Json = nlohmann::ordered_json;

Json store_json(const Store& store) {
  Json json;
  json["name"] = store.name;
  json["kind"] = to_string(store.kind);
  if (store.kind == StoreKind::sqlite) json["path"] = setting_json(store.path);
  if (!store.options.empty()) json["options"] = options_json(store.options);
  return json;
}

Json placement_json(const Program& program, const Deployment& deployment,
                    const ServicePlacement& placement) {
  Json json;
  json["service"] = program[placement.service].name;
  if (placement.listens) json["listens"] = place_name(deployment, *placement.listens);
  if (placement.store)
    json["channels_on"] = place_name(deployment, {PlaceRef::Kind::store, *placement.store});
  json["channels"] = Json::array();
  for (const ChannelPlacement& placed : placement.channels) {
    Json one{{"channel", program[placed.channel].name},
             {"place", place_name(deployment, placed.place)}};
    if (placed.partitions) one["partitions"] = *placed.partitions;
    json["channels"].push_back(std::move(one));
  }
  return json;
}

const char* step_kind(ScenarioStep::Kind kind) {
  switch (kind) {
    case ScenarioStep::Kind::given:
      return "given";
    case ScenarioStep::Kind::advance:
      return "advance";
    case ScenarioStep::Kind::expect:
      return "expect";
    case ScenarioStep::Kind::expect_no:
      return "expect_no";
  }
  return "";
}

}  // namespace

void add_deployment_json(Json& json, const Program& program, const Deployment& deployment) {
  json["implicit"] = deployment.implicit;
  json["stores"] = Json::array();
  for (const Store& store : deployment.stores) json["stores"].push_back(store_json(store));
  json["brokers"] = Json::array();
  for (const Broker& broker : deployment.brokers) {
    json["brokers"].push_back({{"name", broker.name},
                               {"kind", to_string(broker.kind)},
                               {"options", options_json(broker.options)}});
  }
  json["services"] = Json::array();
  for (const ServicePlacement& placement : deployment.services)
    json["services"].push_back(placement_json(program, deployment, placement));
  json["publishers"] = Json::array();
  for (const PublisherPlacement& placement : deployment.publishers) {
    json["publishers"].push_back({{"publisher", program[placement.publisher].name},
                                  {"kind", to_string(placement.kind)},
                                  {"options", options_json(placement.options)}});
  }
  json["channel_places"] = Json::object();
  for (std::size_t i = 0; i < program.channels.size(); ++i)
    json["channel_places"][program.channels[i].name] =
        place_name(deployment, deployment.channel_places[i]);
  json["service_stores"] = Json::object();
  for (std::size_t i = 0; i < program.services.size(); ++i)
    json["service_stores"][program.services[i].name] =
        place_name(deployment, {PlaceRef::Kind::store, deployment.service_stores[i]});
}

void add_scenario_json(Json& json, const Program& program, const Scenario& scenario) {
  json["steps"] = Json::array();
  for (const ScenarioStep& step : scenario.steps) {
    Json one;
    one["kind"] = step_kind(step.kind);
    if (step.kind == ScenarioStep::Kind::advance) {
      one["advance_us"] = step.advance_us;
    } else {
      one["message"] = full_name(program, step.message);
      if (step.fields) one["fields"] = Json::parse(*step.fields);
    }
    json["steps"].push_back(std::move(one));
  }
}

}  // namespace flowc::model
