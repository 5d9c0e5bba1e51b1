#include <map>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "sema/clauses.h"
#include "sema/leaving.h"
#include "sema/policies.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

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
    all_known_ = !syntax.damaged;
    for (const ast::Handler& handler : syntax.handlers) {
      if (handler.then) led_to_.insert(handler.then->text);
    }
    for (const ast::Handler& handler : syntax.handlers) lower(handler);
    for (const auto& [endpoint, handler] : chains_) chain(endpoint, *handler);
    lower_retired(state_, syntax.retired, index_);
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
    lower_schedules(state_, clauses_.resolver(), syntax.schedules, endpoint, places);
    const bool understood = takes_nothing(syntax, endpoint, places) ||
                            clauses_.payloads(syntax, kPayloadKinds, endpoint, places);
    const auto via = clauses_.channel(syntax.via);
    if (!understood) {
      if (!syntax.uses.empty()) state_.draft.doubts.publishers = true;
      return clauses_.leave_out(endpoint, via);
    }
    if (never_reached(syntax, endpoint)) return clauses_.leave_out(endpoint, via);
    dispatch(syntax, via, endpoint, places);
    lower_uses(state_, clauses_.resolver(), syntax, "a handler", endpoint, places);
    first->second.endpoint = clauses_.add(std::move(endpoint), std::move(places));
    if (syntax.then) chains_.emplace_back(*first->second.endpoint, &syntax);
  }

  /// A record is no message: what hands it over is a handler before.
  bool never_reached(const ast::Handler& syntax, const model::Endpoint& endpoint) {
    const auto* record = std::get_if<model::RecordId>(&endpoint.takes.type);
    if (record == nullptr || !all_known_ || led_to_.contains(endpoint.name)) return false;
    const std::string& name = program_[*record].name;
    state_.reporter.error(kRecordNeverArrives, syntax.takes->span, name)
        .help("a record is no message: a handler of the same component gives it, by `-> " + name +
              " then " + endpoint.name + "`");
    return true;
  }

  static bool takes_nothing(const ast::Handler& syntax, model::Endpoint& endpoint,
                            model::EndpointPlaces& places) {
    if (syntax.takes || !syntax.every) return false;
    endpoint.takes = {model::Nothing{}};
    places.takes = syntax.name.span;
    return true;
  }

  void steps_alone(const ast::Handler& syntax) {
    const char* help = "a slip is undone and stopped by its steps: `steps Name { … }`";
    if (syntax.undo) {
      clauses_.refuse(syntax.undo->span, "`undo`", "a handler", help);
      state_.draft.doubts.steps = true;
    }
    if (syntax.or_stop) clauses_.refuse(*syntax.or_stop, "`or stop`", "a handler", help);
  }

  void dispatch(const ast::Handler& syntax, std::optional<model::ChannelId> via,
                model::Endpoint& endpoint, model::EndpointPlaces& places) {
    if (syntax.via) places.channel = syntax.via->span;
    places.refused_channel = via;
    const char* on = nullptr;
    if (std::holds_alternative<model::Nothing>(endpoint.takes.type)) {
      scheduled(syntax, via, endpoint, places);
    } else {
      on = where(syntax, via, endpoint, places);
      if (syntax.every) {
        state_.reporter.error(kScheduleTakes, syntax.takes->span, syntax.takes->text())
            .label(syntax.every->span, "runs when the time has come")
            .help("drop `every`, or what it takes: `" + endpoint.name + "()`");
      }
    }
    lower_policies(state_, syntax, on, endpoint, places);
  }

  void scheduled(const ast::Handler& syntax, std::optional<model::ChannelId> via,
                 model::Endpoint& endpoint, model::EndpointPlaces& places) {
    const char* on = "a scheduled handler: nobody calls it";
    endpoint.dispatch = model::Dispatch::channel;
    lower_schedule(state_, *syntax.every, endpoint);
    if (syntax.is_inline) clauses_.refuse(*syntax.is_inline, "`inline`", on);
    if (syntax.gives || syntax.then) {
      clauses_.refuse(syntax.gives ? syntax.gives->span : syntax.then->span,
                      syntax.gives ? "`->`" : "`then`", on,
                      "what it causes it sends: `sends COMMAND`");
      places.damaged = true;
      state_.draft.doubts.types = true;
    }
    places.refused_channel.reset();
    endpoint.channel = via ? *via : own_channel(endpoint, places);
  }

  model::ChannelId own_channel(const model::Endpoint& endpoint,
                               const model::EndpointPlaces& places) {
    return clauses_.implicit_channel(
        endpoint.id, endpoint.span, places.id,
        "without `via`, the handler has a channel of its own, named as its endpoint id");
  }

  /// Decides where the messages of a handler wait, and says what it is if they do not.
  const char* where(const ast::Handler& syntax, std::optional<model::ChannelId> via,
                    model::Endpoint& endpoint, model::EndpointPlaces& places) {
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (message == nullptr) {
      const char* on =
          "a handler of a record: it runs in the unit of work of the handler before it";
      endpoint.dispatch = model::Dispatch::chained;
      refuse_channel(syntax, on);
      return on;
    }
    const model::MessageKind kind = program_[*message].kind;
    if (kind == model::MessageKind::query) {
      endpoint.dispatch = model::Dispatch::caller;
      const char* on = "a query's handler: it answers in the call";
      refuse_channel(syntax, on);
      refuse_result(syntax, endpoint);
      return on;
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
    if (!waits) {
      return kind == model::MessageKind::command
                 ? "a command's handler without a channel: it runs in its caller's unit of work"
                 : "an `inline` handler: it runs in its publisher's unit of work";
    }
    places.refused_channel.reset();
    endpoint.channel = via ? *via : own_channel(endpoint, places);
    return nullptr;
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
    auto diagnostic = state_.reporter.error(kThenElsewhere, then.span, then.text,
                                            program_.components[index_].name);
    if (!state_.reporter.may_compare(names_.size())) return;
    std::vector<std::string> candidates;
    for (const auto& [name, known] : names_) candidates.push_back(name);
    diagnostic.did_you_mean(then.span, then.text, suggest(then.text, candidates));
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
  std::set<std::string> led_to_;  // by `then`
  bool all_known_ = true;         // no handler was lost to a mistake
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
