#include "checks/message_flow.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "checks/handling.h"
#include "checks/strong_components.h"

namespace flowc {
namespace {

using model::ComponentKind;
using model::EndpointId;

/// Of each transition of a saga's states, whether an instance can take it again and again: it stays
/// within a cycle of states.
std::vector<std::vector<bool>> repeatable(const model::Saga& saga) {
  std::vector<std::vector<std::uint32_t>> successors(saga.states.size());
  for (std::size_t i = 0; i < saga.states.size(); ++i) {
    for (const model::Transition& transition : saga.states[i].transitions) {
      successors[i].insert(successors[i].end(), transition.targets.begin(),
                           transition.targets.end());
    }
  }
  const StrongComponents components = strong_components(successors);
  std::vector<std::vector<bool>> again(saga.states.size());
  for (std::size_t i = 0; i < saga.states.size(); ++i) {
    for (const model::Transition& transition : saga.states[i].transitions) {
      again[i].push_back(std::any_of(
          transition.targets.begin(), transition.targets.end(),
          [&](std::uint32_t target) { return components.of[target] == components.of[i]; }));
    }
  }
  return again;
}

/// Collects what each endpoint causes.
class Builder {
 public:
  Builder(const model::Program& program, const std::vector<model::EndpointPlaces>& places)
      : program_(program), places_(places) {
    flow_.causes.resize(program.endpoints.size());
    flow_.handlers = handlers_by_message(program);
  }

  MessageFlow run() {
    for (auto& handlers : flow_.handlers) {
      std::erase_if(handlers, [this](EndpointId id) {
        return !places_.empty() && places_[index_of(id)].guessed;
      });
    }
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) endpoint(i);
    for (const model::Orchestrator& one : program_.orchestrators) orchestrator(one);
    for (const model::Saga& one : program_.sagas) saga(one);
    for (const model::Translator& one : program_.translators) translator(one);
    return std::move(flow_);
  }

 private:
  void emits(std::uint32_t from, model::MessageId message, Cause::How how, Span place) {
    if (known_.emplace(from, message, how).second)
      flow_.causes[from].push_back({how, message, 0, place});
  }

  void leads(std::uint32_t from, EndpointId to, Cause::How how, Span place) {
    flow_.causes[from].push_back({how, std::nullopt, index_of(to), place});
  }

  static Span place_of(const std::vector<Span>& places, std::size_t index, Span otherwise) {
    return index < places.size() ? places[index] : otherwise;
  }

  void endpoint(std::uint32_t index) {
    const model::Endpoint& endpoint = program_.endpoints[index];
    const ComponentKind kind = program_[endpoint.component].kind;
    static const model::EndpointPlaces kNone;
    const model::EndpointPlaces& places = places_.empty() ? kNone : places_[index];
    const auto all = [&](const std::vector<model::MessageId>& messages,
                         const std::vector<Span>& spans, Cause::How how) {
      for (std::size_t i = 0; i < messages.size(); ++i)
        emits(index, messages[i], how, place_of(spans, i, endpoint.span));
    };
    if (endpoint.then) leads(index, *endpoint.then, Cause::How::then, places.then);
    // What a saga and a slip emit, and when, their own declarations say.
    if (kind == ComponentKind::saga || kind == ComponentKind::orchestrator) return;
    all(endpoint.sends, places.sends, Cause::How::at_once);
    all(endpoint.publishes, places.publishes, Cause::How::at_once);
    all(endpoint.schedules, places.schedules, Cause::How::later);
    for (std::size_t i = 0; i < endpoint.starts.size(); ++i) {
      for (const model::Transition& start : program_[endpoint.starts[i]].starts) {
        if (start.endpoint)
          leads(index, *start.endpoint, Cause::How::at_once,
                place_of(places.starts, i, endpoint.span));
      }
    }
  }

