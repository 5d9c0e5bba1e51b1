#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "checks/checks.h"
#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::State;
using model::Transition;

/// Sets of states, by their number.
using States = std::vector<bool>;

/// The rules over one saga's states. An instance that outlived its `within` lives on in what its
/// target reaches, without a deadline then: such a state may be reached both ways.
class SagaCheck {
 public:
  SagaCheck(const model::Draft& draft, const model::Saga& saga, Reporter& reporter)
      : program_(draft.program),
        saga_(saga),
        reporter_(reporter),
        before_(saga.states.size(), false),
        after_(saga.states.size(), false),
        sources_(saga.states.size()) {
    for (std::uint32_t state = 0; state < saga_.states.size(); ++state) {
      for (const Transition& one : saga_.states[state].transitions) {
        for (const std::uint32_t target : one.targets) sources_[target].push_back(state);
      }
    }
  }

  void run() {
    std::vector<std::uint32_t> starts;
    for (const Transition& one : saga_.starts)
      starts.insert(starts.end(), one.targets.begin(), one.targets.end());
    spread(starts, before_);
    if (saga_.deadline) spread({saga_.deadline->target}, after_);
    const bool ended = dead_ends();
    unreachable(ended);
    timers();
    if (saga_.otherwise_fails) late_messages();
  }

 private:
  bool reached(std::size_t state) const { return before_[state] || after_[state]; }

  /// Marks what transitions reach from these states, and the states themselves.
  void spread(std::vector<std::uint32_t> from, States& marks) const {
    while (!from.empty()) {
      const std::uint32_t state = from.back();
      from.pop_back();
      if (marks[state]) continue;
      marks[state] = true;
      for (const Transition& one : saga_.states[state].transitions)
        from.insert(from.end(), one.targets.begin(), one.targets.end());
    }
  }

  /// Marks the states from which transitions lead to these, and the states themselves.
  void spread_back(std::vector<std::uint32_t> from, States& marks) const {
    while (!from.empty()) {
      const std::uint32_t state = from.back();
      from.pop_back();
      if (marks[state]) continue;
      marks[state] = true;
      from.insert(from.end(), sources_[state].begin(), sources_[state].end());
    }
  }

