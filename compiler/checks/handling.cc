#include "checks/handling.h"

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
  return handlers;
}

std::optional<model::ServiceId> service_of(const model::Program& program,
                                           model::ComponentId component) {
  for (std::uint32_t i = 0; i < program.services.size(); ++i) {
    for (const model::ComponentId id : program.services[i].components) {
      if (id == component) return model::ServiceId{i};
    }
  }
  return std::nullopt;
}

}  // namespace flowc
