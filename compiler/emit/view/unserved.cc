#include "emit/view/unserved.h"

#include <fmt/format.h>

#include <set>

#include "model/names.h"

namespace flowc::view {

namespace {

using model::ComponentKind;

/// Collects what one service has, each once, in the order of declaration.
class Parts {
 public:
  explicit Parts(const model::Program& program) : program_(program) {}

  void component(model::ComponentId id) {
    const model::Component& component = program_[id];
    switch (component.kind) {
      case ComponentKind::steps:
      case ComponentKind::orchestrator:
      case ComponentKind::saga:
        add(fmt::format("{} {}", model::to_string(component.kind), component.name));
        return;
      case ComponentKind::forward:
      case ComponentKind::translator:
        add(component.name);  // `forward OrderPlaced`
        return;
      case ComponentKind::handlers:
        break;
    }
    for (const model::EndpointId endpoint : component.endpoints) handler(endpoint);
  }

  std::vector<std::string> take() { return std::move(parts_); }

 private:
  void add(std::string part) {
    if (known_.insert(part).second) parts_.push_back(std::move(part));
  }

  void handler(model::EndpointId id) {
    const model::Endpoint& endpoint = program_[id];
    const auto clause = [&](const std::string& what) {
      add(fmt::format("handler {}: {}", model::handler_name(program_, id), what));
    };
    if (endpoint.schedule) clause("every");
    if (endpoint.batch) clause("batch");
    if (endpoint.on_failure != model::OnFailure::retry)
      clause(fmt::format("on_failure {}", model::to_string(endpoint.on_failure)));
    for (const std::string& old : endpoint.old_ids) clause(fmt::format("was \"{}\"", old));
    for (const model::SagaId saga : endpoint.starts)
      clause("starts " + program_[program_[saga].component].name);
    for (const model::PublisherId publisher : endpoint.uses)
      clause("uses " + program_[publisher].name);
    if (endpoint.channel && program_[*endpoint.channel].isolated)
      add(fmt::format("channel {}: isolated", program_[*endpoint.channel].name));
    const auto hops = [&](model::MessageId message) {
      if (program_[message].hops) add(fmt::format("message {}: @hops", program_[message].name));
    };
    if (const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type)) hops(*message);
    for (const model::MessageId message : endpoint.sends) hops(message);
    for (const model::MessageId message : endpoint.publishes) hops(message);
  }

  const model::Program& program_;
  std::set<std::string> known_;
  std::vector<std::string> parts_;
};

bool is_served(model::StoreKind kind) {
  return kind == model::StoreKind::sqlite || kind == model::StoreKind::memory;
}

std::string called(const char* what, const std::string& name) {
  return name.empty() ? what : fmt::format("{} {}", what, name);
}

}  // namespace

bool is_served(const model::Program& program, model::EndpointId id) {
  const model::Endpoint& endpoint = program[id];
  return program[endpoint.component].kind == ComponentKind::handlers && !endpoint.schedule &&
         !endpoint.batch;
}

std::vector<std::string> unserved_parts(const model::Program& program, model::ServiceId service) {
  Parts parts{program};
  for (const model::ComponentId id : program[service].components) parts.component(id);
  return parts.take();
}

std::vector<std::string> unserved_parts(const model::Deployment& deployment) {
  std::vector<std::string> parts;
  for (const model::Store& store : deployment.stores) {
    if (!is_served(store.kind))
      parts.push_back(
          fmt::format("{}: {}", called("store", store.name), model::to_string(store.kind)));
  }
  // The host opens one store, and listens on it.
  for (std::size_t i = 1; i < deployment.stores.size(); ++i) {
    if (is_served(deployment.stores[i].kind))
      parts.push_back(fmt::format("store {}: a second store", deployment.stores[i].name));
  }
  for (const model::Broker& broker : deployment.brokers)
    parts.push_back(fmt::format("broker {}: {}", broker.name, model::to_string(broker.kind)));
  return parts;
}

}  // namespace flowc::view
