#include <optional>
#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "diagnostics/catalog.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc {
namespace {

/// Forwards and translations are in no service's list: they have no name.
bool has_name(const model::Component& component) {
  return component.kind != model::ComponentKind::forward &&
         component.kind != model::ComponentKind::translator;
}

}  // namespace

void check_services(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  std::vector<std::optional<Span>> placed(program.components.size());
  std::vector<bool> strays(program.components.size());  // placed from another module
  for (std::size_t i = 0; i < program.services.size(); ++i) {
    for (std::size_t j = 0; j < program.services[i].components.size(); ++j) {
      const auto component = static_cast<std::uint32_t>(program.services[i].components[j]);
      const Span here = draft.service_places[i][j];
      // That it is not public was reported, and is what is wrong.
      const bool foreign = program.services[i].module != program.components[component].module;
      if (placed[component] && !foreign && !strays[component]) {
        reporter.error(kComponentInTwoServices, here, program.components[component].name)
            .label(*placed[component], "first placed here")
            .help("a component runs in one service; others reach it by its messages");
        continue;
      }
      placed[component] = here;
      strays[component] = foreign;
    }
  }
  if (draft.doubts.services) return;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const model::Component& component = program.components[i];
    if (placed[i] || !has_name(component)) continue;
    reporter.warning(kComponentInNoService, component.span, component.name)
        .help("its handlers run nowhere: name it in a `service`");
  }
}

/// What runs in its caller's unit of work has to run where its caller runs.
void check_calls_across_services(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  const auto services = model::component_services(program);
  const auto service = [&services](const model::Endpoint& endpoint) {
    return services[static_cast<std::uint32_t>(endpoint.component)];
  };
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& caller = program.endpoints[i];
    const auto home = service(caller);
    if (!home) continue;
    const auto check = [&](model::MessageId message, Span place) {
      for (const model::EndpointId id : handlers[static_cast<std::uint32_t>(message)]) {
        const model::Endpoint& callee = program[id];
        const auto other = service(callee);
        if (callee.dispatch != model::Dispatch::caller || !other || *other == *home) continue;
        if (draft.endpoint_places[index_of(id)].guessed) continue;
        reporter
            .error(kCallAcrossServices, place, model::handler_name(program, id),
                   program[callee.component].name, program[*other].name)
            .here("`" + model::handler_name(program, model::EndpointId{i}) + "` is in service `" +
                  program[*home].name + "`")
            .label(callee.span, program[message].kind == model::MessageKind::event
                                    ? "`inline` here"
                                    : "has no channel")
            .help("give `" + callee.name + "` a channel: `via NAME`");
      }
    };
    for (std::size_t j = 0; j < caller.sends.size(); ++j)
      check(caller.sends[j], draft.endpoint_places[i].sends[j]);
    for (std::size_t j = 0; j < caller.publishes.size(); ++j) {
      check(caller.publishes[j], draft.endpoint_places[i].publishes[j]);
    }
  }
}

}  // namespace flowc
