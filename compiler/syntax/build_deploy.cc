#include <algorithm>
#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {

void Builder::deploy(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a deployment");
  ast::Deploy made;
  Parser::DeployContext& deploy = *context.deploy();
  if (!declared(made, context, deploy.name())) return;
  if (Parser::DeployItemsContext* items = deploy.deployItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::StoreContext* one : items->store()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (one->exception != nullptr) continue;
      if (std::optional<ast::Store> added = store(*one)) made.stores.push_back(std::move(*added));
    }
    for (Parser::UnsupportedPlacementContext* one : items->unsupportedPlacement()) {
      made.damaged = true;
      if (one->exception != nullptr) continue;
      if (one->BROKER() != nullptr) unsupported_error(span(*one), "brokers");
      if (one->SERVICE() != nullptr) unsupported_error(span(*one), "the placement of services");
      if (one->PUBLISHER() != nullptr) unsupported_error(span(*one), "publishers");
    }
  }
  out.declarations.emplace_back(std::move(made));
}

std::optional<ast::Store> Builder::store(Parser::StoreContext& context) {
  ast::Store out;
  out.span = span(context);
  out.name = name(context.name());
  if (context.storeKind() == nullptr) return std::nullopt;
  out.kind_span = span(*context.storeKind());
  const std::string kind(written(out.kind_span));
  if (kind == "sqlite") {
    out.kind = ast::Store::Kind::sqlite;
  } else if (kind == "memory") {
    out.kind = ast::Store::Kind::memory;
  } else if (kind == "postgres" || kind == "mysql") {
    unsupported_error(out.kind_span, "`" + kind + "` stores");
    return out;
  } else {
    reporter_.error(kUnknownWord, out.kind_span, kind, "a kind of store")
        .did_you_mean(out.kind_span, kind, {"sqlite", "memory", "postgres", "mysql"})
        .help("this version of flowc has `sqlite` and `memory`");
    return out;
  }
  if (Parser::StoreOptionsContext* options = context.storeOptions()) store_options(*options, out);
  return out;
}

void Builder::store_options(Parser::StoreOptionsContext& context, ast::Store& out) {
  for (Parser::StoreOptionContext* one : context.storeOption()) {
    std::optional<ast::Setting> given = setting(one->setting());
    if (!given) continue;
    const std::optional<ast::Name> option = name(one->name());
    if (out.kind == ast::Store::Kind::memory) {
      reporter_.error(kUnknownWord, span(*one), written(span(*one)),
                      "an option of `memory`, which has none");
      continue;
    }
    if (option && option->text != "path") {
      reporter_.error(kUnknownWord, option->span, option->text, "an option of `sqlite`")
          .did_you_mean(option->span, option->text, {"path"});
      continue;
    }
    if (given_twice("path", out.path ? std::optional(out.path->span) : std::nullopt, given->span))
      continue;
    out.path = std::move(given);
  }
}

std::optional<ast::Setting> Builder::setting(Parser::SettingContext* context) {
  if (context == nullptr || context->exception != nullptr) return std::nullopt;
  ast::Setting out;
  out.span = span(*context);
  if (context->ENV() == nullptr) {
    if (context->text().empty()) {
      reporter_.error(kExpected, out.span, "a string or `env(…)`",
                      '`' + std::string(written(out.span)) + '`');
      return std::nullopt;
    }
    out.text = text(context->text(0));
    return out;
  }
  out.environment = text(context->text(0));
  if (context->text().size() > 1) out.text = text(context->text(1));
  return out.environment ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace flowc
