#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "checks/checks.h"
#include "checks/handling.h"
#include "checks/slip_conditions.h"
#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::ComponentKind;
using model::Endpoint;
using model::EndpointId;

bool is_step(const model::Program& program, const Endpoint& endpoint) {
  return program[endpoint.component].kind == ComponentKind::steps;
}

/// Whether what undoes the step, if anything does, takes what the step gives.
bool is_undone(const model::Program& program, const Endpoint& step) {
  return !step.undo || !step.gives || program[*step.undo].takes.type == step.gives->type ||
         &program[*step.undo] == &step;
}

/// `Lead.match` of another module's or a second group's step is called so; else `match`.
std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

/// The steps of the orchestrator's module that take a payload, for a help.
std::string steps_that_take(const model::Program& program, const model::Payload& payload,
                            model::ModuleId module) {
  std::vector<std::string> names;
  for (const Endpoint& endpoint : program.endpoints) {
    if (!is_step(program, endpoint) || program[endpoint.component].module != module) continue;
    if (endpoint.takes.type == payload.type) names.push_back(quoted(endpoint.name));
  }
  if (names.empty()) return {};
  return "steps that take " + quoted(model::short_name(program, payload)) + ": " +
         listing(names, "and");
}

/// Steps that undo steps: each has at most one, so that a cycle is found by following them.
/// Which groups have one.
std::set<model::ComponentId> check_undo_cycles(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  std::set<model::ComponentId> groups;
  std::vector<std::size_t> seen(program.endpoints.size(), 0);  // in which walk, from 1
  for (std::uint32_t first = 0; first < program.endpoints.size(); ++first) {
    std::uint32_t at = first;
    while (seen[at] == 0 && program.endpoints[at].undo) {
      seen[at] = first + 1;
      at = index_of(*program.endpoints[at].undo);
    }
    if (seen[at] != first + 1) continue;
    auto diagnostic =
        reporter.error(kUndoCycle, draft.endpoint_places[at].undo, program.endpoints[at].name);
    for (std::uint32_t next = index_of(*program.endpoints[at].undo); next != at;
         next = index_of(*program.endpoints[next].undo)) {
      diagnostic.label(draft.endpoint_places[next].undo,
                       "undoes " + quoted(program.endpoints[next].name));
    }
    diagnostic.help("a step that undoes another is not undone itself");
    groups.insert(program.endpoints[at].component);
  }
  return groups;
}

/// What one orchestrator's slip may be, checked on every way through its conditions.
class SlipCheck {
 public:
  SlipCheck(const model::Draft& draft, const model::Orchestrator& slip, Reporter& reporter)
      : draft_(draft), program_(draft.program), slip_(slip), reporter_(reporter) {}

  void run() {
    if (slip_.items.size() > limits::kSlipStepsMax) {
      too_large(std::to_string(limits::kSlipStepsMax) + " steps");
    } else if (slip_.chooses) {
      choice();
    } else {
      paths();
    }
  }

 private:
  const Endpoint& step(std::size_t item) const { return program_[slip_.items[item].step]; }
  const Endpoint& start() const { return program_[slip_.endpoint]; }
  model::ModuleId module() const { return program_[slip_.component].module; }
  std::string name_of(const model::Payload& payload) const {
    return quoted(model::short_name(program_, payload));
  }

  void too_large(const std::string& bound) {
    const model::Component& component = program_[slip_.component];
    reporter_.error(kSlipTooLarge, component.span, component.name, bound)
        .help("let its last step send the command of a second orchestrator");
  }

  /// What may stand before a step, and in which ways: the command, or an item of the slip.
  struct Before {
    std::optional<std::size_t> item;
    Ways ways;
    /// What was there before the item, which cannot follow it: as the item may be the one that is
    /// out of place, what goes on from there is no second error.
    std::vector<model::Payload> passed_by = {};
  };

  void paths() {
    const SlipConditions conditions(program_, slip_.items);
    if (conditions.too_many()) {
      too_large(std::to_string(limits::kSlipPathsMax) + " combinations of its conditions");
      return;
    }
    std::vector<Before> before{{std::nullopt, conditions.all()}};
    for (std::size_t item = 0; item < slip_.items.size(); ++item) {
      const Ways runs = conditions.runs(slip_.items[item]);
      if (empty(runs)) continue;
      std::vector<model::Payload> passed_by;
      for (Before& one : before) {
        if (!empty(both(one.ways, runs)) && !fits(one, item)) {
          if (passed_by.empty()) cannot_follow(one.item, item);
          passed_by.push_back(*given_by(one.item));
        }
        one.ways = without(std::move(one.ways), runs);
      }
      std::erase_if(before, [](const Before& one) { return empty(one.ways); });
      before.push_back({item, runs, std::move(passed_by)});
    }
  }

  /// Nothing, if it is not known: one that what undoes it does not take was reported there.
  std::optional<model::Payload> given_by(std::optional<std::size_t> item) const {
    if (!item) return start().takes;
    return is_undone(program_, step(*item)) ? step(*item).gives : std::nullopt;
  }

  bool fits(const Before& before, std::size_t item) const {
    const auto taken = step(item).takes.type;
    const auto given = given_by(before.item);
    return !given || given->type == taken ||
           std::any_of(before.passed_by.begin(), before.passed_by.end(),
                       [&taken](const model::Payload& one) { return one.type == taken; });
  }

