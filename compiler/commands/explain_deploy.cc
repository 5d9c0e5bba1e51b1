#include "commands/explain_deploy.h"

#include <fmt/format.h>

#include "checks/capabilities.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::PlaceRef;
using model::ServiceId;

std::string at(Span span, const SourceMap& sources) {
  const Position begin = sources.begin(span);
  return fmt::format("{}:{}:{}", sources.path(span.file), begin.line, begin.column);
}

/// `main (postgres)`; `sqlite` for an unnamed store.
std::string place_text(const model::Deployment& deployment, PlaceRef place) {
  const std::string name = model::place_name(deployment, place);
  const std::string kind(capabilities_of(deployment, place).place);
  return name == kind ? name : fmt::format("{} ({})", name, kind);
}

std::string setting_text(const model::Option& option) {
  if (!option.value.environment) return fmt::format("{}: {}", option.name, option.value.text);
  if (!option.value.has_default)
    return fmt::format("{}: env {}", option.name, *option.value.environment);
  return fmt::format("{}: env {} or {}", option.name, *option.value.environment, option.value.text);
}

std::string options_text(const std::vector<model::Option>& options) {
  std::string text;
  for (const model::Option& option : options)
    text += (text.empty() ? "" : ", ") + setting_text(option);
  return text;
}

/// One line a policy: what is asked for, and who does it.
std::string honoured(const model::Deployment& deployment, const model::Channel& channel,
                     PlaceRef place, std::uint32_t store) {
  const Capabilities& can = capabilities_of(deployment, place);
  const std::string here = model::place_name(deployment, place);
  const std::string stead = model::place_name(deployment, {PlaceRef::Kind::store, store});
  std::string text;
  const auto line = [&](const char* what, Support support) {
    text += fmt::format("      {:<16} {}\n", what, support == Support::native ? here : stead);
  };
  if (channel.ordered_by_key) line("ordered by key", can.order);
  if (channel.retry.delayed != 0) line("delayed retries", can.delay);
  line("dead letters", Support::supplied);
  if (channel.capacity) line("capacity", can.capacity);
  if (channel.rate_count) text += fmt::format("      {:<16} the service\n", "rate");
  if (channel.isolated) text += fmt::format("      {:<16} the service\n", "isolated");
  return text;
}

void list_taken(std::string& text, const model::Program& program, const model::Service& service) {
  text += "takes:\n";
  for (const model::ComponentId id : service.components) {
    if (program[id].kind == model::ComponentKind::steps) continue;
    for (const model::EndpointId one : program[id].endpoints) {
      const model::Endpoint& endpoint = program[one];
      if (!std::holds_alternative<model::MessageId>(endpoint.takes.type)) continue;
      text += fmt::format("  {}  by {}{}\n", model::full_name(program, endpoint.takes), endpoint.id,
                          endpoint.channel ? " via " + program[*endpoint.channel].name
                                           : std::string(", in its caller's unit of work"));
    }
  }
}

}  // namespace

std::optional<std::string> explain_service(const model::Program& program, const std::string& name,
                                           const SourceMap& sources) {
  for (std::uint32_t i = 0; i < program.services.size(); ++i) {
    const model::Service& service = program.services[i];
    if (service.name != name) continue;
    std::string text =
        fmt::format("service {}, declared at {}\n", service.name, at(service.span, sources));
    text += "components:\n";
    for (const model::ComponentId id : service.components) {
      text += fmt::format("  {}  ({}, {})\n", program[id].name, model::to_string(program[id].kind),
                          at(program[id].span, sources));
    }
    list_taken(text, program, service);
    text += "runs:\n";
    for (const model::Deployment& deployment : program.deployments) {
      const PlaceRef store{PlaceRef::Kind::store, deployment.service_stores[i]};
      text += fmt::format("  under {}: its store is {}", deployment.name,
                          place_text(deployment, store));
      const model::ServicePlacement* placement = model::find_placement(deployment, ServiceId{i});
      text += placement != nullptr && placement->listens
                  ? fmt::format(", it listens on {}\n", place_text(deployment, *placement->listens))
                  : std::string("\n");
    }
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> explain_deployment(const model::Program& program,
                                              const std::string& name, const SourceMap& sources) {
  const auto channel_homes = model::channel_services(program);
  for (const model::Deployment& deployment : program.deployments) {
    if (deployment.name != name) continue;
    std::string text =
        deployment.implicit
            ? fmt::format("deploy {}, which runs without any `deploy`\n", name)
            : fmt::format("deploy {}, declared at {}\n", name, at(deployment.span, sources));
    for (std::uint32_t i = 0; i < deployment.stores.size(); ++i) {
      const model::Store& store = deployment.stores[i];
      const std::string options = store.kind == model::StoreKind::sqlite
                                      ? options_text({model::Option{"path", store.path, {}}})
                                      : options_text(store.options);
      text += fmt::format("store {}{}{}\n", place_text(deployment, {PlaceRef::Kind::store, i}),
                          options.empty() ? "" : "  ", options);
    }
    for (std::uint32_t i = 0; i < deployment.brokers.size(); ++i) {
      text += fmt::format("broker {}  {}\n", place_text(deployment, {PlaceRef::Kind::broker, i}),
                          options_text(deployment.brokers[i].options));
    }
    for (std::uint32_t i = 0; i < program.services.size(); ++i) {
      const std::uint32_t store = deployment.service_stores[i];
      const model::ServicePlacement* placement = model::find_placement(deployment, ServiceId{i});
      text += fmt::format("service {}\n  sagas, outbox and inbox on {}\n", program.services[i].name,
                          place_text(deployment, {PlaceRef::Kind::store, store}));
      text += fmt::format("  messages of other services over {}\n",
                          placement != nullptr && placement->listens
                              ? place_text(deployment, *placement->listens)
                              : std::string("the store they share"));
      for (std::size_t c = 0; c < program.channels.size(); ++c) {
        if (channel_homes[c] != ServiceId{i}) continue;
        const PlaceRef place = deployment.channel_places[c];
        text += fmt::format("    channel {} on {}\n", program.channels[c].name,
                            place_text(deployment, place));
        text += honoured(deployment, program.channels[c], place, store);
      }
    }
    for (const model::PublisherPlacement& placed : deployment.publishers) {
      text += fmt::format("publisher {} on {}  {}\n", program[placed.publisher].name,
                          model::to_string(placed.kind), options_text(placed.options));
    }
    return text;
  }
  return std::nullopt;
}

std::vector<std::string> service_names(const model::Program& program) {
  std::vector<std::string> names;
  for (const model::Service& service : program.services) names.push_back(service.name);
  return names;
}

std::vector<std::string> deployment_names(const model::Program& program) {
  std::vector<std::string> names;
  for (const model::Deployment& deployment : program.deployments) names.push_back(deployment.name);
  return names;
}

}  // namespace flowc
