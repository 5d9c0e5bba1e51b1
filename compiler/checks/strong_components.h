#pragma once

#include <cstdint>
#include <vector>

namespace flowc {

/// The strongly connected components of a graph: nodes that reach each other.
struct StrongComponents {
  /// The component of each node. Numbers go up against the edges: an edge that leaves a component
  /// leads to one with a smaller number.
  std::vector<std::uint32_t> of;
  /// The nodes of each component, in ascending order.
  std::vector<std::vector<std::uint32_t>> nodes;
};

/// In time and memory linear in nodes and edges, without recursion.
[[nodiscard]] StrongComponents strong_components(
    const std::vector<std::vector<std::uint32_t>>& successors);

}  // namespace flowc
