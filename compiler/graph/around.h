#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace flowc::graph {

/// What a name can mean in a graph.
struct Subject {
  std::string id;                 ///< `event:marketplace.OrderPlaced`: always understood
  std::vector<std::string> full;  ///< names that nothing else should have
  std::string brief;              ///< `OrderPlaced`: where it is the only one
};

/// Every message, endpoint, component, channel, service, publisher, process and state of the graph,
/// by id. A channel of one endpoint has none of its own: it is a name of what queues there.
[[nodiscard]] std::vector<Subject> subjects(const Graph& graph);

/// The ids of the subjects that `name` may mean: by id or full name, else by its brief name.
[[nodiscard]] std::vector<std::string> meanings(const Graph& graph, std::string_view name);

/// The part of the graph around a subject: a message with who emits and who takes it, and what
/// those take and emit; anything else with the messages it takes and emits. Of a slip or a saga the
/// whole process.
[[nodiscard]] Graph around(const Graph& graph, std::string_view id);

}  // namespace flowc::graph