  void orchestrator(const model::Orchestrator& orchestrator) {
    const std::uint32_t from = index_of(orchestrator.endpoint);
    // One that could not be understood has no endpoint of its own.
    if (program_[orchestrator.component].endpoints.empty()) return;
    for (const model::SlipItem& item : orchestrator.items)
      leads(from, item.step, Cause::How::slip, item.span);
  }

  void saga(const model::Saga& saga) {
    const auto again = repeatable(saga);
    const auto transition = [this](const model::Transition& one, Cause::How how) {
      if (!one.endpoint) return;  // a timer: it takes its time
      for (const model::Emission& emission : one.emissions)
        emits(index_of(*one.endpoint), emission.message, how, emission.span);
    };
    for (const model::Transition& start : saga.starts) transition(start, Cause::How::at_once);
    for (std::size_t i = 0; i < saga.states.size(); ++i) {
      for (std::size_t j = 0; j < saga.states[i].transitions.size(); ++j) {
        const bool bounded = saga.deadline.has_value() || !again[i][j];
        transition(saga.states[i].transitions[j],
                   bounded ? Cause::How::instance : Cause::How::at_once);
      }
    }
  }

  void translator(const model::Translator& translator) {
    for (const EndpointId id : program_[translator.component].endpoints)
      emits(index_of(id), translator.to, Cause::How::at_once, program_[id].span);
  }

  const model::Program& program_;
  const std::vector<model::EndpointPlaces>& places_;
  MessageFlow flow_;
  std::set<std::tuple<std::uint32_t, model::MessageId, Cause::How>> known_;
};

/// The successors of every node along the causes that `follows` accepts.
template <typename Follows>
std::vector<std::vector<std::uint32_t>> successors(const MessageFlow& flow, Follows follows) {
  std::vector<std::vector<std::uint32_t>> all(flow.causes.size() + flow.handlers.size());
  for (std::uint32_t i = 0; i < flow.causes.size(); ++i) {
    for (const Cause& cause : flow.causes[i]) {
      if (!follows(i, cause)) continue;
      all[i].push_back(cause.message ? flow.node(*cause.message) : cause.endpoint);
    }
  }
  for (std::uint32_t i = 0; i < flow.handlers.size(); ++i) {
    for (const EndpointId id : flow.handlers[i])
      all[flow.node(model::MessageId{i})].push_back(index_of(id));
  }
  return all;
}

/// The shortest way round from `start` to itself, within its component: breadth first.
Loop shortest_loop(const MessageFlow& flow, const StrongComponents& components,
                   const std::vector<std::vector<std::uint32_t>>& next, std::uint32_t start) {
  std::unordered_map<std::uint32_t, std::uint32_t> before;
  std::vector<std::uint32_t> queue{start};
  for (std::size_t head = 0; head < queue.size() && !before.contains(start); ++head) {
    for (const std::uint32_t to : next[queue[head]]) {
      if (components.of[to] == components.of[start] && before.emplace(to, queue[head]).second)
        queue.push_back(to);
    }
  }
  std::vector<std::uint32_t> way{start};  // from start, against the edges, to start
  for (std::uint32_t node = before[start]; node != start; node = before[node]) way.push_back(node);
  way.push_back(start);
  std::reverse(way.begin(), way.end());
  Loop loop;
  for (std::size_t i = 0; i + 1 < way.size(); ++i) {
    if (way[i] >= flow.causes.size()) continue;
    loop.endpoints.push_back(way[i]);
    for (const Cause& cause : flow.causes[way[i]]) {
      const std::uint32_t to = cause.message ? flow.node(*cause.message) : cause.endpoint;
      if (to != way[i + 1]) continue;
      loop.causes.push_back(cause);
      break;
    }
  }
  return loop;
}

bool has_hops(const model::Program& program, const Cause& cause) {
  return cause.message && program[*cause.message].hops;
}

}  // namespace

MessageFlow message_flow(const model::Program& program,
                         const std::vector<model::EndpointPlaces>& places) {
  return Builder(program, places).run();
}

