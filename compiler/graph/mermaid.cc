#include <fmt/format.h>

#include "graph/clusters.h"
#include "graph/render.h"

namespace flowc::graph {
namespace {

/// In quotes; what Mermaid or HTML would take for its own is an entity, as Mermaid writes them.
std::string in_label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "#quot;";
        break;
      case '#':
        out += "#35;";
        break;
      case '&':
        out += "#amp;";
        break;
      case '<':
        out += "#lt;";
        break;
      case '>':
        out += "#gt;";
        break;
      case '`':
        out += "#96;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct Shape {
  const char* open;
  const char* close;
};

Shape shape(const Node& node) {
  switch (node.kind) {
    case NodeKind::event:
      return {"([", "])"};
    case NodeKind::command:
      return {">", "]"};
    case NodeKind::query:
      return {"{{", "}}"};
    case NodeKind::handler:
    case NodeKind::step:
    case NodeKind::forward:
    case NodeKind::translator:
      return {"[", "]"};
    case NodeKind::orchestrator:
    case NodeKind::saga:
      return {"[[", "]]"};
    case NodeKind::state:
      return node.final ? Shape{"(((", ")))"} : Shape{"(", ")"};
    case NodeKind::publisher:
      return {"[(", ")]"};
  }
  return {"[", "]"};
}

void draw_nodes(const Graph& graph, const std::vector<std::uint32_t>& nodes, std::size_t depth,
                std::string& out) {
  for (const std::uint32_t i : nodes) {
    const Node& node = graph.nodes[i];
    std::string text = in_label(node.label);
    for (const std::string& detail : node.details) text += "<br/>" + in_label(detail);
    const Shape around = shape(node);
    out += fmt::format("{:{}}n{}{}\"{}\"{}:::{}\n", "", depth * 2, i, around.open, text,
                       around.close, to_string(node.kind));
  }
}

void draw_service(const Graph& graph, const Clusters::Service& service, std::size_t depth,
                  std::string& out) {
  draw_nodes(graph, service.nodes, depth, out);
  for (const Clusters::Channel& one : service.channels) {
    const Channel& channel = graph.channels[one.channel];
    out += fmt::format("{:{}}subgraph c{}[\"channel {}<br/>{}\"]\n", "", depth * 2, one.channel,
                       in_label(channel.name), in_label(channel.policy));
    draw_nodes(graph, one.nodes, depth + 1, out);
    out += fmt::format("{:{}}end\n", "", depth * 2);
  }
}

const char* arrow(EdgeKind kind) {
  switch (line_of(kind)) {
    case Line::bold:
      return "==>";
    case Line::dashed:
      return "-.->";
    case Line::plain:
      return "-->";
  }
  return "-->";
}

}  // namespace

std::string to_mermaid(const Graph& graph) {
  std::string out = "flowchart LR\n";
  const Clusters clusters = clusters_of(graph);
  for (std::size_t i = 0; i < clusters.services.size(); ++i) {
    out += fmt::format("  subgraph s{}[\"service {}\"]\n", i, in_label(graph.services[i].name));
    draw_service(graph, clusters.services[i], 2, out);
    out += "  end\n";
  }
  draw_service(graph, clusters.outside, 1, out);
  for (const Edge& edge : graph.edges) {
    const std::string text = edge_text(edge);
    out += fmt::format("  n{} {}{} n{}\n", edge.from, arrow(edge.kind),
                       text.empty() ? "" : "|\"" + in_label(text) + "\"|", edge.to);
  }
  return out +
         "  classDef event fill:#ffd479,stroke:#606060,color:#202020\n"
         "  classDef command fill:#9ecbff,stroke:#606060,color:#202020\n"
         "  classDef query fill:#c5e1a5,stroke:#606060,color:#202020\n"
         "  classDef handler,step fill:#f5f5f5,stroke:#606060,color:#202020\n"
         "  classDef forward,translator fill:#f5f5f5,stroke:#606060,color:#202020\n"
         "  classDef orchestrator,saga fill:#d7c4f2,stroke:#606060,color:#202020\n"
         "  classDef state fill:#e8dff5,stroke:#606060,color:#202020\n"
         "  classDef publisher fill:#ffab91,stroke:#606060,color:#202020\n";
}

}  // namespace flowc::graph
