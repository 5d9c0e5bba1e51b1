#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checks/capabilities.h"
#include "checks/checks.h"
#include "checks/handling.h"
#include "checks/traffic.h"
#include "diagnostics/catalog.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::ChannelId;
using model::PlaceRef;
using model::ServiceId;

/// Checks one deployment whose parts are all understood against what its places can do.
class DeploymentCheck {
 public:
  DeploymentCheck(const model::Draft& draft, std::size_t index, Reporter& reporter)
      : draft_(draft),
        program_(draft.program),
        deployment_(program_.deployments[index]),
        misnamed_(draft.misnamed_places[index]),
        reporter_(reporter) {}

  void run() {
    for (const model::ServicePlacement& service : deployment_.services) {
      for (const model::ChannelPlacement& placed : service.channels) channel(placed);
    }
    for (const model::ServicePlacement& service : deployment_.services) {
      if (service.listens) listening(service);
    }
    shared_topics();
    unused_places();
  }

 private:
  void channel(const model::ChannelPlacement& placed) {
    const model::Channel& channel = program_[placed.channel];
    const Capabilities& place = capabilities_of(deployment_, placed.place);
    if (channel.ordered_by_key && place.order == Support::none)
      cannot_order(placed.place, placed.span, "placed on a standard SQS queue", channel);
  }

  void cannot_order(PlaceRef place, Span span, const char* here, const model::Channel& channel) {
    if (!unordered_.emplace(place.index, &channel).second) return;
    const model::Broker& broker = deployment_.brokers[place.index];
    std::string region = "…";
    for (const model::Option& option : broker.options) {
      if (option.name == "region" && !option.value.environment) region = option.value.text;
    }
    reporter_.error(kCannotOrder, span, broker.name, channel.name)
        .here(here)
        .label(channel.span, "order by key is asked for here")
        .label(broker.span, "declared here")
        .help("use `sqs(region: \"" + region + "\", fifo: true)`, or place the channel on a store");
  }

  /// What comes in over a queue without order has none on the channel behind it either.
  void listening(const model::ServicePlacement& service) {
    if (capabilities_of(deployment_, *service.listens).order != Support::none) return;
    const auto homes = model::component_services(program_);
    std::vector<bool> arrives(program_.messages.size(), false);
    for (const Emission& emission : emissions(draft_)) {
      const auto home = homes[static_cast<std::uint32_t>(emission.from)];
      if (home && *home != service.service)
        arrives[static_cast<std::uint32_t>(emission.message)] = true;
    }
    for (const model::Endpoint& endpoint : program_.endpoints) {
      const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
      if (message == nullptr || !arrives[static_cast<std::uint32_t>(*message)]) continue;
      if (homes[static_cast<std::uint32_t>(endpoint.component)] != service.service) continue;
      if (!endpoint.channel || !program_[*endpoint.channel].ordered_by_key) continue;
      cannot_order(*service.listens, service.listens_span,
                   "messages of other services arrive here, over a standard SQS queue",
                   program_[*endpoint.channel]);
      return;
    }
  }

  /// Where a placement sends to, as far as it is written down: what comes from the environment is
  /// told apart by the variable's name.
  std::string destination(const model::PublisherPlacement& placed) const {
    std::string text = program_[placed.publisher].topic + '\n' + model::to_string(placed.kind);
    for (const model::Option& option : placed.options) {
      if (option.name == "secret" || option.name == "fifo") continue;
      const model::Setting& value = option.value;
      text += '\n' + std::string(option.name) + (value.environment ? " env " : " ");
      if (value.environment) {
        text += *value.environment;
      } else if (placed.kind == model::PartnerKind::file) {
        text += std::filesystem::path(value.text).lexically_normal().generic_string();
      } else {
        text += value.text;
      }
    }
    return text;
  }

  /// Two buffers and two breakers for one topic: what goes there has no order, and one of them may
  /// be a copy of the other's line.
  void shared_topics() {
    std::map<std::string, const model::PublisherPlacement*> first;
    for (const model::PublisherPlacement& placed : deployment_.publishers) {
      const auto [known, added] = first.emplace(destination(placed), &placed);
      if (added) continue;
      const model::Publisher& other = program_[known->second->publisher];
      const model::Publisher& publisher = program_[placed.publisher];
      reporter_
          .warning(kSharedTopic, placed.span, other.name, publisher.name, publisher.topic,
                   deployment_.name)
          .label(known->second->span, "the same place")
          .help(
              "give each a topic or a place of its own; what goes to one partner goes over one "
              "publisher");
    }
  }

  void unused_places() {
    if (program_.services.empty()) return;
    std::vector<bool> stores(deployment_.stores.size(), deployment_.stores.size() == 1);
    std::vector<bool> brokers(deployment_.brokers.size(), false);
    for (const std::uint32_t store : deployment_.service_stores) stores[store] = true;
    const auto use = [&](PlaceRef place) {
      (place.kind == PlaceRef::Kind::store ? stores : brokers)[place.index] = true;
    };
    for (const PlaceRef place : misnamed_) use(place);
    for (const model::ServicePlacement& service : deployment_.services) {
      if (service.listens) use(*service.listens);
      for (const model::ChannelPlacement& placed : service.channels) use(placed.place);
    }
    for (std::size_t i = 0; i < stores.size(); ++i) {
      const model::Store& store = deployment_.stores[i];
      if (!stores[i]) reporter_.warning(kUnusedPlace, store.span, "store", store.name);
    }
    for (std::size_t i = 0; i < brokers.size(); ++i) {
      const model::Broker& broker = deployment_.brokers[i];
      if (!brokers[i]) reporter_.warning(kUnusedPlace, broker.span, "broker", broker.name);
    }
  }

  const model::Draft& draft_;
  const model::Program& program_;
  const model::Deployment& deployment_;
  const std::vector<PlaceRef>& misnamed_;
  Reporter& reporter_;
  std::set<std::pair<std::uint32_t, const model::Channel*>> unordered_;  // reported, by broker
};

}  // namespace

void check_deployments(const model::Draft& draft, Reporter& reporter) {
  for (std::size_t i = 0; i < draft.program.deployments.size(); ++i) {
    const model::Deployment& deployment = draft.program.deployments[i];
    if (draft.deployment_doubts[i]) continue;
    if (deployment.stores.empty()) {
      reporter.error(kNoStore, deployment.span, deployment.name)
          .help("add one, which places everything: `store sqlite(\"flow.db\")`");
      continue;
    }
    DeploymentCheck(draft, i, reporter).run();
  }
}

}  // namespace flowc
