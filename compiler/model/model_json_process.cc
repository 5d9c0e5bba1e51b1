#include "model/model_json_process.h"

#include "model/expression_text.h"
#include "model/names.h"

namespace flowc::model {
namespace {

using Json = nlohmann::ordered_json;

Json emissions_json(const Program& program, const std::vector<Emission>& emissions,
                    const ExpressionRoots& roots) {
  Json list = Json::array();
  for (const Emission& emission : emissions) {
    Json json;
    json[emission.sends ? "sends" : "publishes"] = full_name(program, emission.message);
    if (emission.filled) {
      Json fields = Json::object();
      for (const Assignment& one : emission.fields) {
        fields[program[emission.message].fields[one.field].name] =
            expression_text(program, one.value, roots);
      }
      json["fields"] = fields;
    }
    list.push_back(json);
  }
  return list;
}

const std::vector<Field>& fields_of(const Program& program, EndpointId endpoint) {
  return program[std::get<MessageId>(program[endpoint].takes.type)].fields;
}

Json transition_json(const Program& program, const Saga& saga, const Transition& transition) {
  ExpressionRoots roots;
  roots.key = &saga.key;
  roots.data = &saga.data;
  Json json;
  if (transition.endpoint) {
    roots.event = &fields_of(program, *transition.endpoint);
    json["on"] = program[*transition.endpoint].id;
    if (transition.correlation) json["by"] = (*roots.event)[*transition.correlation].name;
  } else {
    json["after_us"] = transition.after_us;
  }
  json["to"] = Json::array();
  for (const std::uint32_t target : transition.targets)
    json["to"].push_back(saga.states[target].name);
  json["emits"] = emissions_json(program, transition.emissions, roots);
  if (!transition.documentation.empty()) json["documentation"] = transition.documentation;
  return json;
}

}  // namespace

nlohmann::ordered_json orchestrator_json(const Program& program, const Orchestrator& orchestrator) {
  ExpressionRoots roots;
  roots.input = &fields_of(program, orchestrator.endpoint);
  Json json;
  json["component"] = program[orchestrator.component].name;
  json["endpoint"] = program[orchestrator.endpoint].id;
  json["chooses"] = orchestrator.chooses;
  json["steps"] = Json::array();
  for (const SlipItem& item : orchestrator.items) {
    Json one;
    one["step"] = program[item.step].id;
    if (item.condition)
      one[item.unless ? "unless" : "when"] = expression_text(program, *item.condition, roots);
    json["steps"].push_back(one);
  }
  if (orchestrator.deadline) {
    json["within"] = {{"us", orchestrator.deadline->within_us},
                      {"emits", emissions_json(program, orchestrator.deadline->emissions, roots)}};
  }
  return json;
}

void add_saga_json(nlohmann::ordered_json& json, const Program& program, const Saga& saga) {
  json["starts"] = Json::array();
  for (const Transition& one : saga.starts)
    json["starts"].push_back(transition_json(program, saga, one));
  json["states"] = Json::array();
  for (const State& state : saga.states) {
    Json one;
    one["name"] = state.name;
    if (!state.documentation.empty()) one["documentation"] = state.documentation;
    if (state.final) one["final"] = true;
    one["transitions"] = Json::array();
    for (const Transition& transition : state.transitions)
      one["transitions"].push_back(transition_json(program, saga, transition));
    json["states"].push_back(one);
  }
  if (saga.deadline) {
    ExpressionRoots roots;
    roots.key = &saga.key;
    roots.data = &saga.data;
    json["within"] = {{"us", saga.deadline->within_us},
                      {"to", saga.states[saga.deadline->target].name},
                      {"emits", emissions_json(program, saga.deadline->emissions, roots)}};
  }
  json["otherwise"] = saga.otherwise_fails ? "fail" : "ignore";
}

}  // namespace flowc::model