  void cannot_follow(std::optional<std::size_t> before, std::size_t item) {
    const Endpoint& next = step(item);
    const auto given = given_by(before);
    const Span here = slip_.items[item].span;
    auto diagnostic = before
                          ? reporter_.error(kStepCannotFollow, here, next.name, step(*before).name)
                          : reporter_.error(kStepCannotBegin, here, next.name,
                                            model::short_name(program_, *given));
    diagnostic.here("takes " + name_of(next.takes));
    if (before) {
      diagnostic.label(slip_.items[*before].span, "produces " + name_of(*given));
    } else {
      diagnostic.label(draft_.endpoint_places[index_of(slip_.endpoint)].takes,
                       "the slip begins with this");
    }
    std::vector<std::string> skipped;
    for (std::size_t i = before ? *before + 1 : 0; i < item; ++i)
      skipped.push_back(quoted(step(i).name));
    if (!skipped.empty()) diagnostic.note(listing(skipped, "and") + " may be skipped");
    const std::string help = steps_that_take(program_, *given, module());
    if (!help.empty()) diagnostic.help(help);
  }

  /// C++ returns the slip: a step is of use if some slip over these steps reaches it.
  void choice() {
    const auto takes_command = [this](const model::SlipItem& item) {
      return program_[item.step].takes.type == start().takes.type;
    };
    if (std::none_of(slip_.items.begin(), slip_.items.end(), takes_command)) {
      const Span takes = draft_.endpoint_places[index_of(slip_.endpoint)].takes;
      auto diagnostic =
          reporter_.error(kNoChoiceBegins, takes, model::short_name(program_, start().takes));
      const std::string help = steps_that_take(program_, start().takes, module());
      diagnostic.help(help.empty() ? "a slip begins with a step that takes its command" : help);
      return;
    }
    std::vector<bool> reached(slip_.items.size(), false);
    std::vector<model::Payload> given{start().takes};
    while (!given.empty()) {
      const model::Payload payload = given.back();
      given.pop_back();
      for (std::size_t i = 0; i < reached.size(); ++i) {
        if (reached[i] || step(i).takes.type != payload.type) continue;
        reached[i] = true;
        if (step(i).gives) given.push_back(*step(i).gives);
        if (!step(i).gives) return;  // reported; what it should give is not known
      }
    }
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (reached[i]) continue;
      reporter_.warning(kChoiceNeverReached, slip_.items[i].span, step(i).name)
          .here("takes " + name_of(step(i).takes))
          .help("neither the command nor another step of the choice gives " +
                name_of(step(i).takes));
    }
  }

  const model::Draft& draft_;
  const model::Program& program_;
  const model::Orchestrator& slip_;
  Reporter& reporter_;
};

/// The order of a slip's steps: its command says it.
void check_order(const model::Draft& draft, const model::Orchestrator& slip, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto taken = std::get<model::MessageId>(program[slip.endpoint].takes.type);
  const model::Message& command = program[taken];
  if (draft.message_doubts.contains(taken)) return;
  for (const model::SlipItem& item : slip.items) {
    const Endpoint& step = program[item.step];
    if (!step.channel) continue;
    const model::Channel& channel = program[*step.channel];
    if (!channel.ordered_by_key || command.key) continue;
    reporter.error(kOrderedWithoutKey, item.span, command.name, channel.name)
        .label(command.span, "the slip's command has no `key` field")
        .label(channel.span, "asks for order by key")
        .help("put `key` before the field that slips are ordered by");
  }
}

}  // namespace

void check_steps(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const std::set<model::ComponentId> misdirected = check_undo_cycles(draft, reporter);
  std::vector<bool> used(program.endpoints.size(), false);
  for (const model::Orchestrator& slip : program.orchestrators) {
    for (const model::SlipItem& item : slip.items) used[index_of(item.step)] = true;
  }
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const Endpoint& step = program.endpoints[i];
    if (!step.undo) continue;
    used[index_of(*step.undo)] = true;
    const Endpoint& undo = program[*step.undo];
    if (is_undone(program, step)) continue;
    reporter
        .error(kUndoTakesOther, draft.endpoint_places[i].undo, undo.name,
               model::short_name(program, undo.takes), model::short_name(program, *step.gives))
        .label(draft.endpoint_places[index_of(*step.undo)].takes, "takes this")
        .help("it undoes what the step has done: it takes what `" + step.name + "` gives");
  }
  if (draft.doubts.steps) return;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const Endpoint& step = program.endpoints[i];
    if (used[i] || !is_step(program, step)) continue;
    if (misdirected.contains(step.component)) continue;  // it may be what undoes one of them
    reporter.warning(kUnusedStep, step.span, step.name)
        .help("name it in an orchestrator, or drop it");
  }
}

void check_slips(const model::Draft& draft, Reporter& reporter) {
  for (std::size_t i = 0; i < draft.program.orchestrators.size(); ++i) {
    if (draft.orchestrator_doubts[i]) continue;
    const model::Orchestrator& slip = draft.program.orchestrators[i];
    SlipCheck(draft, slip, reporter).run();
    check_order(draft, slip, reporter);
  }
}

}  // namespace flowc