  /// Errors of states that are never reached: of each that nothing else leads to, else of one in
  /// each circle. What they alone lead to is explained by them, and a final one by the dead end
  /// that does not lead to it.
  void unreachable(bool ended) {
    States explained(saga_.states.size(), false);
    const auto report = [&](std::uint32_t state) {
      reporter_.error(kUnreachableState, saga_.states[state].span, saga_.states[state].name)
          .help("no start and no transition of a reached state leads to it");
      spread({state}, explained);
    };
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      const bool first = std::all_of(sources_[i].begin(), sources_[i].end(),
                                     [i](std::uint32_t source) { return source == i; });
      if (saga_.states[i].final && ended) explained[i] = true;
      if (!reached(i) && first && !explained[i]) report(i);
    }
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      if (!reached(i) && !explained[i]) report(i);
    }
  }

  /// Errors of states without a way to a final one: of each that nothing leaves, else of one in
  /// each circle. True if there was one.
  bool dead_ends() {
    std::vector<std::uint32_t> finals;
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      if (saga_.states[i].final) finals.push_back(i);
    }
    States ends(saga_.states.size(), false);
    spread_back(finals, ends);
    // `within` ends what comes before it, or its own target is the mistake.
    const auto doomed = [&](std::uint32_t i) {
      return !ends[i] && (after_[i] || (before_[i] && !saga_.deadline));
    };
    std::vector<std::uint32_t> culprits;
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      if (doomed(i) && saga_.states[i].transitions.empty()) culprits.push_back(i);
    }
    States explained(saga_.states.size(), false);
    for (const std::uint32_t culprit : culprits) dead_end(culprit);
    spread_back(culprits, explained);
    bool found = !culprits.empty();
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      if (!doomed(i) || explained[i]) continue;
      found = true;
      dead_end(i);
      spread_back({i}, explained);
      explained[i] = true;
    }
    for (std::uint32_t i = 0; i < saga_.states.size(); ++i) {
      const State& state = saga_.states[i];
      if (state.final || doomed(i) || shortest_timer(state) != nullptr) continue;
      if (!after_[i] && (!before_[i] || saga_.deadline)) continue;
      reporter_.warning(kWaitsForever, state.span, state.name)
          .help(saga_.deadline ? "give it a way out in time: `after 1h -> …`"
                               : "give it a way out in time, `after 1h -> …`, or the saga: `within "
                                 "1d else …`");
    }
    return found;
  }

  void dead_end(std::uint32_t state) {
    auto diagnostic =
        reporter_.error(kNoWayToFinal, saga_.states[state].span, saga_.states[state].name);
    diagnostic.help(saga_.states[state].transitions.empty()
                        ? "nothing leaves it: declare it `final`, or say what comes next"
                        : "an instance would never end, and never be forgotten");
  }

  static const Transition* shortest_timer(const State& state) {
    const Transition* shortest = nullptr;
    for (const Transition& one : state.transitions) {
      if (one.endpoint) continue;
      if (shortest == nullptr || one.after_us < shortest->after_us) shortest = &one;
    }
    return shortest;
  }

  void timers() {
    for (std::size_t i = 0; i < saga_.states.size(); ++i) {
      const State& state = saga_.states[i];
      const Transition* shortest = shortest_timer(state);
      for (const Transition& one : state.transitions) {
        if (one.endpoint) continue;
        if (&one != shortest) {
          reporter_
              .warning(kTimerNeverFires, one.span,
                       "the one of " + model::duration_text(shortest->after_us) +
                           " leaves the state first")
              .label(shortest->span, "fires first")
              .help("leave it out, or let it be the shorter one");
        } else if (saga_.deadline && one.after_us >= saga_.deadline->within_us && !after_[i]) {
          reporter_
              .warning(kTimerNeverFires, one.span,
                       "the saga ends within " + model::duration_text(saga_.deadline->within_us))
              .label(saga_.deadline->span, "over the whole instance")
              .help("leave it out, or give the whole instance longer");
        }
      }
    }
  }

  bool takes(const State& state, model::EndpointId endpoint) const {
    return std::any_of(state.transitions.begin(), state.transitions.end(),
                       [endpoint](const Transition& one) { return one.endpoint == endpoint; });
  }

  /// Messages that a timer's firing turns into failures: what was waited for may still come.
  void late_messages() {
    for (std::size_t i = 0; i < saga_.states.size(); ++i) {
      const State& state = saga_.states[i];
      const Transition* timer = shortest_timer(state);
      if (timer == nullptr || !reached(i)) continue;
      std::vector<const Transition*> late;
      for (const Transition& one : state.transitions) {
        if (one.endpoint && refused_by(timer->targets, *one.endpoint)) late.push_back(&one);
      }
      if (!late.empty()) late_message(timer->span, state, late);
    }
    if (!saga_.deadline) return;
    for (std::size_t i = 0; i < saga_.states.size(); ++i) {
      if (!before_[i] || i == saga_.deadline->target) continue;
      std::vector<const Transition*> late;
      for (const Transition& one : saga_.states[i].transitions) {
        if (one.endpoint && refused_by({saga_.deadline->target}, *one.endpoint))
          late.push_back(&one);
      }
      if (late.empty()) continue;
      late_message(saga_.deadline->span, saga_.states[i], late);
      return;  // one is enough to say what `within` does
    }
  }

  bool refused_by(const std::vector<std::uint32_t>& targets, model::EndpointId endpoint) const {
    return std::any_of(targets.begin(), targets.end(), [&](std::uint32_t target) {
      return !takes(saga_.states[target], endpoint);
    });
  }

  void late_message(Span timer, const State& state, const std::vector<const Transition*>& late) {
    auto diagnostic = reporter_.warning(
        kLateMessageFails, timer,
        model::short_name(program_, program_[*late.front()->endpoint].takes), state.name);
    for (std::size_t i = 0; i < late.size() && i < limits::kListedMax; ++i)
      diagnostic.label(late[i]->span, "may come a moment later");
    diagnostic.help("`otherwise ignore` drops what comes too late; `fail` makes it a dead letter");
  }

  const model::Program& program_;
  const model::Saga& saga_;
  Reporter& reporter_;
  States before_;                                    // reached while the deadline, if any, is ahead
  States after_;                                     // reached from the deadline's target
  std::vector<std::vector<std::uint32_t>> sources_;  // the states that lead to each
};

}  // namespace

void check_sagas(const model::Draft& draft, Reporter& reporter) {
  for (std::size_t i = 0; i < draft.program.sagas.size(); ++i) {
    if (!draft.saga_doubts[i]) SagaCheck(draft, draft.program.sagas[i], reporter).run();
  }
}

/// `starts SAGA` sends the one message that begins the saga.
void check_starts(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  for (std::size_t i = 0; i < program.endpoints.size(); ++i) {
    const std::vector<model::SagaId>& started = program.endpoints[i].starts;
    for (std::size_t j = 0; j < started.size(); ++j) {
      const model::Saga& saga = program[started[j]];
      if (draft.saga_doubts[static_cast<std::uint32_t>(started[j])] || saga.starts.size() < 2)
        continue;
      auto diagnostic = reporter.error(kSeveralStarts, draft.endpoint_places[i].starts[j],
                                       program[saga.component].name);
      std::vector<std::string> ways;
      for (const Transition& start : saga.starts) {
        const model::Message& message =
            program[std::get<model::MessageId>(program[*start.endpoint].takes.type)];
        const bool event = message.kind == model::MessageKind::event;
        ways.push_back((event ? "`publishes " : "`sends ") + message.name + "`");
        if (ways.size() <= limits::kListedMax) diagnostic.label(start.span, "one start");
      }
      diagnostic.help("say which message begins it: " + listing(ways, "or"));
    }
  }
}

}  // namespace flowc
