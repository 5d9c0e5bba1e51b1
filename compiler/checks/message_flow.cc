#include "checks/message_flow.h"

#include <algorithm>
#include <map>
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

/// The states that an instance may be in when its deadline is over.
std::vector<bool> outlives(const model::Saga& saga) {
  std::vector<bool> after(saga.states.size(), false);
  std::vector<std::uint32_t> open;
  if (saga.deadline) open.push_back(saga.deadline->target);
  while (!open.empty()) {
    const std::uint32_t state = open.back();
    open.pop_back();
    if (after[state]) continue;
    after[state] = true;
    for (const model::Transition& one : saga.states[state].transitions)
      open.insert(open.end(), one.targets.begin(), one.targets.end());
  }
  return after;
}

/// Collects what each endpoint and timer causes.
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
      flow_.causes[from].push_back({how, message, std::nullopt, place});
  }

  void leads(std::uint32_t from, std::uint32_t to, Cause::How how, Span place) {
    flow_.causes[from].push_back({how, std::nullopt, to, place});
  }

  std::uint32_t add_timer(model::ComponentId component, const char* word, std::int64_t time_us,
                          Span place) {
    flow_.timers.push_back({component, word, time_us, place});
    flow_.causes.emplace_back();
    return static_cast<std::uint32_t>(flow_.causes.size() - 1);
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
    if (endpoint.then) leads(index, index_of(*endpoint.then), Cause::How::then, places.then);
    // What a saga and a slip emit, and when, their own declarations say.
    if (kind == ComponentKind::saga || kind == ComponentKind::orchestrator) return;
    all(endpoint.sends, places.sends, Cause::How::at_once);
    all(endpoint.publishes, places.publishes, Cause::How::at_once);
    all(endpoint.schedules, places.schedules, Cause::How::later);
    for (std::size_t i = 0; i < endpoint.starts.size(); ++i) {
      for (const model::Transition& start : program_[endpoint.starts[i]].starts) {
        if (!start.endpoint) continue;
        const auto message = std::get<model::MessageId>(program_[*start.endpoint].takes.type);
        flow_.causes[index].push_back({Cause::How::at_once, message, index_of(*start.endpoint),
                                       place_of(places.starts, i, endpoint.span)});
      }
    }
  }

  void orchestrator(const model::Orchestrator& orchestrator) {
    const std::uint32_t from = index_of(orchestrator.endpoint);
    // One that could not be understood has no endpoint of its own.
    if (program_[orchestrator.component].endpoints.empty()) return;
    for (const model::SlipItem& item : orchestrator.items)
      leads(from, index_of(item.step), Cause::How::slip, item.span);
    if (!orchestrator.deadline) return;
    const model::SlipDeadline& deadline = *orchestrator.deadline;
    const std::uint32_t timer =
        add_timer(orchestrator.component, "within", deadline.within_us, deadline.span);
    leads(from, timer, Cause::How::later, deadline.span);
    emit(timer, deadline.emissions, Cause::How::at_once);
  }

  void emit(std::uint32_t from, const std::vector<model::Emission>& emissions, Cause::How how) {
    for (const model::Emission& emission : emissions)
      emits(from, emission.message, how, emission.span);
  }

  void saga(const model::Saga& saga) {
    const auto again = repeatable(saga);
    const std::vector<bool> after = outlives(saga);
    std::vector<std::vector<std::uint32_t>> causers(saga.states.size());  // of the transitions
    std::vector<std::vector<std::uint32_t>> timers(saga.states.size());
    for (std::size_t i = 0; i < saga.states.size(); ++i) {
      for (const model::Transition& one : saga.states[i].transitions) {
        causers[i].push_back(one.endpoint
                                 ? index_of(*one.endpoint)
                                 : add_timer(saga.component, "after", one.after_us, one.span));
        if (!one.endpoint) timers[i].push_back(causers[i].back());
      }
    }
    const auto transit = [&](std::uint32_t from, const std::vector<std::uint32_t>& targets,
                             const std::vector<model::Emission>& emissions, Cause::How how) {
      emit(from, emissions, how);
      for (const std::uint32_t target : targets) {
        for (const std::uint32_t timer : timers[target])
          leads(from, timer, Cause::How::later, flow_.timer(timer)->place);
      }
    };
    for (std::size_t i = 0; i < saga.states.size(); ++i) {
      for (std::size_t j = 0; j < causers[i].size(); ++j) {
        const model::Transition& one = saga.states[i].transitions[j];
        const bool ends = saga.deadline.has_value() && !after[i];
        const bool bounded = ends || !again[i][j];
        transit(causers[i][j], one.targets, one.emissions,
                bounded ? Cause::How::instance : Cause::How::at_once);
      }
    }
    std::optional<std::uint32_t> deadline;
    if (saga.deadline) {
      deadline = add_timer(saga.component, "within", saga.deadline->within_us, saga.deadline->span);
      transit(*deadline, {saga.deadline->target}, saga.deadline->emissions, Cause::How::instance);
    }
    for (const model::Transition& start : saga.starts) {
      if (!start.endpoint) continue;
      transit(index_of(*start.endpoint), start.targets, start.emissions, Cause::How::at_once);
      if (deadline)
        leads(index_of(*start.endpoint), *deadline, Cause::How::later, saga.deadline->span);
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
      all[i].push_back(flow.node(cause));
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
    loop.causers.push_back(way[i]);
    for (const Cause& cause : flow.causes[way[i]]) {
      if (flow.node(cause) != way[i + 1]) continue;
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
  std::map<model::ComponentId, std::set<std::uint32_t>> knots;  // that begin an instance
  for (const model::Saga& saga : program.sagas) {
    for (const model::Transition& start : saga.starts) {
      if (start.endpoint) knots[saga.component].insert(whole.of[index_of(*start.endpoint)]);
    }
  }
  const auto begun = [&](std::uint32_t causer) {
    const Timer* timer = flow.timer(causer);
    const auto found = knots.find(timer ? timer->component : program.endpoints[causer].component);
    return found != knots.end() && found->second.contains(whole.of[causer]);
  };
  const auto goes_on = [&](std::uint32_t causer, const Cause& cause) {
    return !takes_time(cause) && !has_hops(program, cause) &&
           (cause.how != How::instance || begun(causer));
  };
  const auto next = successors(flow, goes_on);
  const StrongComponents components = strong_components(next);
  const auto is_timer = [&](std::uint32_t node) {
    return node < flow.causes.size() && flow.timer(node) != nullptr;
  };
  std::vector<Loop> loops;
  for (const auto& nodes : components.nodes) {
    if (nodes.size() == 1 && nodes.front() >= flow.causes.size()) continue;
    // Timers that set each other and emit nothing send no messages round.
    const bool silent = std::all_of(nodes.begin(), nodes.end(), [&](std::uint32_t node) {
      return is_timer(node) && std::all_of(next[node].begin(), next[node].end(), is_timer);
    });
    if (silent) continue;
    const auto goes_round = [&](std::uint32_t node) {
      if (node >= flow.causes.size()) return false;
      if (nodes.size() == 1 &&
          std::find(next[node].begin(), next[node].end(), node) == next[node].end())
        return false;
      if (!paced) return program.endpoints[node].dispatch == model::Dispatch::channel;
      return std::any_of(flow.causes[node].begin(), flow.causes[node].end(),
                         [&](const Cause& cause) {
                           return cause.how == How::later &&
                                  components.of[flow.node(cause)] == components.of[node];
                         });
    };
    const auto first = std::find_if(nodes.begin(), nodes.end(), goes_round);
    if (first != nodes.end()) loops.push_back(shortest_loop(flow, components, next, *first));
  }
  std::sort(loops.begin(), loops.end(),
            [](const Loop& a, const Loop& b) { return a.causers < b.causers; });
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
    if (node >= program.endpoints.size()) return 0;
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
