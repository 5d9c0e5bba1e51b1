#include <cctype>
#include <map>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/resolver.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

const std::vector<SymbolKind> kPayloads{SymbolKind::event, SymbolKind::command, SymbolKind::query,
                                        SymbolKind::record};
const std::vector<SymbolKind> kMessages{SymbolKind::event, SymbolKind::command, SymbolKind::query};

/// `CustomerNotification` as `customer_notification`, `HTTPFeed` as `http_feed`.
std::string lower_snake(const std::string& name) {
  const auto upper = [&name](std::size_t i) {
    return std::isupper(static_cast<unsigned char>(name[i])) != 0;
  };
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word =
        i > 0 && upper(i) && (!upper(i - 1) || (i + 1 < name.size() && !upper(i + 1)));
    if (begins_word && name[i - 1] != '_') snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return snake;
}

model::Payload payload_of(const Symbol& symbol) {
  if (symbol.kind == SymbolKind::record) return {model::RecordId{symbol.index}};
  return {model::MessageId{symbol.index}};
}

/// Lowers the handlers of one component. What `then` names is resolved when all of them are known.
class ComponentLowering {
 public:
  ComponentLowering(State& state, std::uint32_t index)
      : state_(state),
        program_(state.draft.program),
        index_(index),
        resolver_(state, static_cast<std::uint32_t>(program_.components[index].module)) {}

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
    report_reserved_name(state_.reporter, syntax.name);
    if (syntax.damaged) state_.draft.doubts.all();

    model::Endpoint endpoint;
    model::EndpointPlaces places;
    endpoint.name = syntax.name.text;
    endpoint.documentation = syntax.documentation;
    endpoint.span = syntax.name.span;
    endpoint.component = model::ComponentId{index_};
    places.damaged = syntax.damaged;
    name(syntax, endpoint, places);
    effects(syntax, endpoint, places);
    const bool understood = payloads(syntax, endpoint, places);
    const auto via = channel(syntax);
    if (!understood) {
      state_.draft.doubts.handlers = true;
      if (via) state_.draft.used_by_damaged.insert(*via);
      if (!endpoint.publishes.empty() || !endpoint.sends.empty())
        state_.draft.doubts.emitters = true;
      return;
    }
    dispatch(syntax, via, endpoint, places);
    first->second.endpoint =
        model::EndpointId{static_cast<std::uint32_t>(program_.endpoints.size())};
    program_.components[index_].endpoints.push_back(*first->second.endpoint);
    if (syntax.then) chains_.emplace_back(*first->second.endpoint, &syntax);
    program_.endpoints.push_back(std::move(endpoint));
    state_.draft.endpoint_places.push_back(std::move(places));
  }

  std::optional<model::ChannelId> channel(const ast::Handler& syntax) {
    if (!syntax.via) return std::nullopt;
    if (const auto symbol = resolver_.find_channel(*syntax.via))
      return model::ChannelId{symbol->index};
    state_.draft.doubts.channels = true;
    return std::nullopt;
  }

  void name(const ast::Handler& syntax, model::Endpoint& endpoint, model::EndpointPlaces& places) {
    endpoint.id = lower_snake(program_.components[index_].name) + "." + endpoint.name;
    places.id = syntax.name.span;
    if (!syntax.at) return;
    check_wire_text(state_.reporter, syntax.at->id, "an endpoint id");
    endpoint.id = syntax.at->id.value;
    places.id = syntax.at->id.span;
  }

  bool payloads(const ast::Handler& syntax, model::Endpoint& endpoint,
                model::EndpointPlaces& places) {
    if (!syntax.takes) return false;
    places.takes = syntax.takes->span;
    const auto takes = resolver_.find(*syntax.takes, kPayloads, "a message");
    if (takes) {
      endpoint.takes = payload_of(*takes);
      places.guessed =
          syntax.takes->parts.back().text != model::short_name(program_, endpoint.takes);
    }
    if (!syntax.gives) return takes.has_value();
    places.gives = syntax.gives->span;
    const auto gives = resolver_.find(*syntax.gives, kPayloads, "a message or record");
    if (gives) endpoint.gives = payload_of(*gives);
    if (!gives) places.damaged = true;
    if (!gives) state_.draft.doubts.types = true;
    return takes.has_value();
  }

  void effects(const ast::Handler& syntax, model::Endpoint& endpoint,
               model::EndpointPlaces& places) {
    effect(syntax.sends, SymbolKind::command, "`sends`", endpoint.sends, places.sends);
    effect(syntax.publishes, SymbolKind::event, "`publishes`", endpoint.publishes,
           places.publishes);
  }

  void effect(const std::vector<ast::Path>& paths, SymbolKind kind, const char* clause,
              std::vector<model::MessageId>& messages, std::vector<Span>& places) {
    std::map<std::uint32_t, Span> seen;
    for (const ast::Path& path : paths) {
      const auto symbol = resolver_.find(path, kMessages, with_article(kind));
      if (!symbol) {
        state_.draft.doubts.emitters = true;
        continue;
      }
      if (symbol->kind != kind) {
        wrong_effect(path, *symbol, kind);
        continue;
      }
      const auto [first, added] = seen.emplace(symbol->index, path.span);
      if (!added) {
        state_.reporter.error(kListedTwice, path.span, path.text(), clause)
            .label(first->second, "first here");
        continue;
      }
      messages.push_back(model::MessageId{symbol->index});
      places.push_back(path.span);
    }
  }

  void wrong_effect(const ast::Path& path, const Symbol& symbol, SymbolKind wanted) {
    state_.draft.doubts.emitters = true;
    auto diagnostic = state_.reporter.error(kWrongKind, path.span, path.text(),
                                            with_article(symbol.kind), with_article(wanted));
    diagnostic.label(symbol.name, "declared here");
    if (symbol.kind == SymbolKind::event)
      diagnostic.help("an event is published: `publishes " + path.text() + "`");
    if (symbol.kind == SymbolKind::command)
      diagnostic.help("a command is sent: `sends " + path.text() + "`");
    if (symbol.kind == SymbolKind::query)
      diagnostic.help("a query is asked from outside, through the service's bus");
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
    endpoint.channel = via ? *via : implicit_channel(endpoint, places);
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

  model::ChannelId implicit_channel(const model::Endpoint& endpoint,
                                    const model::EndpointPlaces& places) {
    const auto declared = state_.symbols.channels.find(endpoint.id);
    if (declared != state_.symbols.channels.end() && !declared->second.poisoned) {
      state_.reporter.error(kDeclaredTwice, places.id, "channel", endpoint.id)
          .label(declared->second.name, "first declared here")
          .help("without `via`, the handler has a channel of its own, named as its endpoint id");
    }
    model::Channel channel;
    channel.name = endpoint.id;
    channel.span = endpoint.span;
    channel.module = program_.components[index_].module;
    channel.implicit = true;
    program_.channels.push_back(std::move(channel));
    return model::ChannelId{static_cast<std::uint32_t>(program_.channels.size() - 1)};
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
  Resolver resolver_;
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
