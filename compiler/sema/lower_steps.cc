#include <map>
#include <utility>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "sema/clauses.h"
#include "sema/leaving.h"
#include "sema/policies.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

/// Lowers one group of steps. What `undo` names is resolved when all of them are known.
class GroupLowering {
 public:
  GroupLowering(State& state, std::uint32_t index)
      : state_(state),
        program_(state.draft.program),
        index_(index),
        clauses_(state, index),
        names_(state.step_names[index]) {}

  void run() {
    const ast::Steps& syntax = *std::get<const ast::Steps*>(state_.components[index_]);
    if (syntax.steps.empty() && !syntax.damaged) {
      state_.reporter.error(kEmptyComponent, syntax.name.span, syntax.name.text)
          .help("give it a step");
    }
    if (syntax.damaged) state_.draft.doubts.all();
    for (const ast::Handler& step : syntax.steps) lower(step);
    for (const auto& [endpoint, step] : undone_) undo(endpoint, *step);
    lower_retired(state_, syntax.retired, index_);
  }

 private:
  void lower(const ast::Handler& syntax) {
    const auto [first, added] =
        names_.emplace(syntax.name.text, StepName{syntax.name.span, std::nullopt});
    if (!added) {
      state_.reporter.error(kDeclaredTwice, syntax.name.span, "step", syntax.name.text)
          .label(first->second.name, "first declared here");
      state_.draft.doubts.all();
      return;
    }
    state_.step_groups[{program_.components[index_].module, syntax.name.text}].push_back(index_);
    model::Endpoint endpoint;
    model::EndpointPlaces places;
    clauses_.begin(syntax, endpoint, places);
    handlers_alone(syntax);
    clauses_.effects(syntax, endpoint, places);
    lower_schedules(state_, clauses_.resolver(), syntax.schedules, endpoint, places);
    const bool understood =
        clauses_.payloads(syntax, kPayloadKinds, endpoint, places) && no_query(endpoint, places);
    endpoint.channel = clauses_.channel(syntax.via);
    if (syntax.via) places.channel = syntax.via->span;
    if (!understood) {
      if (!syntax.uses.empty()) state_.draft.doubts.publishers = true;
      if (syntax.undo) state_.draft.doubts.steps = true;
      return clauses_.leave_out(endpoint, endpoint.channel);
    }
    lower_uses(state_, clauses_.resolver(), syntax, "a step", endpoint, places);
    if (!syntax.gives && !syntax.damaged) {
      state_.reporter.error(kStepWithoutResult, syntax.name.span, syntax.name.text)
          .help("say what the next step takes: `-> " + model::short_name(program_, endpoint.takes) +
                "`");
      places.damaged = true;
    }
    ast::Handler policies = syntax;
    policies.on_failure.reset();
    policies.batch.reset();
    lower_policies(state_, policies, nullptr, endpoint, places);
    endpoint.may_stop = syntax.or_stop.has_value();
    first->second.endpoint = clauses_.add(std::move(endpoint), std::move(places));
    if (syntax.undo) undone_.emplace_back(*first->second.endpoint, &syntax);
  }

  void handlers_alone(const ast::Handler& syntax) {
    if (syntax.then) {
      clauses_.refuse(syntax.then->span, "`then`", "a step",
                      "what follows a step, the orchestrator says");
    }
    if (syntax.is_inline)
      clauses_.refuse(*syntax.is_inline, "`inline`", "a step", "its slip says where it runs");
    if (syntax.on_failure) {
      clauses_.refuse(syntax.on_failure->span, "`on_failure`", "a step",
                      "when its retries are spent, the steps done are undone");
    }
    if (syntax.every)
      clauses_.refuse(syntax.every->span, "`every`", "a step", "schedule a handler");
    if (syntax.batch)
      clauses_.refuse(syntax.batch->span, "`batch`", "a step", "slips go one by one");
  }

  bool no_query(const model::Endpoint& endpoint, model::EndpointPlaces& places) {
    const auto check = [this](const model::Payload& payload, Span place) {
      const auto* message = std::get_if<model::MessageId>(&payload.type);
      if (message == nullptr || program_[*message].kind != model::MessageKind::query) return true;
      state_.reporter
          .error(kWrongKind, place, program_[*message].name, "a query",
                 "a record, event or command")
          .label(program_[*message].span, "declared here");
      return false;
    };
    const bool takes = check(endpoint.takes, places.takes);
    return (!endpoint.gives || check(*endpoint.gives, places.gives)) && takes;
  }

  void undo(model::EndpointId id, const ast::Handler& syntax) {
    const ast::Name& undo = *syntax.undo;
    state_.draft.endpoint_places[static_cast<std::uint32_t>(id)].undo = undo.span;
    const auto found = names_.find(undo.text);
    if (found != names_.end()) {
      program_.endpoints[static_cast<std::uint32_t>(id)].undo = found->second.endpoint;
      return;
    }
    state_.draft.doubts.steps = true;
    std::vector<std::string> candidates;
    if (state_.reporter.may_compare(names_.size())) {
      for (const auto& [name, known] : names_) candidates.push_back(name);
    }
    const auto& syntax_of = *std::get<const ast::Steps*>(state_.components[index_]);
    if (syntax_of.damaged && suggest(undo.text, candidates).empty()) return;
    state_.reporter.error(kUndoElsewhere, undo.span, undo.text, program_.components[index_].name)
        .did_you_mean(undo.span, undo.text, candidates);
  }

  State& state_;
  model::Program& program_;
  std::uint32_t index_;
  Clauses clauses_;
  std::map<std::string, StepName>& names_;
  std::vector<std::pair<model::EndpointId, const ast::Handler*>> undone_;
};

}  // namespace

void lower_steps(State& state) {
  state.step_names.resize(state.components.size());
  for (std::uint32_t i = 0; i < state.components.size(); ++i) {
    if (std::holds_alternative<const ast::Steps*>(state.components[i]))
      GroupLowering(state, i).run();
  }
}

}  // namespace flowc::sema
