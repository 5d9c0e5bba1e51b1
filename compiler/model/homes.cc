#include "model/homes.h"

#include "model/names.h"

namespace flowc::model {

std::vector<std::optional<ServiceId>> component_services(const Program& program) {
  std::vector<std::optional<ServiceId>> homes(program.components.size());
  std::vector<std::uint32_t> listed(program.components.size(), 0);
  for (std::uint32_t i = 0; i < program.services.size(); ++i) {
    for (const ComponentId id : program.services[i].components) {
      const auto component = static_cast<std::uint32_t>(id);
      homes[component] = ++listed[component] == 1 ? std::optional(ServiceId{i}) : std::nullopt;
    }
  }
  return homes;
}

std::vector<std::optional<ServiceId>> channel_services(const Program& program) {
  const auto components = component_services(program);
  std::vector<std::optional<ServiceId>> homes(program.channels.size());
  for (const Endpoint& endpoint : program.endpoints) {
    if (!endpoint.channel) continue;
    auto& home = homes[static_cast<std::uint32_t>(*endpoint.channel)];
    if (!home) home = components[static_cast<std::uint32_t>(endpoint.component)];
  }
  return homes;
}

std::vector<std::optional<ServiceId>> publisher_services(const Program& program) {
  const auto components = component_services(program);
  std::vector<std::optional<ServiceId>> homes(program.publishers.size());
  for (const Endpoint& endpoint : program.endpoints) {
    for (const PublisherId id : endpoint.uses) {
      auto& home = homes[static_cast<std::uint32_t>(id)];
      if (!home) home = components[static_cast<std::uint32_t>(endpoint.component)];
    }
  }
  for (const Forward& forward : program.forwards) {
    for (const PublisherId id : forward.publishers) {
      auto& home = homes[static_cast<std::uint32_t>(id)];
      if (!home) home = components[static_cast<std::uint32_t>(forward.component)];
    }
  }
  return homes;
}

const ServicePlacement* find_placement(const Deployment& deployment, ServiceId service) {
  for (const ServicePlacement& placement : deployment.services) {
    if (placement.service == service) return &placement;
  }
  return nullptr;
}

std::string place_name(const Deployment& deployment, PlaceRef place) {
  if (place.kind == PlaceRef::Kind::broker) return deployment.brokers[place.index].name;
  const Store& store = deployment.stores[place.index];
  return store.name.empty() ? to_string(store.kind) : store.name;
}

}  // namespace flowc::model
