#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "model/program.h"

/// The topology as a picture sees it: what there is, and what leads to what. Pictures, text forms
/// and a dashboard draw the same graph; none of them reads the program.
namespace flowc::graph {

/// A file of the program and a place in it, lines and columns from 1.
struct Place {
  std::string file;  ///< relative to the main file's directory
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct Service {
  std::string id;  ///< `service:customer`
  std::string name;
  std::string documentation;
  Place place;
};

/// A bulkhead: its handlings share workers, retries and dead letters.
struct Channel {
  std::string id;  ///< `channel:analytics`
  std::string name;
  bool implicit = false;  ///< of one endpoint, which says no `via`
  std::string policy;     ///< in short: `8 at once, ordered by key`
  std::optional<std::uint32_t> service;
  std::string documentation;
  Place place;
};

enum class NodeKind {
  event,
  command,
  query,
  handler,
  step,
  orchestrator,
  saga,
  state,
  forward,
  translator,
  publisher
};

struct Node {
  std::string id;  ///< `event:marketplace.OrderPlaced`, `handler:analytics.record_order`
  NodeKind kind = NodeKind::handler;
  std::string label;                     ///< what people call it: `Analytics.record_order`
  std::vector<std::string> details;      ///< `every 5m`, `batch up to 500 within 50ms`
  std::string component;                 ///< full name of what it belongs to; empty for messages
  std::optional<std::uint32_t> service;  ///< index into Graph::services
  std::optional<std::uint32_t> channel;  ///< index into Graph::channels: where it queues
  bool is_public = false;                ///< a message that other services may see
  bool in_caller = false;                ///< runs in the caller's unit of work
  bool final = false;                    ///< of a state
  std::string documentation;
  Place place;
};

enum class EdgeKind {
  takes,       ///< message to who takes it
  sends,       ///< to a command
  publishes,   ///< to an event
  schedules,   ///< to a message, for later
  starts,      ///< to a saga, by its start event
  uses,        ///< to a publisher
  forwards,    ///< to a publisher, without C++
  translates,  ///< to the message it makes
  then,        ///< to the handler that takes the result
  slip,        ///< to the next step
  may,         ///< to a step that C++ may choose
  undo,        ///< to the step that undoes it
  transition   ///< from state to state, and from a saga to its first ones
};

struct Edge {
  std::uint32_t from = 0, to = 0;  ///< indexes into Graph::nodes
  EdgeKind kind = EdgeKind::takes;
  std::string label;     ///< `after 15m`, `unless input.urgent`; mostly empty
  std::string endpoint;  ///< of a `takes`: the id that travels
  std::string process;   ///< of slips and transitions: the full name of theirs
};

/// Everything sorted by id; edges by their ends, kind and label: a function of the program alone,
/// whatever the order of imports.
struct Graph {
  std::vector<Service> services;
  std::vector<Channel> channels;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

[[nodiscard]] const char* to_string(NodeKind kind);
[[nodiscard]] const char* to_string(EdgeKind kind);

/// The whole of a program. Superseded versions of messages are not drawn: nobody handles them.
[[nodiscard]] Graph graph_of(const model::Program& program, const SourceMap& sources);

}  // namespace flowc::graph
