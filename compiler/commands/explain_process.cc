#include "commands/explain_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/explain_text.h"
#include "model/expression_text.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::ComponentKind;
using model::duration_text;
using model::Program;
using model::Transition;

const std::string& message_name(const Program& program, model::EndpointId endpoint) {
  return model::short_name(program, program[endpoint].takes);
}

std::string emissions_text(const Program& program, const std::vector<model::Emission>& emissions) {
  std::string text;
  for (const model::Emission& one : emissions) {
    text += fmt::format("  {} {}{}", one.sends ? "sends" : "publishes", program[one.message].name,
                        one.filled ? "" : " (filled in C++)");
  }
  return text;
}

/// `ProviderAcceptedLead`, `the timer of 15m`.
std::string cause_text(const Program& program, const Transition& transition) {
  if (transition.endpoint) return message_name(program, *transition.endpoint);
  return "the timer of " + duration_text(transition.after_us);
}

std::string targets_text(const model::Saga& saga, const Transition& transition) {
  std::string text;
  for (const std::uint32_t target : transition.targets)
    text += (text.empty() ? "" : " | ") + saga.states[target].name;
  return transition.targets.size() > 1 ? text + " (C++ picks)" : text;
}

std::string transition_text(const Program& program, const model::Saga& saga,
                            const Transition& transition) {
  std::string text = "    ";
  if (transition.endpoint) {
    text += "on " + message_name(program, *transition.endpoint);
    const auto& fields =
        program[std::get<model::MessageId>(program[*transition.endpoint].takes.type)].fields;
    if (transition.correlation && fields[*transition.correlation].name != saga.key.name)
      text += " by event." + fields[*transition.correlation].name;
  } else {
    text += "after " + duration_text(transition.after_us);
  }
  return text + " -> " + targets_text(saga, transition) +
         emissions_text(program, transition.emissions) + "\n";
}

/// Whether all that is left to do in the saga is over after one of these.
bool ends(const model::Saga& saga, const std::vector<std::uint32_t>& targets) {
  return std::all_of(targets.begin(), targets.end(),
                     [&saga](std::uint32_t target) { return saga.states[target].final; });
}

/// What can come at the same moment in a state and lead elsewhere: the first to commit wins.
std::string races_text(const Program& program, const model::Saga& saga) {
  std::string text;
  const char* loser = saga.otherwise_fails ? "fails" : "is ignored";
  const auto race = [&](const std::string& a, const std::string& b, const model::State& state) {
    text += fmt::format(
        "  {} and {} race in `{}`: the first commits, and a message that comes "
        "second {} unless the state it finds takes it\n",
        a, b, state.name, loser);
  };
  for (const model::State& state : saga.states) {
    for (std::size_t i = 0; i < state.transitions.size(); ++i) {
      const Transition& one = state.transitions[i];
      for (std::size_t j = i + 1; j < state.transitions.size(); ++j) {
        const Transition& other = state.transitions[j];
        if (one.targets == other.targets && one.emissions.empty() && other.emissions.empty())
          continue;
        const bool timed = !one.endpoint || !other.endpoint;
        if (!one.endpoint && !other.endpoint) continue;
        if (!timed && !(ends(saga, one.targets) && ends(saga, other.targets))) continue;
        race(cause_text(program, one.endpoint ? one : other),
             cause_text(program, one.endpoint ? other : one), state);
      }
      if (saga.deadline && one.endpoint) {
        race(cause_text(program, one), "`within " + duration_text(saga.deadline->within_us) + "`",
             state);
      }
    }
  }
  return text;
}

const model::Component* component_named(const Program& program, const std::string& name,
                                        ComponentKind kind) {
  for (const model::Component& component : program.components) {
    if (component.kind != kind) continue;
    if (component.name == name || program[component.module].name + '.' + component.name == name)
      return &component;
  }
  return nullptr;
}

std::string runs_on(const Program& program, const model::Endpoint& endpoint) {
  return endpoint.channel ? "channel `" + program[*endpoint.channel].name + "`"
                          : "the channel of its slip";
}

}  // namespace

