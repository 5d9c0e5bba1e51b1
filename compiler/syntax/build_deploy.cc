#include <algorithm>
#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {

void Builder::service(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a service");
  ast::Service made;
  Parser::ServiceContext& service = *context.service();
  if (!declared(made, context, service.name())) return;
  if (Parser::ServiceItemsContext* items = service.serviceItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::ServiceItemContext* one : items->serviceItem()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (std::optional<ast::Path> component = path(one->path()))
        made.components.push_back(std::move(*component));
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::deploy(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a deployment");
  ast::Deploy made;
  Parser::DeployContext& deploy = *context.deploy();
  if (!declared(made, context, deploy.name())) return;
  Parser::DeployItemsContext* items = deploy.deployItems();
  if (items != nullptr) deploy_items(*items, made);
  out.declarations.emplace_back(std::move(made));
}

void Builder::deploy_items(Parser::DeployItemsContext& items, ast::Deploy& out) {
  out.damaged = out.damaged || items.exception != nullptr;
  const auto add = [this, &out](auto* context, std::vector<ast::Place>& list) {
    std::optional<ast::Place> made =
        context->exception == nullptr ? placed(context->place()) : std::nullopt;
    if (!made) {
      out.damaged = true;
      return;
    }
    made->name = name(context->name());
    made->span = span(*context);
    list.push_back(std::move(*made));
  };
  for (Parser::StoreContext* one : items.store()) add(one, out.stores);
  for (Parser::BrokerContext* one : items.broker()) add(one, out.brokers);
  for (Parser::ServicePlacementContext* one : items.servicePlacement()) {
    std::optional<ast::Name> service = name(one->name());
    if (!service) {
      out.damaged = true;
      continue;
    }
    ast::ServicePlacement made{std::move(*service),       {},        {}, {},
                               one->exception != nullptr, span(*one)};
    if (Parser::PlacementsContext* lines = one->placements()) {
      made.damaged = made.damaged || lines->exception != nullptr;
      for (Parser::PlacementContext* line : lines->placement()) placement(*line, made);
    }
    out.services.push_back(std::move(made));
  }
  for (Parser::PublisherPlacementContext* one : items.publisherPlacement()) {
    std::optional<ast::Name> publisher = name(one->name());
    std::optional<ast::Place> on = one->exception == nullptr ? placed(one->place()) : std::nullopt;
    if (!publisher || !on) {
      out.damaged = true;
      continue;
    }
    out.publishers.push_back({std::move(*publisher), std::move(*on), span(*one)});
  }
}

void Builder::placement(Parser::PlacementContext& context, ast::ServicePlacement& out) {
  const auto names = context.name();
  std::optional<ast::Name> first = names.empty() ? std::nullopt : name(names[0]);
  if (context.exception != nullptr || !first) {
    out.damaged = true;
    return;
  }
  const Span at = span(context);
  if (context.LISTENS() != nullptr) {
    if (!given_twice("listens", place_of(out.listens), at)) out.listens = std::move(first);
  } else if (context.CHANNELS() != nullptr) {
    if (!given_twice("channels", place_of(out.channels), at)) out.channels = std::move(first);
  } else {
    std::optional<ast::Name> second = names.size() < 2 ? std::nullopt : name(names[1]);
    if (!second) {
      out.damaged = true;
      return;
    }
    ast::ChannelPlacement made{std::move(*first), std::move(*second), std::nullopt, at};
    if (context.PARTITIONS() != nullptr) {
      made.partitions = count(context.count());
      out.damaged = out.damaged || !made.partitions;
    }
    out.channel.push_back(std::move(made));
  }
}

std::optional<ast::Place> Builder::placed(Parser::PlaceContext* context) {
  if (context == nullptr || context->exception != nullptr || context->placeKind() == nullptr)
    return std::nullopt;
  std::optional<ast::Name> kind = name(context->placeKind()->name());
  if (!kind) return std::nullopt;
  ast::Place out;
  out.kind = std::move(*kind);
  out.span = span(*context);
  Parser::PlaceOptionsContext* options = context->placeOptions();
  if (options == nullptr) return out;
  out.damaged = options->exception != nullptr;
  for (Parser::PlaceOptionContext* one : options->placeOption()) {
    std::optional<ast::Setting> given = setting(one->setting());
    if (!given) {
      out.damaged = true;
      continue;
    }
    out.options.push_back({name(one->name()), std::move(*given), span(*one)});
  }
  return out;
}

std::optional<ast::Setting> Builder::setting(Parser::SettingContext* context) {
  if (context == nullptr || context->exception != nullptr) return std::nullopt;
  ast::Setting out;
  out.span = span(*context);
  if (context->ENV() != nullptr) {
    out.environment = text(context->text(0));
    if (context->text().size() > 1) out.text = text(context->text(1));
    return out.environment ? std::optional(std::move(out)) : std::nullopt;
  }
  if (!context->text().empty()) {
    out.text = text(context->text(0));
  } else {
    out.word = ast::Name{std::string(written(out.span)), out.span};
  }
  return out;
}

void Builder::scenario(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a scenario");
  Parser::ScenarioContext& scenario = *context.scenario();
  std::optional<ast::Text> named = text(scenario.text());
  if (!named) return;
  ast::Scenario made;
  made.name = std::move(*named);
  made.documentation = documentation(context);
  made.span = span(scenario);
  made.damaged = context.exception != nullptr || scenario.exception != nullptr;
  if (Parser::ScenarioItemsContext* items = scenario.scenarioItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::ScenarioItemContext* one : items->scenarioItem()) {
      std::optional<ast::ScenarioItem> item =
          one->exception == nullptr ? scenario_item(*one) : std::nullopt;
      if (item) {
        made.items.push_back(std::move(*item));
      } else {
        made.damaged = true;
      }
    }
  }
  out.declarations.emplace_back(std::move(made));
}

std::optional<ast::ScenarioItem> Builder::scenario_item(Parser::ScenarioItemContext& context) {
  using Kind = ast::ScenarioItem::Kind;
  ast::ScenarioItem out;
  out.span = span(context);
  if (context.ADVANCE() != nullptr) {
    out.kind = Kind::advance;
    const std::optional<ast::Duration> by = duration(context.measure());
    if (!by) return std::nullopt;
    out.advance = *by;
    return out;
  }
  out.kind = context.GIVEN() != nullptr ? Kind::given
             : context.NO() != nullptr  ? Kind::expect_no
                                        : Kind::expect;
  std::optional<ast::Path> message = path(context.path());
  if (!message) return std::nullopt;
  out.message = std::move(*message);
  if (Parser::ExampleFieldsContext* given = context.exampleFields()) {
    ast::Value fields;
    fields.kind = ast::Value::Kind::map;
    fields.span = span(*given);
    map_entries(given->mapEntry(), fields);
    out.fields = std::move(fields);
  }
  return out;
}

}  // namespace flowc
