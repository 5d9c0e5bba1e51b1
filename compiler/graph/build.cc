#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "graph/graph.h"
#include "model/expression_text.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc::graph {
namespace {

using model::ComponentId;
using model::ComponentKind;
using model::duration_text;
using model::EndpointId;
using model::MessageId;
using model::Program;

std::string schedule_text(const model::Schedule& schedule) {
  if (schedule.cron.empty()) return "every " + duration_text(schedule.period_us);
  const std::string zone = schedule.zone == "UTC" ? "" : " in " + schedule.zone;
  return "every \"" + schedule.cron + "\"" + zone;
}

std::string policy_text(const model::Channel& channel) {
  std::string text = fmt::format("{} at once", channel.concurrency);
  if (channel.ordered_by_key) text += ", ordered by key";
  if (channel.rate_count)
    text += fmt::format(", {} per {}", *channel.rate_count, duration_text(channel.rate_period_us));
  if (channel.isolated) text += ", isolated";
  return text;
}

NodeKind message_kind(const model::Message& message) {
  switch (message.kind) {
    case model::MessageKind::event:
      return NodeKind::event;
    case model::MessageKind::command:
      return NodeKind::command;
    case model::MessageKind::query:
      return NodeKind::query;
  }
  return NodeKind::event;
}

/// Collects nodes and edges by number; sorting renumbers them at the end.
class Builder {
 public:
  Builder(const Program& program, const SourceMap& sources)
      : program_(program), sources_(sources), homes_(model::component_services(program)) {}

  Graph build() {
    groups();
    messages();
    publishers();
    components();
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) traffic(EndpointId{i});
    for (const model::Orchestrator& slip : program_.orchestrators) add_slip(slip);
    for (const model::Saga& saga : program_.sagas) add_saga(saga);
    for (const model::Translator& translator : program_.translators) {
      const EndpointId endpoint = program_[translator.component].endpoints.front();
      edge(endpoint_nodes_[at(endpoint)], message(translator.to), EdgeKind::translates);
    }
    sort();
    return std::move(graph_);
  }

 private:
  template <class Id>
  static std::size_t at(Id id) {
    return static_cast<std::size_t>(id);
  }

  Place place(Span span) const {
    const Position begin = sources_.begin(span);
    return {program_.modules[span.file.value].file, begin.line, begin.column};
  }

  std::string full(ComponentId id) const {
    return program_[program_[id].module].name + "." + program_[id].name;
  }

  std::uint32_t add(Node node) {
    graph_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(graph_.nodes.size() - 1);
  }

  void edge(std::uint32_t from, std::uint32_t to, EdgeKind kind, std::string label = {},
            std::string process = {}) {
    graph_.edges.push_back({from, to, kind, std::move(label), {}, std::move(process)});
  }

  std::uint32_t message(MessageId id) const { return message_nodes_[at(id)]; }

  void groups() {
    for (const model::Service& service : program_.services) {
      graph_.services.push_back(
          {"service:" + service.name, service.name, service.documentation, place(service.span)});
    }
    const auto services = model::channel_services(program_);
    for (std::size_t i = 0; i < program_.channels.size(); ++i) {
      const model::Channel& channel = program_.channels[i];
      Channel made{"channel:" + channel.name, channel.name, channel.implicit,
                   policy_text(channel),      {},           channel.documentation,
                   place(channel.span)};
      if (services[i]) made.service = static_cast<std::uint32_t>(*services[i]);
      graph_.channels.push_back(std::move(made));
    }
  }

  // A superseded version stands for the newest of its name.
  void messages() {
    std::map<std::string, std::uint32_t, std::less<>> newest;
    for (std::uint32_t i = 0; i < program_.messages.size(); ++i) {
      const model::Message& one = program_.messages[i];
      if (one.superseded) continue;
      Node node;
      node.kind = message_kind(one);
      const std::string name = model::full_name(program_, MessageId{i});
      node.id = std::string(to_string(node.kind)) + ":" + name;
      node.label = one.name;
      if (one.version > 1) node.details.push_back("v" + std::to_string(one.version));
      if (one.expires_us) node.details.push_back("expires after " + duration_text(*one.expires_us));
      node.is_public = one.is_public;
      node.documentation = one.documentation;
      node.place = place(one.span);
      newest[name] = add(std::move(node));
    }
    for (std::uint32_t i = 0; i < program_.messages.size(); ++i) {
      const auto found = newest.find(model::full_name(program_, MessageId{i}));
      message_nodes_.push_back(found == newest.end() ? 0 : found->second);
    }
  }

