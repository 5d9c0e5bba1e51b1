#pragma once

#include <string>

#include "graph/graph.h"

/// The forms of a graph. Equal graphs give equal bytes.
namespace flowc::graph {

/// For Graphviz: `dot -Tsvg`. Services and channels are clusters.
[[nodiscard]] std::string to_dot(const Graph& graph);

/// A Mermaid flowchart, as GitHub and GitLab draw in Markdown.
[[nodiscard]] std::string to_mermaid(const Graph& graph);

/// For programs: graph/README.md says what is in it.
[[nodiscard]] std::string to_json(const Graph& graph);

}  // namespace flowc::graph
