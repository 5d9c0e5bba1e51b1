#include <nlohmann/json.hpp>

#include "graph/render.h"

namespace flowc::graph {
namespace {

using Json = nlohmann::ordered_json;

/// The form's number: it changes when a reader of the old form would be wrong.
constexpr int kForm = 1;

Json place_json(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

void finish(Json& json, const std::string& documentation, const Place& place) {
  if (!documentation.empty()) json["documentation"] = documentation;
  json["place"] = place_json(place);
}

Json node_json(const Graph& graph, const Node& node) {
  Json json = {{"id", node.id}, {"kind", to_string(node.kind)}, {"label", node.label}};
  if (!node.details.empty()) json["details"] = node.details;
  if (!node.component.empty()) json["component"] = node.component;
  if (node.service) json["service"] = graph.services[*node.service].id;
  if (node.channel) json["channel"] = graph.channels[*node.channel].id;
  if (node.kind <= NodeKind::query) json["public"] = node.is_public;
  if (node.in_caller) json["in_caller"] = true;
  if (node.kind == NodeKind::state) json["final"] = node.final;
  finish(json, node.documentation, node.place);
  return json;
}

}  // namespace

std::string to_json(const Graph& graph) {
  Json json;
  json["version"] = kForm;
  json["services"] = Json::array();
  for (const Service& service : graph.services) {
    Json one = {{"id", service.id}, {"name", service.name}};
    finish(one, service.documentation, service.place);
    json["services"].push_back(std::move(one));
  }
  json["channels"] = Json::array();
  for (const Channel& channel : graph.channels) {
    Json one = {{"id", channel.id},
                {"name", channel.name},
                {"implicit", channel.implicit},
                {"policy", channel.policy}};
    if (channel.service) one["service"] = graph.services[*channel.service].id;
    finish(one, channel.documentation, channel.place);
    json["channels"].push_back(std::move(one));
  }
  json["nodes"] = Json::array();
  for (const Node& node : graph.nodes) json["nodes"].push_back(node_json(graph, node));
  json["edges"] = Json::array();
  for (const Edge& edge : graph.edges) {
    Json one = {{"from", graph.nodes[edge.from].id},
                {"to", graph.nodes[edge.to].id},
                {"kind", to_string(edge.kind)}};
    if (!edge.label.empty()) one["label"] = edge.label;
    if (!edge.endpoint.empty()) one["endpoint"] = edge.endpoint;
    if (!edge.process.empty()) one["process"] = edge.process;
    json["edges"].push_back(std::move(one));
  }
  return json.dump(2) + "\n";
}

}  // namespace flowc::graph