  void publishers() {
    const auto services = model::publisher_services(program_);
    for (const model::Publisher& publisher : program_.publishers) {
      Node node;
      node.kind = NodeKind::publisher;
      node.id = "publisher:" + publisher.name;
      node.label = publisher.name;
      node.details = {"topic " + publisher.topic};
      if (const auto& home = services[publisher_nodes_.size()])
        node.details.push_back("from service " + program_[*home].name);
      if (publisher.errors)
        node.details.push_back("errors to channel " + program_[*publisher.errors].name);
      node.documentation = publisher.documentation;
      node.place = place(publisher.span);
      publisher_nodes_.push_back(add(std::move(node)));
    }
  }

  Node node_of(ComponentId id) const {
    const model::Component& component = program_[id];
    Node node;
    node.component = full(id);
    if (homes_[at(id)]) node.service = static_cast<std::uint32_t>(*homes_[at(id)]);
    node.documentation = component.documentation;
    node.place = place(component.span);
    return node;
  }

  void components() {
    endpoint_nodes_.resize(program_.endpoints.size());
    for (std::uint32_t i = 0; i < program_.components.size(); ++i) {
      const ComponentId id{i};
      const model::Component& component = program_[id];
      if (component.kind == ComponentKind::saga) {
        Node node = node_of(id);
        node.kind = NodeKind::saga;
        node.id = "saga:" + node.component;
        node.label = component.name;
        node.channel = channel_of(component.endpoints.front());  // all of them have one
        const std::uint32_t made = add(std::move(node));
        for (const EndpointId endpoint : component.endpoints) endpoint_nodes_[at(endpoint)] = made;
        saga_nodes_[component.detail] = made;
        continue;
      }
      for (const EndpointId endpoint : component.endpoints)
        endpoint_nodes_[at(endpoint)] = add(endpoint_node(id, endpoint));
    }
  }

  static NodeKind endpoint_kind(ComponentKind kind) {
    switch (kind) {
      case ComponentKind::handlers:
        return NodeKind::handler;
      case ComponentKind::steps:
        return NodeKind::step;
      case ComponentKind::orchestrator:
        return NodeKind::orchestrator;
      case ComponentKind::saga:
        return NodeKind::saga;
      case ComponentKind::forward:
        return NodeKind::forward;
      case ComponentKind::translator:
        return NodeKind::translator;
    }
    return NodeKind::handler;
  }

  std::optional<std::uint32_t> channel_of(EndpointId id) const {
    const auto& channel = program_[id].channel;
    if (!channel) return std::nullopt;
    return static_cast<std::uint32_t>(*channel);
  }

  Node endpoint_node(ComponentId id, EndpointId endpoint) const {
    const model::Endpoint& one = program_[endpoint];
    Node node = node_of(id);
    node.kind = endpoint_kind(program_[id].kind);
    node.id = std::string(to_string(node.kind)) + ":" + one.id;
    const bool named = node.kind == NodeKind::handler || node.kind == NodeKind::step;
    node.label = named                                 ? model::handler_name(program_, endpoint)
                 : node.kind == NodeKind::orchestrator ? program_[id].name
                                                       : one.id;
    if (named) {
      node.documentation = one.documentation;
      node.place = place(one.span);
    }
    if (one.schedule) node.details.push_back(schedule_text(*one.schedule));
    if (one.batch) {
      std::string text = "batch up to " + std::to_string(one.batch->up_to);
      if (one.batch->within_us != 0) text += " within " + duration_text(one.batch->within_us);
      node.details.push_back(std::move(text));
    }
    if (one.on_failure != model::OnFailure::retry)
      node.details.push_back(std::string("on failure ") + model::to_string(one.on_failure));
    if (one.may_stop) node.details.emplace_back("or stop");
    node.channel = channel_of(endpoint);
    node.in_caller = one.dispatch != model::Dispatch::channel;
    return node;
  }

