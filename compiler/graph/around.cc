#include "graph/around.h"

#include <algorithm>
#include <map>

namespace flowc::graph {
namespace {

bool is_message(const Node& node) {
  return node.kind <= NodeKind::query;
}

/// Whether it is one of those that a group, a `forward` or a `translate` declares together.
bool is_part(NodeKind kind) {
  return kind == NodeKind::handler || kind == NodeKind::step || kind == NodeKind::forward ||
         kind == NodeKind::translator;
}

std::string after_colon(const std::string& id) {
  return id.substr(id.find(':') + 1);
}

std::string after_last_dot(const std::string& name) {
  return name.substr(name.find_last_of('.') + 1);
}

/// The nodes that a subject's id names, by index.
std::vector<std::uint32_t> members(const Graph& graph, std::string_view id) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const bool in = node.id == id || (node.service && graph.services[*node.service].id == id) ||
                    (node.channel && graph.channels[*node.channel].id == id) ||
                    (!node.component.empty() && "component:" + node.component == id);
    if (in) found.push_back(i);
  }
  return found;
}

/// Adds what is one edge away, on from what is kept or back; from messages only `through` them.
void widen(const Graph& graph, std::vector<bool>& kept, bool on, bool through) {
  const std::vector<bool> seeds = kept;
  for (const Edge& edge : graph.edges) {
    const std::uint32_t seed = on ? edge.from : edge.to;
    if (!seeds[seed] || (!through && is_message(graph.nodes[seed]))) continue;
    kept[on ? edge.to : edge.from] = true;
  }
}

/// The nodes of `kept`, and the edges between them that `wanted` lets stand.
Graph part(const Graph& graph, const std::vector<bool>& kept, const auto& wanted) {
  Graph result;
  std::vector<bool> services(graph.services.size()), channels(graph.channels.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!kept[i]) continue;
    if (graph.nodes[i].service) services[*graph.nodes[i].service] = true;
    if (graph.nodes[i].channel) channels[*graph.nodes[i].channel] = true;
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (channels[i] && graph.channels[i].service) services[*graph.channels[i].service] = true;
  }
  const auto copy = [](const auto& from, const std::vector<bool>& some, auto& to) {
    std::vector<std::uint32_t> now(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      now[i] = static_cast<std::uint32_t>(to.size());
      if (some[i]) to.push_back(from[i]);
    }
    return now;
  };
  const auto service_now = copy(graph.services, services, result.services);
  const auto channel_now = copy(graph.channels, channels, result.channels);
  const auto node_now = copy(graph.nodes, kept, result.nodes);
  for (Channel& channel : result.channels) {
    if (channel.service) channel.service = service_now[*channel.service];
  }
  for (Node& node : result.nodes) {
    if (node.service) node.service = service_now[*node.service];
    if (node.channel) node.channel = channel_now[*node.channel];
  }
  for (const Edge& edge : graph.edges) {
    if (!kept[edge.from] || !kept[edge.to] || !wanted(edge)) continue;
    Edge moved = edge;
    moved.from = node_now[edge.from];
    moved.to = node_now[edge.to];
    result.edges.push_back(std::move(moved));
  }
  return result;
}

}  // namespace

std::vector<Subject> subjects(const Graph& graph) {
  std::map<std::string, Subject> found;
  const auto add = [&found](const std::string& id, std::vector<std::string> full,
                            std::string brief) {
    found.try_emplace(id, Subject{id, std::move(full), std::move(brief)});
  };
  for (const Service& service : graph.services) add(service.id, {service.name}, service.name);
  for (const Channel& channel : graph.channels) {
    if (!channel.implicit) add(channel.id, {channel.name}, channel.name);
  }
  for (const Node& node : graph.nodes) {
    const std::string full = after_colon(node.id);
    if (is_message(node) || node.kind == NodeKind::saga || node.kind == NodeKind::publisher)
      add(node.id, {full}, node.label);
    else if (node.kind == NodeKind::state)
      add(node.id, {full, after_last_dot(node.component) + "." + node.label}, node.label);
    else
      add(node.id, {full, node.label}, after_last_dot(node.label));
    if (node.kind == NodeKind::orchestrator) found.at(node.id).full.push_back(node.component);
    if (is_part(node.kind))
      add("component:" + node.component, {node.component}, after_last_dot(node.component));
    if (!node.channel || !graph.channels[*node.channel].implicit) continue;
    const Channel& own = graph.channels[*node.channel];
    found.at(node.id).full.insert(found.at(node.id).full.end(), {own.id, own.name});
  }
  // What travels to a saga has an id of its own.
  for (const Edge& edge : graph.edges) {
    const Node& to = graph.nodes[edge.to];
    if (to.kind == NodeKind::saga && !edge.endpoint.empty())
      found.at(to.id).full.push_back(edge.endpoint);
  }
  std::vector<Subject> all;
  for (auto& [id, subject] : found) all.push_back(std::move(subject));
  return all;
}

std::vector<std::string> meanings(const Graph& graph, std::string_view name) {
  std::vector<std::string> exact, brief;
  for (const Subject& subject : subjects(graph)) {
    if (subject.id == name) return {subject.id};
    if (std::find(subject.full.begin(), subject.full.end(), name) != subject.full.end())
      exact.push_back(subject.id);
    else if (subject.brief == name)
      brief.push_back(subject.id);
  }
  return exact.empty() ? brief : exact;
}

Graph around(const Graph& graph, std::string_view id) {
  std::vector<bool> kept(graph.nodes.size());
  std::vector<std::uint32_t> seeds = members(graph, id);
  std::string process;  // whose slip or states are drawn; of others nothing
  bool message = false;
  for (const std::uint32_t seed : seeds) {
    const Node& node = graph.nodes[seed];
    kept[seed] = true;
    message = message || is_message(node);
    const bool whole = node.kind == NodeKind::saga || node.kind == NodeKind::orchestrator;
    if (whole && seeds.size() == 1) process = node.component;
  }
  if (!process.empty()) {
    for (const Edge& edge : graph.edges) {
      if (edge.process == process) kept[edge.from] = kept[edge.to] = true;
    }
  }
  std::vector<bool> on = kept, back = kept;
  for (int hops = message ? 2 : 1; hops > 0; --hops) {
    widen(graph, on, true, message);
    widen(graph, back, false, message);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = on[i] || back[i];
  return part(graph, kept, [&process](const Edge& edge) {
    return process.empty() || edge.process.empty() || edge.process == process;
  });
}

}  // namespace flowc::graph
