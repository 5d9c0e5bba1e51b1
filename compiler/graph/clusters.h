#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace flowc::graph {

/// How a picture nests: services hold channels and nodes, declared channels hold nodes; the rest
/// stands alone. An implicit channel is its one endpoint, and not drawn.
struct Clusters {
  struct Channel {
    std::uint32_t channel = 0;
    std::vector<std::uint32_t> nodes;
  };
  struct Service {
    std::vector<Channel> channels;
    std::vector<std::uint32_t> nodes;
  };
  std::vector<Service> services;  ///< as Graph::services
  Service outside;                ///< of no service
};

[[nodiscard]] Clusters clusters_of(const Graph& graph);

/// How an edge is drawn: bold is the way of a slip or a state, dashed what may happen or happens
/// later.
enum class Line { plain, bold, dashed };
[[nodiscard]] Line line_of(EdgeKind kind);

/// What is said of an edge: its label, or else its kind where the ends do not tell.
[[nodiscard]] std::string edge_text(const Edge& edge);

}  // namespace flowc::graph