  /// What one endpoint takes and does; what a saga or a slip's deadline emits is theirs.
  void traffic(EndpointId id) {
    const model::Endpoint& one = program_[id];
    const ComponentKind kind = program_[one.component].kind;
    const std::uint32_t self = endpoint_nodes_[at(id)];
    const auto* taken = std::get_if<MessageId>(&one.takes.type);
    const bool chained = one.dispatch == model::Dispatch::chained;
    if (taken != nullptr && kind != ComponentKind::steps && !chained) {
      edge(message(*taken), self, EdgeKind::takes);
      graph_.edges.back().endpoint = one.id;
    }
    if (one.then) edge(self, endpoint_nodes_[at(*one.then)], EdgeKind::then);
    if (one.undo) edge(self, endpoint_nodes_[at(*one.undo)], EdgeKind::undo);
    for (const model::SagaId saga : one.starts)
      edge(self, saga_nodes_.at(static_cast<std::uint32_t>(saga)), EdgeKind::starts);
    const EdgeKind to_partner =
        kind == ComponentKind::forward ? EdgeKind::forwards : EdgeKind::uses;
    for (const model::PublisherId publisher : one.uses)
      edge(self, publisher_nodes_[at(publisher)], to_partner);
    for (const MessageId later : one.schedules) edge(self, message(later), EdgeKind::schedules);
    if (kind != ComponentKind::handlers && kind != ComponentKind::steps) return;
    for (const MessageId sent : one.sends) edge(self, message(sent), EdgeKind::sends);
    for (const MessageId event : one.publishes) edge(self, message(event), EdgeKind::publishes);
  }

  void emit(std::uint32_t from, const std::vector<model::Emission>& emissions,
            const std::string& label, const std::string& process) {
    for (const model::Emission& one : emissions) {
      edge(from, message(one.message), one.sends ? EdgeKind::sends : EdgeKind::publishes, label,
           process);
    }
  }

  void add_slip(const model::Orchestrator& slip) {
    const std::string process = full(slip.component);
    const std::uint32_t start = endpoint_nodes_[at(slip.endpoint)];
    model::ExpressionRoots roots;
    roots.input = &program_[std::get<MessageId>(program_[slip.endpoint].takes.type)].fields;
    struct Before {
      std::uint32_t node;
      std::string opposite;  // the condition under which it is skipped
    };
    std::vector<Before> before = {{start, {}}};  // what may be done last: conditions skip steps
    for (const model::SlipItem& item : slip.items) {
      const std::uint32_t step = endpoint_nodes_[at(item.step)];
      if (slip.chooses) {
        edge(start, step, EdgeKind::may, {}, process);
        continue;
      }
      std::string label, opposite;
      if (item.condition) {
        const std::string text = model::expression_text(program_, *item.condition, roots);
        label = (item.unless ? "unless " : "when ") + text;
        opposite = (item.unless ? "when " : "unless ") + text;
      }
      for (const Before& one : before) {
        if (label.empty() || one.opposite != label)
          edge(one.node, step, EdgeKind::slip, label, process);
      }
      const auto other = std::find_if(before.begin(), before.end(), [&label](const Before& one) {
        return !label.empty() && one.opposite == label;
      });
      // Of two that exclude each other one is done: nothing goes past both.
      if (other != before.end()) before.erase(before.begin(), other);
      if (!item.condition) before.clear();
      before.push_back({step, std::move(opposite)});
    }
    if (!slip.deadline) return;
    emit(start, slip.deadline->emissions,
         "within " + duration_text(slip.deadline->within_us) + " else", process);
  }

  std::string cause(const model::Transition& transition) const {
    if (!transition.endpoint) return "after " + duration_text(transition.after_us);
    return "on " + model::short_name(program_, program_[*transition.endpoint].takes);
  }