std::optional<std::string> explain_step(const Program& program, const std::string& name,
                                        const SourceMap& sources) {
  std::optional<model::EndpointId> found;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::EndpointId id{i};
    if (program[program[id].component].kind != ComponentKind::steps) continue;
    const std::string full = model::handler_name(program, id);
    if (full == name) {
      found = id;
      break;
    }
    if (program[id].name != name) continue;
    if (found) return std::nullopt;  // of two groups: its full name says which
    found = id;
  }
  if (!found) return std::nullopt;
  const model::Endpoint& step = program[*found];
  std::string text =
      fmt::format("step {}, {}\n", model::handler_name(program, *found), place(step.span, sources));
  text += fmt::format("  {:<10} {}\n", "endpoint", step.id);
  text += fmt::format("  {:<10} {}\n", "takes", model::full_name(program, step.takes));
  if (step.gives)
    text += fmt::format("  {:<10} {}{}\n", "gives", model::full_name(program, *step.gives),
                        step.may_stop ? ", or stops the slip" : "");
  text += fmt::format("  {:<10} {}\n", "runs on", runs_on(program, step));
  if (step.undo) text += fmt::format("  {:<10} {}\n", "undone by", program[*step.undo].name);
  for (const model::Endpoint& other : program.endpoints) {
    if (other.undo == found) text += fmt::format("  {:<10} {}\n", "undoes", other.name);
  }
  for (const model::Orchestrator& slip : program.orchestrators) {
    const bool has = std::any_of(slip.items.begin(), slip.items.end(),
                                 [&](const model::SlipItem& item) { return item.step == *found; });
    if (has) text += fmt::format("  {:<10} {}\n", "in", program[slip.component].name);
  }
  return text;
}

std::optional<std::string> explain_orchestrator(const Program& program, const std::string& name,
                                                const SourceMap& sources) {
  const model::Component* component = component_named(program, name, ComponentKind::orchestrator);
  if (component == nullptr) return std::nullopt;
  const model::Orchestrator& slip = program.orchestrators[component->detail];
  const model::Endpoint& start = program[slip.endpoint];
  model::ExpressionRoots roots;
  roots.input = &program[std::get<model::MessageId>(start.takes.type)].fields;
  std::string text =
      fmt::format("orchestrator {}({}), {}\n", component->name,
                  model::short_name(program, start.takes), place(component->span, sources));
  text += fmt::format("  endpoint {} on {}\n", start.id, runs_on(program, start));
  text += slip.chooses ? "  C++ returns a slip over:\n" : "  the slip:\n";
  for (const model::SlipItem& item : slip.items) {
    const model::Endpoint& step = program[item.step];
    text += fmt::format("    {}: {} -> {}", model::handler_name(program, item.step),
                        model::short_name(program, step.takes),
                        step.gives ? model::short_name(program, *step.gives) : "");
    if (item.condition) {
      text += fmt::format("  {} {}", item.unless ? "unless" : "when",
                          model::expression_text(program, *item.condition, roots));
    }
    if (step.may_stop) text += "  or stop";
    if (step.undo) text += "  undone by " + program[*step.undo].name;
    text += "\n";
  }
  if (slip.deadline) {
    text += fmt::format("  after {} without its end:{}\n", duration_text(slip.deadline->within_us),
                        emissions_text(program, slip.deadline->emissions));
  }
  return text;
}

std::optional<std::string> explain_saga(const Program& program, const std::string& name,
                                        const SourceMap& sources) {
  const model::Component* component = component_named(program, name, ComponentKind::saga);
  if (component == nullptr) return std::nullopt;
  const model::Saga& saga = program.sagas[component->detail];
  std::string text = fmt::format("saga {}, {}\n  found by {}: {}\n", component->name,
                                 place(component->span, sources), saga.key.name,
                                 model::type_name(program, saga.key.type));
  text += "  endpoints\n";
  for (const model::EndpointId id : component->endpoints)
    text += fmt::format("    {} on {}\n", program[id].id, runs_on(program, program[id]));
  text += "  start\n";
  for (const Transition& one : saga.starts) text += transition_text(program, saga, one);
  for (const model::State& state : saga.states) {
    text += fmt::format("  state {}{}\n", state.name, state.final ? ", final" : "");
    for (const Transition& one : state.transitions) text += transition_text(program, saga, one);
  }
  if (saga.deadline) {
    text += fmt::format(
        "  within {} of its start, else {}{}\n", duration_text(saga.deadline->within_us),
        saga.states[saga.deadline->target].name, emissions_text(program, saga.deadline->emissions));
  }
  text += fmt::format("  otherwise a message {}\n", saga.otherwise_fails ? "fails" : "is ignored");
  const std::string races = races_text(program, saga);
  return races.empty() ? text : text + "races:\n" + races;
}

std::vector<std::string> process_names(const Program& program, ComponentKind kind) {
  std::vector<std::string> names;
  for (const model::Component& component : program.components) {
    if (component.kind != kind) continue;
    if (kind != ComponentKind::steps) names.push_back(component.name);
    if (kind != ComponentKind::steps) continue;
    for (const model::EndpointId id : component.endpoints)
      names.push_back(model::handler_name(program, id));
  }
  return names;
}

}  // namespace flowc
