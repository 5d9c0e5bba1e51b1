#include <algorithm>
#include <map>
#include <set>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/homes.h"
#include "sema/lower_places.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

using model::ChannelId;
using model::PlaceRef;
using model::PlaceUse;
using model::PublisherId;
using model::ServiceId;

constexpr std::uint64_t kPartitionsMax = 10'000;

model::Setting literal(std::string text) {
  model::Setting setting;
  setting.text = std::move(text);
  return setting;
}

/// `a`, `b` and 3 more.
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 3; ++i)
    text += (i == 0 ? "`" : ", `") + names[i] + "`";
  if (names.size() > 3) text += " and " + std::to_string(names.size() - 3) + " more";
  return text;
}

/// What is true of the program under every deployment.
struct Uses {
  explicit Uses(const model::Program& program)
      : channel_services(model::channel_services(program)) {
    const auto components = model::component_services(program);
    for (const model::Endpoint& endpoint : program.endpoints) {
      const auto home = components[static_cast<std::uint32_t>(endpoint.component)];
      if (endpoint.channel && home) channels[*home].insert(*endpoint.channel);
    }
    for (std::uint32_t i = 0; i < program.channels.size(); ++i)
      channel_by_name.emplace(program.channels[i].name, ChannelId{i});
  }
  std::vector<std::optional<ServiceId>> channel_services;
  std::map<ServiceId, std::set<ChannelId>> channels;
  std::map<std::string, ChannelId, std::less<>> channel_by_name;
};

class DeploymentLowering {
 public:
  DeploymentLowering(State& state, const Uses& uses, std::size_t index)
      : state_(state),
        program_(state.draft.program),
        uses_(uses),
        syntax_(*state.deployments[index]),
        out_(program_.deployments[index]),
        doubtful_(syntax_.damaged) {}

  void run() {
    for (const ast::Place& store : syntax_.stores) lower_store(store);
    for (const ast::Place& broker : syntax_.brokers) lower_broker(broker);
    for (const ast::ServicePlacement& service : syntax_.services) lower_service(service);
    for (const ast::PublisherPlacement& publisher : syntax_.publishers) lower_publisher(publisher);
    if (!doubtful_ && !publishers_doubtful_) require_publishers();
    place_services();
    place_channels();
    state_.draft.deployment_doubts.push_back(doubtful_);
    state_.draft.misnamed_places.push_back(std::move(misnamed_));
  }

 private:
  struct Known {
    std::optional<PlaceRef> place;  // absent: it could not be understood
    Span name;
  };

  void lower_store(const ast::Place& syntax) {
    model::Store store;
    store.span = syntax.name ? syntax.name->span : syntax.kind.span;
    if (syntax.name) store.name = syntax.name->text;
    if (!syntax.name && syntax_.stores.size() > 1) unnamed(syntax);
    const auto place = lower_place(state_, syntax, PlaceUse::store);
    const PlaceRef here{PlaceRef::Kind::store, static_cast<std::uint32_t>(out_.stores.size())};
    if (syntax.name) add_name(*syntax.name, "store", place ? std::optional(here) : std::nullopt);
    if (!place) {
      doubtful_ = true;
      return;
    }
    store.kind = static_cast<model::StoreKind>(model::position(*place->kind));
    store.options = place->options;
    if (store.kind == model::StoreKind::sqlite && !store.options.empty()) {
      store.path = store.options.front().value;
      store.options.clear();
    }
    out_.stores.push_back(std::move(store));
  }

  /// Several without a name are one mistake, reported at the first.
  void unnamed(const ast::Place& store) {
    doubtful_ = true;
    const auto has_no_name = [](const ast::Place& one) { return !one.name; };
    const auto first = std::find_if(syntax_.stores.begin(), syntax_.stores.end(), has_no_name);
    if (&*first != &store) return;
    const bool taken =
        std::any_of(syntax_.stores.begin(), syntax_.stores.end(),
                    [](const ast::Place& one) { return one.name && one.name->text == "main"; });
    auto diagnostic = state_.reporter.error(kStoreUnnamed, store.kind.span, out_.name);
    for (auto other = first + 1; other != syntax_.stores.end(); ++other) {
      if (!other->name) diagnostic.label(other->kind.span, "nor has this one");
    }
    diagnostic.help(std::string("name it: `store ") + (taken ? "other" : "main") + ": " +
                    store.kind.text + "…`");
  }