  void add_saga(const model::Saga& saga) {
    const std::string process = full(saga.component);
    const auto number = static_cast<std::uint32_t>(&saga - program_.sagas.data());
    const std::uint32_t self = saga_nodes_.at(number);
    std::vector<std::uint32_t> states;
    for (const model::State& state : saga.states) {
      Node node = node_of(saga.component);
      node.kind = NodeKind::state;
      node.id = "state:" + process + "." + state.name;
      node.label = state.name;
      node.final = state.final;
      node.documentation = state.documentation;
      node.place = place(state.span);
      states.push_back(add(std::move(node)));
    }
    const auto transit = [&](std::uint32_t from, const model::Transition& transition) {
      const std::string label = cause(transition);
      for (const std::uint32_t target : transition.targets)
        edge(from, states[target], EdgeKind::transition, label, process);
      emit(from, transition.emissions, label, process);
    };
    for (const model::Transition& start : saga.starts) transit(self, start);
    for (std::size_t i = 0; i < saga.states.size(); ++i) {
      for (const model::Transition& one : saga.states[i].transitions) transit(states[i], one);
    }
    if (!saga.deadline) return;
    const std::string label = "within " + duration_text(saga.deadline->within_us) + " else";
    edge(self, states[saga.deadline->target], EdgeKind::transition, label, process);
    emit(self, saga.deadline->emissions, label, process);
  }

  /// Sorts `items` by id, and gives the new index of each old one.
  template <class Item>
  static std::vector<std::uint32_t> sorted(std::vector<Item>& items) {
    std::vector<std::uint32_t> order(items.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&items](std::uint32_t a, std::uint32_t b) {
      return std::tie(items[a].id, a) < std::tie(items[b].id, b);
    });
    std::vector<std::uint32_t> now(items.size());
    std::vector<Item> moved;
    moved.reserve(items.size());
    for (const std::uint32_t old : order) {
      now[old] = static_cast<std::uint32_t>(moved.size());
      moved.push_back(std::move(items[old]));
    }
    items = std::move(moved);
    return now;
  }

  void sort() {
    const auto services = sorted(graph_.services);
    const auto channels = sorted(graph_.channels);
    const auto nodes = sorted(graph_.nodes);
    for (Channel& channel : graph_.channels) {
      if (channel.service) channel.service = services[*channel.service];
    }
    for (Node& node : graph_.nodes) {
      if (node.service) node.service = services[*node.service];
      if (node.channel) node.channel = channels[*node.channel];
    }
    for (Edge& one : graph_.edges) {
      one.from = nodes[one.from];
      one.to = nodes[one.to];
    }
    const auto key = [](const Edge& one) {
      return std::tie(one.from, one.to, one.kind, one.label, one.process, one.endpoint);
    };
    std::sort(graph_.edges.begin(), graph_.edges.end(),
              [&key](const Edge& a, const Edge& b) { return key(a) < key(b); });
    const auto same = [&key](const Edge& a, const Edge& b) { return key(a) == key(b); };
    graph_.edges.erase(std::unique(graph_.edges.begin(), graph_.edges.end(), same),
                       graph_.edges.end());
  }

  const Program& program_;
  const SourceMap& sources_;
  std::vector<std::optional<model::ServiceId>> homes_;
  Graph graph_;
  std::vector<std::uint32_t> message_nodes_, publisher_nodes_, endpoint_nodes_;
  std::map<std::uint32_t, std::uint32_t> saga_nodes_;  // by index of the saga
};

}  // namespace

const char* to_string(NodeKind kind) {
  static constexpr const char* names[] = {"event",   "command",      "query",    "handler",
                                          "step",    "orchestrator", "saga",     "state",
                                          "forward", "translator",   "publisher"};
  return names[static_cast<std::size_t>(kind)];
}

const char* to_string(EdgeKind kind) {
  static constexpr const char* names[] = {"takes", "sends",    "publishes",  "schedules", "starts",
                                          "uses",  "forwards", "translates", "then",      "slip",
                                          "may",   "undo",     "transition"};
  return names[static_cast<std::size_t>(kind)];
}

Graph graph_of(const Program& program, const SourceMap& sources) {
  return Builder(program, sources).build();
}

}  // namespace flowc::graph
