#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "diagnostics/catalog.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::EndpointId;
using model::MessageKind;

/// Whether some handler has been told to have a channel: what it takes is scheduled, or comes from
/// another service.
bool lacks_channel(const model::Draft& draft) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  const auto homes = model::component_services(program);
  const auto lacks = [&](model::MessageId message, auto across) {
    const auto& takers = handlers[static_cast<std::uint32_t>(message)];
    return std::any_of(takers.begin(), takers.end(), [&](EndpointId id) {
      const auto home = homes[index_of(program[id].component)];
      return program[id].dispatch == model::Dispatch::caller && across(home);
    });
  };
  for (const model::Endpoint& endpoint : program.endpoints) {
    const auto from = homes[index_of(endpoint.component)];
    const auto across = [&from](const auto& to) { return from && to && *from != *to; };
    for (const model::MessageId message : endpoint.schedules)
      if (lacks(message, [](const auto&) { return true; })) return true;
    for (const auto* sent : {&endpoint.sends, &endpoint.publishes})
      for (const model::MessageId message : *sent)
        if (lacks(message, across)) return true;
  }
  return false;
}

/// What `starts` of a saga may publish: the messages that start it.
void mark_starts(const model::Program& program, const model::Saga& saga,
                 std::vector<bool>& published) {
  for (const model::Transition& one : saga.starts) {
    if (!one.endpoint) continue;
    const auto message = std::get<model::MessageId>(program[*one.endpoint].takes.type);
    published[static_cast<std::uint32_t>(message)] = true;
  }
}

}  // namespace

void check_handler_counts(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  for (std::uint32_t i = 0; i < program.messages.size(); ++i) {
    const model::Message& message = program.messages[i];
    if (message.kind == MessageKind::event || message.superseded) continue;
    const char* kind = model::to_string(message.kind);
    if (handlers[i].empty() && !draft.doubts.handlers) {
      reporter.error(kNoHandler, message.span, kind, message.name)
          .help("handle it in a component: `handlers Name { on_it(" + message.name + ") }`");
    }
    for (std::size_t later = 1; later < handlers[i].size(); ++later) {
      const EndpointId id = handlers[i][later];
      if (draft.endpoint_places[index_of(id)].guessed) continue;
      if (draft.endpoint_places[index_of(handlers[i].front())].guessed) continue;
      reporter.error(kTwoHandlers, draft.endpoint_places[index_of(id)].takes, kind, message.name)
          .label(draft.endpoint_places[index_of(handlers[i].front())].takes,
                 "`" + model::handler_name(program, handlers[i].front()) + "` handles it")
          .help(message.kind == MessageKind::command
                    ? "a command has one handler; what several react to is an event"
                    : "a query has one handler, which answers it");
    }
  }
}

void check_event_flow(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  std::vector<bool> published(program.messages.size(), false);
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    for (const model::MessageId id : program.endpoints[i].publishes)
      published[static_cast<std::uint32_t>(id)] = true;
    for (const model::MessageId id : program.endpoints[i].schedules)
      published[static_cast<std::uint32_t>(id)] = true;
    for (const model::SagaId id : program.endpoints[i].starts)
      mark_starts(program, program[id], published);
    const auto& gives = program.endpoints[i].gives;
    if (!gives || !program.endpoints[i].then) continue;
    const auto* message = std::get_if<model::MessageId>(&gives->type);
    if (message != nullptr) published[static_cast<std::uint32_t>(*message)] = true;
  }
  for (std::size_t i = 0; i < program.messages.size(); ++i) {
    const model::Message& message = program.messages[i];
    if (message.kind != MessageKind::event || message.is_public || message.superseded) continue;
    if (!published[i] && !draft.doubts.emitters && !draft.doubts.handlers) {
      auto diagnostic = reporter.error(kNobodyPublishes, message.span, message.name);
      if (!handlers[i].empty()) {
        diagnostic.label(
            draft.endpoint_places[index_of(handlers[i].front())].takes,
            "`" + model::handler_name(program, handlers[i].front()) + "` waits for it");
      }
      diagnostic.help("a handler says `publishes " + message.name +
                      "`; what comes from outside is `public`");
    }
    if (handlers[i].empty() && published[i] && !draft.doubts.handlers) {
      reporter.warning(kNobodySubscribes, message.span, message.name);
    }
  }
}

void check_channel_use(const model::Draft& draft, Reporter& reporter) {
  if (draft.doubts.channels || draft.doubts.handlers) return;
  std::vector<bool> used(draft.program.channels.size(), false);
  for (const model::ChannelId id : draft.used_by_damaged)
    used[static_cast<std::uint32_t>(id)] = true;
  for (const model::Endpoint& endpoint : draft.program.endpoints) {
    if (endpoint.channel) used[static_cast<std::uint32_t>(*endpoint.channel)] = true;
  }
  for (const model::Publisher& publisher : draft.program.publishers) {
    if (publisher.errors) used[static_cast<std::uint32_t>(*publisher.errors)] = true;
  }
  // A `via` that another error refused has named its channel all the same.
  for (const model::EndpointPlaces& places : draft.endpoint_places) {
    if (places.refused_channel) used[static_cast<std::uint32_t>(*places.refused_channel)] = true;
  }
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i] && !draft.program.channels[i].implicit) left.push_back(i);
  // A handler that lacks its `via` is told so, and what seems unused may be its own.
  if (left.empty() || lacks_channel(draft)) return;
  for (const std::size_t i : left) {
    const model::Channel& channel = draft.program.channels[i];
    reporter.error(kUnusedChannel, channel.span, channel.name)
        .help("a handler uses it by `via " + channel.name + "`; without one it is a leftover");
  }
}

void check_endpoint_ids(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  std::map<std::string, EndpointId> ids;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const EndpointId id{i};
    const auto [first, added] = ids.emplace(program.endpoints[i].id, id);
    if (added) continue;
    reporter.error(kEndpointIdTwice, draft.endpoint_places[i].id, program.endpoints[i].id)
        .here("`" + model::handler_name(program, id) + "` would receive deliveries of `" +
              model::handler_name(program, first->second) + "`")
        .label(draft.endpoint_places[index_of(first->second)].id, "first used here")
        .help(
            "an endpoint id is what travels in stored messages; give one handler another id: `at "
            "\"…\"`");
  }
}

}  // namespace flowc