  void lower_broker(const ast::Place& syntax) {
    const auto place = lower_place(state_, syntax, PlaceUse::broker);
    const PlaceRef here{PlaceRef::Kind::broker, static_cast<std::uint32_t>(out_.brokers.size())};
    if (syntax.name) add_name(*syntax.name, "broker", place ? std::optional(here) : std::nullopt);
    if (!place) {
      doubtful_ = true;
      return;
    }
    if (!place->complete) doubtful_ = true;  // what it can do may hang on an option
    model::Broker broker;
    broker.span = syntax.name ? syntax.name->span : syntax.kind.span;
    if (syntax.name) broker.name = syntax.name->text;
    broker.kind = static_cast<model::BrokerKind>(model::position(*place->kind));
    broker.options = place->options;
    out_.brokers.push_back(std::move(broker));
  }

  void add_name(const ast::Name& name, const char* word, std::optional<PlaceRef> place) {
    const auto [first, added] = names_.emplace(name.text, Known{place, name.span});
    if (added) return;
    state_.reporter.error(kDeclaredTwice, name.span, word, name.text)
        .label(first->second.name, "first declared here")
        .help("stores and brokers of a deployment have one space of names");
    doubtful_ = true;
  }

  /// The place of that name, of either kind. Nothing, if reported or not understood.
  std::optional<PlaceRef> find_place(const ast::Name& name, const char* word,
                                     std::optional<PlaceRef::Kind> wanted) {
    const auto found = names_.find(name.text);
    if (found == names_.end()) return guess_place(name, word, wanted);
    const auto& place = found->second.place;
    if (!place || !wanted || place->kind == *wanted) return place;
    const bool store = *wanted == PlaceRef::Kind::store;
    auto diagnostic =
        state_.reporter.error(kWrongKind, name.span, name.text, store ? "a broker" : "a store",
                              store ? "a store" : "a broker");
    diagnostic.label(found->second.name, "declared here");
    diagnostic.help(store
                        ? "a broker carries what is on its way; `channel NAME on " + name.text +
                              "` places one channel there"
                        : std::string("services on one store reach each other without `listens`"));
    return std::nullopt;
  }

  std::optional<PlaceRef> guess_place(const ast::Name& name, const char* word,
                                      std::optional<PlaceRef::Kind> wanted) {
    std::vector<std::string> candidates;
    if (state_.reporter.may_compare(names_.size())) {
      for (const auto& [known, place] : names_) {
        if (!wanted || !place.place || place.place->kind == *wanted) candidates.push_back(known);
      }
    }
    const std::vector<std::string> similar = suggest(name.text, candidates);
    if (similar.empty() && doubtful_) return std::nullopt;
    auto diagnostic = state_.reporter.error(kNotDeclared, name.span, word, name.text);
    diagnostic.did_you_mean(name.span, name.text, candidates);
    if (similar.size() != 1) return std::nullopt;
    const Known& meant = names_.find(similar.front())->second;
    diagnostic.label(meant.name, "similar name, declared here");
    return meant.place;
  }

  void lower_service(const ast::ServicePlacement& syntax) {
    if (syntax.damaged) doubtful_ = true;
    const auto symbol = find_global(state_, state_.symbols.services, syntax.service, "service",
                                    syntax.service.span);
    if (!symbol) {
      doubtful_ = true;
      return;
    }
    const ServiceId id{symbol->index};
    if (syntax.service.text != program_[id].name) {
      doubtful_ = true;  // what was meant may have a placement of its own
      return;
    }
    if (const model::ServicePlacement* first = model::find_placement(out_, id)) {
      state_.reporter.error(kPlacedTwice, syntax.service.span, "service", syntax.service.text)
          .label(first->span, "first placed here")
          .help("say all of it at one place");
      doubtful_ = true;
      return;
    }
    model::ServicePlacement made;
    made.service = id;
    made.span = syntax.service.span;
    if (syntax.listens) {
      made.listens_span = syntax.listens->span;
      made.listens = find_place(*syntax.listens, "broker", PlaceRef::Kind::broker);
      if (!made.listens) doubtful_ = true;
    }
    if (syntax.channels) {
      const auto store = find_place(*syntax.channels, "store", PlaceRef::Kind::store);
      if (store) made.store = store->index;
      if (!store) doubtful_ = true;
    }
    for (const ast::ChannelPlacement& channel : syntax.channel) lower_channel(channel, made);
    out_.services.push_back(std::move(made));
  }

