#include <fmt/format.h>

#include "graph/clusters.h"
#include "graph/render.h"

namespace flowc::graph {
namespace {

/// As a DOT string: a backslash and a quote are escaped; everything else stands for itself.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Lines of a label, of which each is escaped.
std::string label(const std::string& first, const std::vector<std::string>& more) {
  std::string text = quoted(first);
  text.pop_back();
  for (const std::string& line : more) {
    const std::string next = quoted(line);
    text += "\\n" + next.substr(1, next.size() - 2);
  }
  return text + "\"";
}

/// Filled with colours that keep their dark text readable on a light and on a dark page.
const char* look(const Node& node) {
  switch (node.kind) {
    case NodeKind::event:
      return R"(shape=box, style="rounded,filled", fillcolor="#ffd479")";
    case NodeKind::command:
      return R"(shape=cds, style=filled, fillcolor="#9ecbff")";
    case NodeKind::query:
      return R"(shape=hexagon, style=filled, fillcolor="#c5e1a5")";
    case NodeKind::handler:
    case NodeKind::step:
      return node.in_caller ? R"(shape=box, style="filled,dashed", fillcolor="#f5f5f5")"
                            : R"(shape=box, style=filled, fillcolor="#f5f5f5")";
    case NodeKind::orchestrator:
    case NodeKind::saga:
      return R"(shape=box, style="filled,bold", fillcolor="#d7c4f2")";
    case NodeKind::state:
      return node.final ? R"(shape=ellipse, style=filled, fillcolor="#e8dff5", peripheries=2)"
                        : R"(shape=ellipse, style=filled, fillcolor="#e8dff5")";
    case NodeKind::forward:
    case NodeKind::translator:
      return R"(shape=box, style="filled,dotted", fillcolor="#f5f5f5")";
    case NodeKind::publisher:
      return R"(shape=cylinder, style=filled, fillcolor="#ffab91")";
  }
  return "";
}

const char* look(EdgeKind kind) {
  switch (line_of(kind)) {
    case Line::bold:
      return "style=bold";
    case Line::dashed:
      return "style=dashed";
    case Line::plain:
      return "";
  }
  return "";
}

void add_nodes(const Graph& graph, const std::vector<std::uint32_t>& nodes, std::size_t depth,
               std::string& out) {
  for (const std::uint32_t i : nodes) {
    const Node& node = graph.nodes[i];
    out += fmt::format("{:{}}{} [label={}, {}]\n", "", depth * 2, quoted(node.id),
                       label(node.label, node.details), look(node));
  }
}

void open(const std::string& id, const std::string& text, const char* style, std::size_t depth,
          std::string& out) {
  out += fmt::format("{0:{1}}subgraph {2} {{\n{0:{1}}  label={3}\n{0:{1}}  {4}\n", "", depth * 2,
                     quoted("cluster " + id), text, style);
}

void close(std::size_t depth, std::string& out) {
  out += fmt::format("{:{}}}}\n", "", depth * 2);
}

void add_service(const Graph& graph, const Clusters::Service& service, std::size_t depth,
                 std::string& out) {
  add_nodes(graph, service.nodes, depth, out);
  for (const Clusters::Channel& one : service.channels) {
    const Channel& channel = graph.channels[one.channel];
    open(channel.id, label("channel " + channel.name, {channel.policy}), "style=dashed", depth,
         out);
    add_nodes(graph, one.nodes, depth + 1, out);
    close(depth, out);
  }
}

}  // namespace

std::string to_dot(const Graph& graph) {
  std::string out =
      "digraph {\n"
      "  rankdir=LR\n"
      "  bgcolor=transparent\n"
      "  graph [fontname=\"Helvetica\", fontcolor=\"#808080\", color=\"#808080\"]\n"
      "  node [fontname=\"Helvetica\", color=\"#606060\"]\n"
      "  edge [fontname=\"Helvetica\", fontsize=11, color=\"#808080\", fontcolor=\"#808080\"]\n";
  const Clusters clusters = clusters_of(graph);
  for (std::size_t i = 0; i < clusters.services.size(); ++i) {
    const Service& service = graph.services[i];
    open(service.id, quoted("service " + service.name), "style=rounded", 1, out);
    add_service(graph, clusters.services[i], 2, out);
    close(1, out);
  }
  add_service(graph, clusters.outside, 1, out);
  for (const Edge& edge : graph.edges) {
    std::string more = look(edge.kind);
    const std::string text = edge_text(edge);
    if (!text.empty()) more += (more.empty() ? "" : ", ") + ("label=" + quoted(text));
    out += fmt::format("  {} -> {}{}\n", quoted(graph.nodes[edge.from].id),
                       quoted(graph.nodes[edge.to].id), more.empty() ? "" : " [" + more + "]");
  }
  return out + "}\n";
}

}  // namespace flowc::graph
