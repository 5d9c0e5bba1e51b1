#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "commands/compile.h"
#include "graph/around.h"
#include "graph/render.h"
#include "support/golden.h"

namespace flowc {
namespace {

struct Drawn {
  SourceMap sources;
  graph::Graph graph;
};

void draw(const FileSystem& files, const std::string& main, Drawn& drawn) {
  Reporter reporter;
  const Compilation compilation = compile(files, main, drawn.sources, reporter);
  if (!compilation.program) {
    for (const Diagnostic& diagnostic : reporter.diagnostics()) MESSAGE(diagnostic.message);
  }
  REQUIRE(compilation.program);
  drawn.graph = graph::graph_of(*compilation.program, drawn.sources);
}

/// The program of tests/golden/language: every construct once.
void draw_language(Drawn& drawn) {
  MemoryFileSystem files;
  for (const std::string name :
       {"language.flow", "services/customer.flow", "services/provider.flow"}) {
    std::ifstream in(std::string(FLOW_SOURCE_DIR) + "/tests/golden/language/" + name);
    REQUIRE(in);
    files.add(name, {std::istreambuf_iterator<char>{in}, {}});
  }
  draw(files, "language.flow", drawn);
}

graph::Graph drawn_around(const graph::Graph& whole, const std::string& name) {
  const auto found = graph::meanings(whole, name);
  REQUIRE(found.size() == 1);
  return graph::around(whole, found.front());
}

/// What Graphviz and Mermaid would stumble over.
const char* const kAwkward = R"(module end.graph
event node { key id: uuid }
command subgraph { key id: uuid }
channel strict { concurrency 1 }
publisher edge { topic "end" }
forward node to edge
handlers digraph {
  end(subgraph) via strict publishes node
  class(node) via strict
}
service graph { digraph }
)";

}  // namespace

TEST_CASE("the whole language, in each form") {
  Drawn drawn;
  draw_language(drawn);
  check_golden("tests/graph/language.dot", graph::to_dot(drawn.graph));
  check_golden("tests/graph/language.mmd", graph::to_mermaid(drawn.graph));
  check_golden("tests/graph/language.json", graph::to_json(drawn.graph));
}

TEST_CASE("around a message, a saga, a slip, a channel") {
  Drawn drawn;
  draw_language(drawn);
  check_golden("tests/graph/order_placed.dot",
               graph::to_dot(drawn_around(drawn.graph, "OrderPlaced")));
  check_golden("tests/graph/lead_acceptance.mmd",
               graph::to_mermaid(drawn_around(drawn.graph, "LeadAcceptance")));
  check_golden("tests/graph/lead_distribution.dot",
               graph::to_dot(drawn_around(drawn.graph, "LeadDistribution")));
  check_golden("tests/graph/analytics.dot",
               graph::to_dot(drawn_around(drawn.graph, "channel:analytics")));
}

TEST_CASE("the JSON has each id once, and both ends of each edge") {
  Drawn drawn;
  draw_language(drawn);
  const auto json = nlohmann::json::parse(graph::to_json(drawn.graph));
  CHECK(json["version"] == 1);
  std::set<std::string> ids, groups;
  for (const char* list : {"services", "channels"}) {
    for (const auto& one : json[list]) CHECK(groups.insert(one["id"]).second);
  }
  for (const auto& node : json["nodes"]) {
    CHECK(ids.insert(node["id"]).second);
    for (const char* group : {"service", "channel"}) {
      if (node.contains(group)) CHECK(groups.contains(node[group]));
    }
    CHECK(node["place"]["line"] > 0);
  }
  for (const auto& edge : json["edges"]) {
    CHECK(ids.contains(edge["from"]));
    CHECK(ids.contains(edge["to"]));
  }
  CHECK(
      std::is_sorted(json["nodes"].begin(), json["nodes"].end(), [](const auto& a, const auto& b) {
        return a["id"].template get<std::string>() < b["id"].template get<std::string>();
      }));
}

