#include "graph/clusters.h"

namespace flowc::graph {

Clusters clusters_of(const Graph& graph) {
  Clusters clusters;
  clusters.services.resize(graph.services.size());
  const auto home = [&clusters](const std::optional<std::uint32_t>& service) -> auto& {
    return service ? clusters.services[*service] : clusters.outside;
  };
  std::vector<std::vector<std::uint32_t>> queued(graph.channels.size());
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (node.channel && !graph.channels[*node.channel].implicit)
      queued[*node.channel].push_back(i);
    else
      home(node.service).nodes.push_back(i);
  }
  for (std::uint32_t i = 0; i < graph.channels.size(); ++i) {
    if (queued[i].empty()) continue;
    home(graph.channels[i].service).channels.push_back({i, std::move(queued[i])});
  }
  return clusters;
}

std::string edge_text(const Edge& edge) {
  if (!edge.label.empty()) return edge.label;
  switch (edge.kind) {
    case EdgeKind::schedules:
      return "later";
    case EdgeKind::starts:
    case EdgeKind::then:
    case EdgeKind::undo:
    case EdgeKind::may:
      return to_string(edge.kind);
    case EdgeKind::takes:
    case EdgeKind::sends:
    case EdgeKind::publishes:
    case EdgeKind::uses:
    case EdgeKind::forwards:
    case EdgeKind::translates:
    case EdgeKind::slip:
    case EdgeKind::transition:
      return {};
  }
  return {};
}

Line line_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::slip:
    case EdgeKind::transition:
      return Line::bold;
    case EdgeKind::may:
    case EdgeKind::undo:
    case EdgeKind::schedules:
      return Line::dashed;
    case EdgeKind::takes:
    case EdgeKind::sends:
    case EdgeKind::publishes:
    case EdgeKind::starts:
    case EdgeKind::uses:
    case EdgeKind::forwards:
    case EdgeKind::translates:
    case EdgeKind::then:
      return Line::plain;
  }
  return Line::plain;
}

}  // namespace flowc::graph