  void lower_channel(const ast::ChannelPlacement& syntax, model::ServicePlacement& service) {
    const auto channel = find_channel(syntax.channel, service.service);
    const auto place = find_place(syntax.place, "store or broker", std::nullopt);
    if (!channel || !place) {
      doubtful_ = true;
      return;
    }
    model::ChannelPlacement made{*channel, *place, std::nullopt, syntax.place.span};
    for (const model::ChannelPlacement& first : service.channels) {
      if (first.channel != *channel) continue;
      state_.reporter.error(kPlacedTwice, syntax.channel.span, "channel", syntax.channel.text)
          .label(first.span, "first placed here");
      return;
    }
    if (syntax.partitions) partitions(*syntax.partitions, syntax.place, made);
    service.channels.push_back(made);
  }

  void partitions(const ast::Integer& count, const ast::Name& place, model::ChannelPlacement& out) {
    const bool kafka = out.place.kind == PlaceRef::Kind::broker &&
                       out_.brokers[out.place.index].kind == model::BrokerKind::kafka;
    if (!kafka) {
      state_.reporter.error(kPartitionsHere, count.span, place.text)
          .label(names_.find(model::place_name(out_, out.place))->second.name, "declared here")
          .help("leave `partitions` out: only a topic of Kafka is cut into them");
      return;
    }
    if (count.value < 1 || count.value > kPartitionsMax) {
      state_.reporter.error(
          kPolicyOutOfBounds, count.span, "`partitions`",
          count.value < 1 ? "is at least 1" : "is at most " + std::to_string(kPartitionsMax));
      return;
    }
    out.partitions = static_cast<std::uint32_t>(count.value);
  }

  std::optional<ChannelId> find_channel(const ast::Name& name, ServiceId service) {
    const auto own = uses_.channels.find(service);
    const auto found = uses_.channel_by_name.find(name.text);
    if (found != uses_.channel_by_name.end()) {
      if (own != uses_.channels.end() && own->second.count(found->second) != 0)
        return found->second;
      if (!state_.draft.doubts.handlers && !state_.draft.doubts.channels &&
          !state_.draft.doubts.services && !program_[service].components.empty()) {
        state_.reporter.error(kChannelNotUsed, name.span, name.text, program_[service].name)
            .label(program_[found->second].span, "declared here")
            .help("a service places the channels of its own handlers");
      }
      return std::nullopt;
    }
    std::vector<std::string> candidates;
    if (own != uses_.channels.end() && state_.reporter.may_compare(own->second.size())) {
      for (const ChannelId id : own->second) candidates.push_back(program_[id].name);
    }
    const std::vector<std::string> similar = suggest(name.text, candidates);
    if (similar.empty() && (state_.draft.doubts.channels || state_.draft.doubts.handlers))
      return std::nullopt;
    auto diagnostic = state_.reporter.error(kNotDeclared, name.span, "channel", name.text);
    diagnostic.did_you_mean(name.span, name.text, candidates);
    if (similar.size() != 1) return std::nullopt;
    return uses_.channel_by_name.find(similar.front())->second;
  }

  /// `publisher partner on backbone`: reported, as what is the service's own is no partner's.
  bool names_a_place(const ast::PublisherPlacement& syntax) {
    const ast::Name& name = syntax.place.kind;
    const auto known = names_.find(name.text);
    if (known == names_.end() || !known->second.place || !syntax.place.options.empty() ||
        model::find_place_kind(PlaceUse::publisher, name.text) != nullptr)
      return false;
    const bool store = known->second.place->kind == PlaceRef::Kind::store;
    state_.reporter
        .error(kWrongKind, name.span, name.text, store ? "a store" : "a broker",
               "a partner's own place")
        .label(known->second.name, "declared here")
        .help(
            "stores and brokers carry what services tell each other; where a partner reads is "
            "said whole: `publisher " +
            syntax.publisher.text + " on kafka(…)`");
    misnamed_.push_back(*known->second.place);
    return true;
  }

  void lower_publisher(const ast::PublisherPlacement& syntax) {
    const auto symbol = find_global(state_, state_.symbols.publishers, syntax.publisher,
                                    "publisher", syntax.publisher.span);
    const auto place = names_a_place(syntax)
                           ? std::nullopt
                           : lower_place(state_, syntax.place, PlaceUse::publisher);
    if (!symbol) {
      publishers_doubtful_ = true;
      return;
    }
    const PublisherId id{symbol->index};
    if (syntax.publisher.text != program_[id].name) {
      publishers_doubtful_ = true;
      return;
    }
    const auto [first, added] = placed_.emplace(id, syntax.publisher.span);
    if (!added) {
      state_.reporter.error(kPlacedTwice, syntax.publisher.span, "publisher", syntax.publisher.text)
          .label(first->second, "first placed here");
      return;
    }
    if (!place) return;
    model::PublisherPlacement made;
    made.publisher = id;
    made.kind = static_cast<model::PartnerKind>(model::position(*place->kind));
    made.options = place->options;
    made.span = syntax.publisher.span;
    out_.publishers.push_back(std::move(made));
  }