std::vector<Loop> endless_loops(const model::Program& program, const MessageFlow& flow,
                                bool paced) {
  using How = Cause::How;
  const auto takes_time = [&](const Cause& cause) { return cause.how == How::later && !paced; };
  // First all ways, to see which sagas are begun anew by their own loop: an instance that ends
  // bounds nothing then.
  const StrongComponents whole =
      strong_components(successors(flow, [&](std::uint32_t, const Cause& cause) {
        return !takes_time(cause) && !has_hops(program, cause);
      }));
  std::vector<bool> begun(program.endpoints.size(), false);
  for (const model::Saga& saga : program.sagas) {
    std::set<std::uint32_t> knots;  // that begin an instance
    for (const model::Transition& start : saga.starts) {
      if (start.endpoint) knots.insert(whole.of[index_of(*start.endpoint)]);
    }
    for (const EndpointId id : program[saga.component].endpoints)
      begun[index_of(id)] = knots.contains(whole.of[index_of(id)]);
  }
  const auto bounded = [&](std::uint32_t endpoint, const Cause& cause) {
    return cause.how == How::instance && !begun[endpoint];
  };
  const auto next = successors(flow, [&](std::uint32_t endpoint, const Cause& cause) {
    return !takes_time(cause) && !has_hops(program, cause) && !bounded(endpoint, cause);
  });
  const StrongComponents components = strong_components(next);
  std::vector<Loop> loops;
  for (const auto& nodes : components.nodes) {
    if (nodes.size() == 1 && nodes.front() >= flow.causes.size()) continue;
    const auto goes_round = [&](std::uint32_t node) {
      if (node >= flow.causes.size()) return false;
      if (nodes.size() == 1 &&
          std::find(next[node].begin(), next[node].end(), node) == next[node].end())
        return false;
      if (!paced) return program.endpoints[node].dispatch == model::Dispatch::channel;
      return std::any_of(flow.causes[node].begin(), flow.causes[node].end(),
                         [&](const Cause& cause) {
                           return cause.how == How::later && cause.message &&
                                  components.of[flow.node(*cause.message)] == components.of[node];
                         });
    };
    const auto first = std::find_if(nodes.begin(), nodes.end(), goes_round);
    if (first != nodes.end()) loops.push_back(shortest_loop(flow, components, next, *first));
  }
  std::sort(loops.begin(), loops.end(),
            [](const Loop& a, const Loop& b) { return a.endpoints < b.endpoints; });
  return loops;
}

std::vector<FanOut> fan_out(const model::Program& program, const MessageFlow& flow) {
  const auto next = successors(flow, [](std::uint32_t, const Cause&) { return true; });
  const StrongComponents components = strong_components(next);
  const auto add = [](std::uint64_t& sum, std::uint64_t more) {
    sum = more > UINT64_MAX - sum ? UINT64_MAX : sum + more;
  };
  // A handling in the unit of work of another is no delivery.
  const auto weight = [&](std::uint32_t node) -> std::uint64_t {
    if (node >= flow.causes.size()) return 0;
    return program.endpoints[node].dispatch == model::Dispatch::channel ? 1 : 0;
  };
  // Components are numbered against the edges: what they lead to is known before them.
  std::vector<FanOut> of_component(components.nodes.size());
  for (std::uint32_t i = 0; i < components.nodes.size(); ++i) {
    FanOut& sum = of_component[i];
    for (const std::uint32_t node : components.nodes[i]) {
      for (const std::uint32_t to : next[node]) {
        add(sum.deliveries, weight(to));
        if (components.of[to] == i) {
          sum.loops = true;
          continue;
        }
        const FanOut& below = of_component[components.of[to]];
        add(sum.deliveries, below.deliveries);
        sum.loops = sum.loops || below.loops;
      }
    }
  }
  std::vector<FanOut> fans;
  for (std::uint32_t i = 0; i < flow.handlers.size(); ++i)
    fans.push_back(of_component[components.of[flow.node(model::MessageId{i})]]);
  return fans;
}

}  // namespace flowc
