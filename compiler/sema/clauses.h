#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sema/resolver.h"
#include "sema/step.h"

/// What handlers, steps, orchestrators and sagas say alike: names, ids, channels, effects.
namespace flowc::sema {

/// `CustomerNotification` as `customer_notification`, `HTTPFeed` as `http_feed`.
std::string lower_snake(const std::string& name);

/// What a symbol of a record or message is as a payload.
model::Payload payload_of(const Symbol& symbol);

/// The clauses of one component's endpoints. Every mistake is reported; what could not be
/// understood is left out, and the draft's doubts say so.
class Clauses {
 public:
  Clauses(State& state, std::uint32_t component)
      : state_(state),
        program_(state.draft.program),
        component_(component),
        resolver_(state, static_cast<std::uint32_t>(program_.components[component].module)) {}

  /// The endpoint and its places as the declaration begins: name, documentation, id.
  void begin(const ast::Handler& syntax, model::Endpoint& endpoint, model::EndpointPlaces& places);

  /// `at "new" was "old"`.
  void pin(const ast::EndpointId& at, model::Endpoint& endpoint, model::EndpointPlaces& places);

  /// What it takes and gives, among `kinds`. False, and reported, when what it takes is not known.
  bool payloads(const ast::Handler& syntax, const std::vector<SymbolKind>& kinds,
                model::Endpoint& endpoint, model::EndpointPlaces& places);

  /// `sends`, `publishes`, `starts`.
  void effects(const ast::Handler& syntax, model::Endpoint& endpoint,
               model::EndpointPlaces& places);

  /// The message that `sends` or `publishes` names; reported when it is of another kind.
  std::optional<model::MessageId> emitted(const ast::Path& path, SymbolKind wanted);

  std::optional<model::ChannelId> channel(const std::optional<ast::Path>& via);

  /// A channel for what says no `via`. `id_span` is the place of a clash of names, `what` has it.
  model::ChannelId implicit_channel(const std::string& name, Span span, Span id_span,
                                    const char* help);

  /// Adds an endpoint to the program as one of the component.
  model::EndpointId add(model::Endpoint endpoint, model::EndpointPlaces places);

  /// An endpoint that is left out: what its absence would prove is doubtful.
  void leave_out(const model::Endpoint& endpoint, std::optional<model::ChannelId> via);

  void refuse(Span at, const char* clause, const std::string& on, const std::string& help = {});

  Resolver& resolver() { return resolver_; }

 private:
  void messages(const std::vector<ast::Path>& paths, SymbolKind kind, const char* clause,
                std::vector<model::MessageId>& messages, std::vector<Span>& places);
  void starts(const std::vector<ast::Path>& paths, model::Endpoint& endpoint,
              model::EndpointPlaces& places);
  void wrong_kind(const ast::Path& path, const Symbol& symbol, SymbolKind wanted);

  State& state_;
  model::Program& program_;
  std::uint32_t component_;
  Resolver resolver_;
};

}  // namespace flowc::sema