  void require_publishers() {
    std::vector<std::string> missing;
    const model::Publisher* first = nullptr;
    for (std::uint32_t i = 0; i < program_.publishers.size(); ++i) {
      if (placed_.count(PublisherId{i}) != 0) continue;
      if (first == nullptr) first = &program_.publishers[i];
      missing.push_back(program_.publishers[i].name);
    }
    if (first == nullptr) return;
    state_.reporter
        .error(kPublisherNotPlaced, out_.span, out_.name,
               (missing.size() == 1 ? "publisher " : "publishers ") + listed(missing))
        .label(first->span, "declared here")
        .help("for development: `publisher " + first->name + " on file(\"" + first->name +
              ".jsonl\")`");
  }

  void place_services() {
    out_.service_stores.assign(program_.services.size(), 0);
    std::vector<std::string> unclear;
    for (std::uint32_t i = 0; i < program_.services.size(); ++i) {
      const model::ServicePlacement* said = model::find_placement(out_, ServiceId{i});
      if (said != nullptr && said->store) out_.service_stores[i] = *said->store;
      if ((said == nullptr || !said->store) && out_.stores.size() > 1)
        unclear.push_back(program_.services[i].name);
    }
    if (unclear.empty() || doubtful_) return;
    doubtful_ = true;
    const std::string store = model::place_name(out_, {PlaceRef::Kind::store, 0});
    state_.reporter
        .error(kServiceStoreUnclear, out_.span, out_.name,
               (unclear.size() == 1 ? "service " : "services ") + listed(unclear))
        .label(out_.stores[0].span, "one store")
        .label(out_.stores[1].span, "another")
        .help("say it: `service " + unclear.front() + " { channels on " + store + " }`");
  }

  void place_channels() {
    out_.channel_places.assign(program_.channels.size(), PlaceRef{});
    for (std::size_t i = 0; i < program_.channels.size(); ++i) {
      if (const auto service = uses_.channel_services[i])
        out_.channel_places[i].index = out_.service_stores[static_cast<std::uint32_t>(*service)];
    }
    for (const model::ServicePlacement& service : out_.services) {
      for (const model::ChannelPlacement& placed : service.channels)
        out_.channel_places[static_cast<std::uint32_t>(placed.channel)] = placed.place;
    }
  }

  State& state_;
  model::Program& program_;
  const Uses& uses_;
  const ast::Deploy& syntax_;
  model::Deployment& out_;
  bool doubtful_;
  bool publishers_doubtful_ = false;  // some publisher that is placed could not be understood
  std::vector<PlaceRef> misnamed_;
  std::map<std::string, Known, std::less<>> names_;
  std::map<PublisherId, Span> placed_;
};

/// What runs without any `deploy`: everything in one file, and each partner a file of its own.
model::Deployment implicit_deployment(const model::Program& program) {
  model::Store store;
  store.path = literal("flow.db");
  model::Deployment deployment;
  deployment.name = "dev";
  deployment.implicit = true;
  deployment.stores.push_back(std::move(store));
  for (std::uint32_t i = 0; i < program.publishers.size(); ++i) {
    model::PublisherPlacement placed;
    placed.publisher = PublisherId{i};
    placed.options.push_back({"path", literal(program.publishers[i].name + ".jsonl"), {}});
    deployment.publishers.push_back(std::move(placed));
  }
  deployment.service_stores.assign(program.services.size(), 0);
  deployment.channel_places.assign(program.channels.size(), PlaceRef{});
  return deployment;
}

}  // namespace

void lower_deployments(State& state) {
  std::vector<model::Deployment>& deployments = state.draft.program.deployments;
  const Uses uses(state.draft.program);
  for (std::size_t i = 0; i < state.deployments.size(); ++i)
    DeploymentLowering(state, uses, i).run();
  if (!deployments.empty()) return;
  deployments.push_back(implicit_deployment(state.draft.program));
  state.draft.deployment_doubts.push_back(false);
  state.draft.misnamed_places.emplace_back();
}

}  // namespace flowc::sema
