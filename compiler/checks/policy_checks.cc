#include <map>
#include <string>

#include "checks/checks.h"
#include "checks/handling.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::EndpointId;
using model::OnFailure;

void check_key_policy(const model::Program& program, const model::Endpoint& endpoint,
                      const model::EndpointPlaces& places, Reporter& reporter) {
  if (endpoint.on_failure != OnFailure::park_key && endpoint.on_failure != OnFailure::skip_key)
    return;
  const model::Channel& channel = program[*endpoint.channel];
  if (channel.ordered_by_key) return;
  auto diagnostic = reporter.error(kKeyPolicyWithoutOrder, places.on_failure,
                                   model::to_string(endpoint.on_failure), channel.name);
  if (channel.implicit) {
    diagnostic.help(
        "without `via` the channel is made, without order: declare one that says "
        "`ordered by key`, and name it");
  } else {
    diagnostic.label(channel.span, "does not say `ordered by key`")
        .help("messages of one key hold each other back only where they are `ordered by key`");
  }
}

/// What comes later comes to nobody's unit of work: it needs a channel to wait on.
void check_scheduled(const model::Draft& draft, std::size_t index,
                     const std::vector<std::vector<EndpointId>>& handlers, Reporter& reporter) {
  const model::Program& program = draft.program;
  const model::Endpoint& endpoint = program.endpoints[index];
  for (std::size_t i = 0; i < endpoint.schedules.size(); ++i) {
    const model::MessageId message = endpoint.schedules[i];
    for (const EndpointId id : handlers[static_cast<std::uint32_t>(message)]) {
      if (program[id].dispatch != model::Dispatch::caller) continue;
      reporter
          .error(kScheduledForCaller, draft.endpoint_places[index].schedules[i],
                 program[message].name, model::handler_name(program, id))
          .label(program[id].span, program[message].kind == model::MessageKind::event
                                       ? "`inline` here"
                                       : "has no channel")
          .help("give `" + program[id].name + "` a channel: `via NAME`");
    }
  }
}

/// Whose deliveries an endpoint id stands for, and as what.
struct IdUse {
  EndpointId endpoint{};
  Span place;
  bool old = false;
};

std::string text_of(const model::Program& program, const IdUse& use) {
  return (use.old ? "an old id of `" : "the id of `") + model::handler_name(program, use.endpoint) +
         "`";
}

}  // namespace

void check_policies(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  for (std::size_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const model::EndpointPlaces& places = draft.endpoint_places[i];
    check_scheduled(draft, i, handlers, reporter);
    // A misspelt `via` was reported, and the channel made in its place says nothing.
    const bool lost = endpoint.channel && program[*endpoint.channel].implicit &&
                      places.channel.end != places.channel.begin;
    if (!endpoint.channel || lost || draft.channel_doubts.contains(*endpoint.channel)) continue;
    check_key_policy(program, endpoint, places, reporter);
    const model::Channel& channel = program[*endpoint.channel];
    if (std::holds_alternative<model::Nothing>(endpoint.takes.type) && channel.ordered_by_key) {
      reporter.error(kScheduleOrdered, places.channel, channel.name)
          .label(channel.span, "asks for order by key")
          .help("without `via` it has a channel of its own");
    }
  }
}

void check_old_ids(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  std::map<std::string, IdUse> uses;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i)
    uses.emplace(program.endpoints[i].id, IdUse{EndpointId{i}, draft.endpoint_places[i].id});
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    for (std::size_t j = 0; j < endpoint.old_ids.size(); ++j) {
      const Span place = draft.endpoint_places[i].old_ids[j];
      const auto [first, added] =
          uses.emplace(endpoint.old_ids[j], IdUse{EndpointId{i}, place, true});
      if (added) continue;
      const IdUse& use = first->second;
      if (use.endpoint == EndpointId{i}) {
        reporter
            .error(kOldIdTaken, place, endpoint.old_ids[j],
                   use.old ? "listed twice" : "the one that replaces it")
            .label(use.place, use.old ? "first here" : "the id from now on");
        continue;
      }
      reporter.error(kOldIdTaken, place, endpoint.old_ids[j], text_of(program, use))
          .label(use.place, "taken here")
          .help("what is in flight under an id has one endpoint to go to");
    }
  }
  std::map<std::string, Span> retired;
  for (const auto& [component, places] : draft.retired_places) {
    const auto& ids = program.components[component].retired;
    for (std::size_t j = 0; j < ids.size(); ++j) {
      const auto use = uses.find(ids[j]);
      if (use != uses.end()) {
        reporter.error(kRetiredIdTaken, places[j], ids[j], text_of(program, use->second))
            .label(use->second.place, "takes what comes for it")
            .help("what comes for a retired id becomes a dead letter: drop one of the two");
        continue;
      }
      const auto [first, added] = retired.emplace(ids[j], places[j]);
      if (added) continue;
      reporter.error(kRetiredIdTaken, places[j], ids[j], "retired twice")
          .label(first->second, "first here");
    }
  }
}

}  // namespace flowc
