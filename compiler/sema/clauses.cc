#include "sema/clauses.h"

#include <cctype>
#include <map>
#include <utility>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/policies.h"

namespace flowc::sema {
namespace {}  // namespace

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

void Clauses::begin(const ast::Handler& syntax, model::Endpoint& endpoint,
                    model::EndpointPlaces& places) {
  report_reserved_name(state_.reporter, syntax.name);
  if (syntax.damaged) state_.draft.doubts.all();
  endpoint.name = syntax.name.text;
  endpoint.documentation = syntax.documentation;
  endpoint.span = syntax.name.span;
  endpoint.id = lower_snake(program_.components[component_].name) + "." + endpoint.name;
  places.id = syntax.name.span;
  places.damaged = syntax.damaged;
  if (syntax.at) pin(*syntax.at, endpoint, places);
}

void Clauses::pin(const ast::EndpointId& at, model::Endpoint& endpoint,
                  model::EndpointPlaces& places) {
  if (check_wire_text(state_.reporter, at.id, "an endpoint id")) endpoint.id = at.id.value;
  places.id = at.id.span;
  lower_old_ids(state_, at, endpoint, places);
}

bool Clauses::payloads(const ast::Handler& syntax, const std::vector<SymbolKind>& kinds,
                       model::Endpoint& endpoint, model::EndpointPlaces& places) {
  if (!syntax.takes) return false;
  places.takes = syntax.takes->span;
  const auto takes = resolver_.find(*syntax.takes, kinds, "a message");
  if (takes) {
    endpoint.takes = payload_of(*takes);
    const bool hidden =
        !takes->visible &&
        takes->module != static_cast<std::uint32_t>(program_.components[component_].module);
    places.guessed =
        hidden || syntax.takes->parts.back().text != model::short_name(program_, endpoint.takes);
  }
  if (!syntax.gives) return takes.has_value();
  places.gives = syntax.gives->span;
  const auto gives = resolver_.find(*syntax.gives, kinds, "a message or record");
  if (gives) endpoint.gives = payload_of(*gives);
  if (!gives) places.damaged = true;
  if (!gives) state_.draft.doubts.types = true;
  return takes.has_value();
}

void Clauses::effects(const ast::Handler& syntax, model::Endpoint& endpoint,
                      model::EndpointPlaces& places) {
  messages(syntax.sends, SymbolKind::command, "`sends`", endpoint.sends, places.sends);
  messages(syntax.publishes, SymbolKind::event, "`publishes`", endpoint.publishes,
           places.publishes);
  starts(syntax.starts, endpoint, places);
}

void Clauses::messages(const std::vector<ast::Path>& paths, SymbolKind kind, const char* clause,
                       std::vector<model::MessageId>& messages, std::vector<Span>& places) {
  std::map<std::uint32_t, Span> seen;
  for (const ast::Path& path : paths) {
    const auto message = emitted(path, kind);
    if (!message) continue;
    const auto [first, added] = seen.emplace(static_cast<std::uint32_t>(*message), path.span);
    if (!added) {
      state_.reporter.error(kListedTwice, path.span, path.text(), clause)
          .label(first->second, "first here");
      continue;
    }
    messages.push_back(*message);
    places.push_back(path.span);
  }
}

std::optional<model::MessageId> Clauses::emitted(const ast::Path& path, SymbolKind wanted) {
  const auto symbol = resolver_.find(path, kMessageKinds, with_article(wanted));
  if (symbol && symbol->kind == wanted) return model::MessageId{symbol->index};
  state_.draft.doubts.emitters = true;
  if (symbol) wrong_kind(path, *symbol, wanted);
  return std::nullopt;
}

void Clauses::starts(const std::vector<ast::Path>& paths, model::Endpoint& endpoint,
                     model::EndpointPlaces& places) {
  std::map<std::uint32_t, Span> seen;
  for (const ast::Path& path : paths) {
    const auto symbol = resolver_.find(path, {SymbolKind::saga}, "a saga");
    if (!symbol) {
      state_.draft.doubts.emitters = true;
      continue;
    }
    const std::uint32_t saga = program_.components[symbol->index].detail;
    const auto [first, added] = seen.emplace(saga, path.span);
    if (!added) {
      state_.reporter.error(kListedTwice, path.span, path.text(), "`starts`")
          .label(first->second, "first here");
      continue;
    }
    endpoint.starts.push_back(model::SagaId{saga});
    places.starts.push_back(path.span);
  }
}

void Clauses::wrong_kind(const ast::Path& path, const Symbol& symbol, SymbolKind wanted) {
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

std::optional<model::ChannelId> Clauses::channel(const std::optional<ast::Path>& via) {
  if (!via) return std::nullopt;
  if (const auto symbol = resolver_.find_channel(*via)) return model::ChannelId{symbol->index};
  state_.draft.doubts.channels = true;
  return std::nullopt;
}

model::ChannelId Clauses::implicit_channel(const std::string& name, Span span, Span id_span,
                                           const char* help) {
  const auto declared = state_.symbols.channels.find(name);
  if (declared != state_.symbols.channels.end() && !declared->second.poisoned) {
    state_.reporter.error(kDeclaredTwice, id_span, "channel", name)
        .label(declared->second.name, "first declared here")
        .help(help);
  }
  model::Channel channel;
  channel.name = name;
  channel.span = span;
  channel.module = program_.components[component_].module;
  channel.implicit = true;
  program_.channels.push_back(std::move(channel));
  return model::ChannelId{static_cast<std::uint32_t>(program_.channels.size() - 1)};
}

model::EndpointId Clauses::add(model::Endpoint endpoint, model::EndpointPlaces places) {
  const model::EndpointId id{static_cast<std::uint32_t>(program_.endpoints.size())};
  endpoint.component = model::ComponentId{component_};
  program_.components[component_].endpoints.push_back(id);
  program_.endpoints.push_back(std::move(endpoint));
  state_.draft.endpoint_places.push_back(std::move(places));
  return id;
}

void Clauses::leave_out(const model::Endpoint& endpoint, std::optional<model::ChannelId> via) {
  state_.draft.doubts.handlers = true;
  if (via) state_.draft.used_by_damaged.insert(*via);
  if (!endpoint.publishes.empty() || !endpoint.sends.empty() || !endpoint.starts.empty())
    state_.draft.doubts.emitters = true;
}

void Clauses::refuse(Span at, const char* clause, const std::string& on, const std::string& help) {
  auto diagnostic = state_.reporter.error(kClauseHere, at, clause, on);
  if (!help.empty()) diagnostic.help(help);
}

}  // namespace flowc::sema
