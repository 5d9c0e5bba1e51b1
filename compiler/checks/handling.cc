#include "checks/handling.h"

#include <algorithm>

namespace flowc {

std::vector<std::vector<model::EndpointId>> handlers_by_message(const model::Program& program) {
  std::vector<std::vector<model::EndpointId>> handlers(program.messages.size());
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    // A step takes what its slip carries, not what is sent or published.
    if (program[program.endpoints[i].component].kind == model::ComponentKind::steps) continue;
    const auto* message = std::get_if<model::MessageId>(&program.endpoints[i].takes.type);
    if (message != nullptr)
      handlers[static_cast<std::uint32_t>(*message)].push_back(model::EndpointId{i});
  }
  // Endpoints stand by kind in the program.
  for (std::vector<model::EndpointId>& of_one : handlers) {
    std::stable_sort(of_one.begin(), of_one.end(),
                     [&program](model::EndpointId a, model::EndpointId b) {
                       return program[a].span < program[b].span;
                     });
  }
  return handlers;
}

std::optional<model::PublisherId> forwarded_to(const model::Program& program,
                                               const model::Endpoint& endpoint) {
  if (program[endpoint.component].kind != model::ComponentKind::forward || endpoint.uses.empty())
    return std::nullopt;
  return endpoint.uses.front();
}

}  // namespace flowc
