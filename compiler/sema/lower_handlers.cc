#include <map>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/clauses.h"
#include "sema/leaving.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

const std::vector<SymbolKind> kPayloads{SymbolKind::event, SymbolKind::command, SymbolKind::query,
                                        SymbolKind::record};
/// Lowers the handlers of one component. What `then` names is resolved when all of them are known.
class ComponentLowering {
 public:
  ComponentLowering(State& state, std::uint32_t index)
      : state_(state), program_(state.draft.program), index_(index), clauses_(state, index) {}

  void run() {
    const ast::Handlers& syntax = *std::get<const ast::Handlers*>(state_.components[index_]);
    if (syntax.handlers.empty() && !syntax.damaged) {
      state_.reporter.error(kEmptyComponent, syntax.name.span, syntax.name.text)
          .help("give it a handler");
    }
    if (syntax.damaged) state_.draft.doubts.all();
    for (const ast::Handler& handler : syntax.handlers) lower(handler);
    for (const auto& [endpoint, handler] : chains_) chain(endpoint, *handler);
  }

 private:
  void lower(const ast::Handler& syntax) {
    const auto [first, added] =
        names_.emplace(syntax.name.text, Known{syntax.name.span, std::nullopt});
    if (!added) {
      state_.reporter.error(kDeclaredTwice, syntax.name.span, "handler", syntax.name.text)
          .label(first->second.name, "first declared here");
      state_.draft.doubts.all();
      return;
    }
    model::Endpoint endpoint;
    model::EndpointPlaces places;
    clauses_.begin(syntax, endpoint, places);
    clauses_.effects(syntax, endpoint, places);
    steps_alone(syntax);
    const bool understood = clauses_.payloads(syntax, kPayloads, endpoint, places);
    const auto via = clauses_.channel(syntax.via);
    if (!understood) {
      if (!syntax.uses.empty()) state_.draft.doubts.publishers = true;
      return clauses_.leave_out(endpoint, via);
    }
    dispatch(syntax, via, endpoint, places);
    lower_uses(state_, clauses_.resolver(), syntax, "a handler", endpoint, places);
    first->second.endpoint = clauses_.add(std::move(endpoint), std::move(places));
    if (syntax.then) chains_.emplace_back(*first->second.endpoint, &syntax);
  }

  void steps_alone(const ast::Handler& syntax) {
    const char* help = "a slip is undone and stopped by its steps: `steps Name { … }`";
    if (syntax.undo) clauses_.refuse(syntax.undo->span, "`undo`", "a handler", help);
    if (syntax.or_stop) clauses_.refuse(*syntax.or_stop, "`or stop`", "a handler", help);
  }

  void dispatch(const ast::Handler& syntax, std::optional<model::ChannelId> via,
                model::Endpoint& endpoint, model::EndpointPlaces& places) {
    if (syntax.via) places.channel = syntax.via->span;
    places.refused_channel = via;
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (message == nullptr) {
      endpoint.dispatch = model::Dispatch::chained;
      refuse_channel(syntax,
                     "a handler of a record: it runs in the unit of work of the handler before it");
      return;
    }
    const model::MessageKind kind = program_[*message].kind;
    if (kind == model::MessageKind::query) {
      endpoint.dispatch = model::Dispatch::caller;
      refuse_channel(syntax, "a query's handler: it answers in the call");
      refuse_result(syntax, endpoint);
      return;
    }
    if (kind == model::MessageKind::command && syntax.is_inline) {
      state_.reporter.error(kClauseHere, *syntax.is_inline, "`inline`", "a command's handler")
          .help(syntax.via
                    ? "a command with a channel is handled there: drop one of them"
                    : "a command without a channel runs in its caller's unit of work anyway");
    }
    if (kind == model::MessageKind::event && syntax.is_inline && syntax.via) {
      state_.reporter.error(kClauseHere, *syntax.is_inline, "`inline`", "a handler with a channel")
          .label(syntax.via->span, "the channel")
          .help(
              "`inline` runs in the publisher's unit of work, `via` in one of its own: drop one of "
              "them");
    }
    const bool waits = syntax.via || (kind == model::MessageKind::event && !syntax.is_inline);
    endpoint.dispatch = waits ? model::Dispatch::channel : model::Dispatch::caller;
    if (!waits) return;
    places.refused_channel.reset();
    endpoint.channel = via ? *via
                           : clauses_.implicit_channel(
                                 endpoint.id, endpoint.span, places.id,
                                 "without `via`, the handler has a channel of its own, named as "
                                 "its endpoint id");
  }

  void refuse_channel(const ast::Handler& syntax, const char* on) {
    if (syntax.via) state_.reporter.error(kClauseHere, syntax.via->span, "`via`", on);
    if (syntax.is_inline) state_.reporter.error(kClauseHere, *syntax.is_inline, "`inline`", on);
  }

  void refuse_result(const ast::Handler& syntax, model::Endpoint& endpoint) {
    if (!syntax.gives) return;
    state_.reporter.error(kClauseHere, syntax.gives->span, "`->`", "a query's handler")
        .help("the answer is what the query's declaration says");
    endpoint.gives.reset();
  }

  void chain(model::EndpointId id, const ast::Handler& syntax) {
    const ast::Name& then = *syntax.then;
    model::Endpoint& endpoint = program_.endpoints[static_cast<std::uint32_t>(id)];
    model::EndpointPlaces& places = state_.draft.endpoint_places[static_cast<std::uint32_t>(id)];
    places.then = then.span;
    const auto found = names_.find(then.text);
    if (found != names_.end()) {
      if (found->second.endpoint) endpoint.then = found->second.endpoint;
      if (!found->second.endpoint) places.damaged = true;
      return;
    }
    places.damaged = true;
    state_.draft.doubts.handlers = true;
    std::vector<std::string> candidates;
    for (const auto& [name, known] : names_) candidates.push_back(name);
    state_.reporter.error(kThenElsewhere, then.span, then.text, program_.components[index_].name)
        .did_you_mean(then.span, then.text, candidates);
  }

  struct Known {
    Span name;
    std::optional<model::EndpointId> endpoint;  // absent: it could not be understood
  };

  State& state_;
  model::Program& program_;
  std::uint32_t index_;
  Clauses clauses_;
  std::map<std::string, Known> names_;
  std::vector<std::pair<model::EndpointId, const ast::Handler*>> chains_;
};

}  // namespace

void lower_handlers(State& state) {
  for (std::uint32_t i = 0; i < state.components.size(); ++i) {
    if (std::holds_alternative<const ast::Handlers*>(state.components[i]))
      ComponentLowering(state, i).run();
  }
}

}  // namespace flowc::sema