TEST_CASE("names are found in full, in short, and by id") {
  Drawn drawn;
  draw_language(drawn);
  using Ids = std::vector<std::string>;
  const auto means = [&](const char* name) { return graph::meanings(drawn.graph, name); };
  CHECK(means("OrderPlaced") == Ids{"event:golden.language.customer.OrderPlaced"});
  CHECK(means("golden.language.customer.OrderPlaced") == means("OrderPlaced"));
  CHECK(means("event:golden.language.customer.OrderPlaced") == means("OrderPlaced"));
  CHECK(means("customer.receipt") == means("CustomerNotification.email_receipt"));
  CHECK(means("email_receipt") == means("customer.receipt"));
  CHECK(means("Lead") == Ids{"component:golden.language.provider.Lead"});
  CHECK(means("lead.start") == means("LeadDistribution"));
  CHECK(means("partner_x") == Ids{"publisher:partner_x"});
  CHECK(means("nobody").empty());
}

TEST_CASE("whatever the JSON names is found by that name") {
  Drawn drawn;
  draw_language(drawn);
  using Ids = std::vector<std::string>;
  const auto means = [&](const char* name) { return graph::meanings(drawn.graph, name); };
  const std::string saga = "golden.language.provider.LeadAcceptance";
  CHECK(means("widening") == Ids{"state:" + saga + ".widening"});
  CHECK(means("LeadAcceptance.widening") == means("widening"));
  CHECK(means("lead_acceptance") == Ids{"saga:" + saga});
  CHECK(means("channel:lead_acceptance") == means("lead_acceptance"));
  CHECK(means("rush_lead") == means("RushLead"));
  CHECK(means("translate LeadRequested") ==
        Ids{"component:golden.language.provider.translate LeadRequested"});
  const auto json = nlohmann::json::parse(graph::to_json(drawn.graph));
  for (const char* list : {"services", "channels", "nodes"}) {
    for (const auto& one : json[list]) {
      for (const char* member : {"id", "name", "label", "component"}) {
        if (!one.contains(member)) continue;
        CAPTURE(one[member].get<std::string>());
        CHECK(means(one[member].get<std::string>().c_str()).size() == 1);
      }
    }
  }
}

TEST_CASE("a slip has an edge for each way that its conditions leave") {
  MemoryFileSystem files;
  files.add("main.flow", R"(module m
command Start { key id: uuid  fast: bool }
record R { id: uuid }
steps S {
  first(Start) -> R
  check(R) -> R
  fast(R) -> R
  slow(R) -> R
  last(R) -> R
}
orchestrator O(Start) {
  first, check when input.fast == true, fast when input.fast, slow unless input.fast, last
}
service s { S  O }
)");
  Drawn drawn;
  draw(files, "main.flow", drawn);
  std::set<std::string> edges;
  for (const graph::Edge& edge : drawn.graph.edges) {
    if (edge.kind != graph::EdgeKind::slip) continue;
    edges.insert(drawn.graph.nodes[edge.from].label + " to " + drawn.graph.nodes[edge.to].label +
                 (edge.label.empty() ? "" : " " + edge.label));
  }
  CHECK(edges == std::set<std::string>{
                     "O to S.first",
                     "S.first to S.check when input.fast == true",
                     "S.first to S.fast when input.fast",
                     "S.check to S.fast when input.fast",
                     "S.first to S.slow unless input.fast",
                     "S.check to S.slow unless input.fast",
                     "S.fast to S.last",
                     "S.slow to S.last",
                 });
}

TEST_CASE("names that the forms have for themselves are escaped") {
  MemoryFileSystem files;
  files.add("main.flow", kAwkward);
  Drawn drawn;
  draw(files, "main.flow", drawn);
  REQUIRE(!drawn.graph.nodes.empty());
  drawn.graph.nodes[0].details = {"a\"b\\c<d>&#e`f[g]|h;", "n"};  // no source can say it today
  check_golden("tests/graph/awkward.dot", graph::to_dot(drawn.graph));
  check_golden("tests/graph/awkward.mmd", graph::to_mermaid(drawn.graph));
  const auto json = nlohmann::json::parse(graph::to_json(drawn.graph));
  CHECK(json["nodes"][0]["details"][0] == drawn.graph.nodes[0].details[0]);
}

}  // namespace flowc
