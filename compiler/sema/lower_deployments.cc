#include "diagnostics/catalog.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

model::Setting lower(const ast::Setting& syntax) {
  model::Setting setting;
  if (syntax.text) setting.text = syntax.text->value;
  if (syntax.environment) setting.environment = syntax.environment->value;
  setting.has_default = syntax.text.has_value();
  return setting;
}

/// The `path` of sqlite, named or alone.
void sqlite_options(State& state, const ast::Place& syntax, model::Store& store) {
  std::optional<Span> given;
  for (const ast::Option& option : syntax.options) {
    if (option.name && option.name->text != "path") {
      state.reporter
          .error(kUnknownWord, option.name->span, option.name->text, "an option of `sqlite`")
          .did_you_mean(option.name->span, option.name->text, {"path"});
      continue;
    }
    if (option.value.word) {
      state.reporter.error(kExpected, option.value.span, "a string or `env(…)`",
                           '`' + option.value.word->text + '`');
      given = option.value.span;
      continue;
    }
    if (given) {
      state.reporter.error(kGivenTwice, option.value.span, "path")
          .label(*given, "first given here");
      continue;
    }
    given = option.value.span;
    store.path = lower(option.value);
  }
  if (!given && !syntax.damaged) {
    state.reporter.error(kOptionMissing, syntax.kind.span, "file", "sqlite")
        .help("name it: `sqlite(\"flow.db\")`");
  }
}

void lower(State& state, const ast::Place& syntax, model::Deployment& deployment) {
  model::Store store;
  store.span = syntax.name ? syntax.name->span : syntax.kind.span;
  if (syntax.name) store.name = syntax.name->text;
  const std::string& kind = syntax.kind.text;
  if (kind == "sqlite") {
    store.kind = model::StoreKind::sqlite;
    sqlite_options(state, syntax, store);
  } else if (kind == "memory") {
    store.kind = model::StoreKind::memory;
    for (const ast::Option& option : syntax.options) {
      state.reporter.error(kUnknownWord, option.span, state.sources.text(option.span),
                           "an option of `memory`, which has none");
    }
  } else if (kind == "postgres" || kind == "mysql") {
    state.reporter.error(kNotSupported, syntax.kind.span, "`" + kind + "` stores");
    return;
  } else {
    state.reporter.error(kUnknownWord, syntax.kind.span, kind, "a kind of store")
        .did_you_mean(syntax.kind.span, kind, {"sqlite", "memory", "postgres", "mysql"});
    return;
  }
  deployment.stores.push_back(std::move(store));
}

/// What runs without any `deploy`: everything in one file.
model::Deployment implicit_deployment() {
  model::Store store;
  store.path.text = "flow.db";
  model::Deployment deployment;
  deployment.name = "dev";
  deployment.implicit = true;
  deployment.stores.push_back(std::move(store));
  return deployment;
}

}  // namespace

void lower_deployments(State& state) {
  std::vector<model::Deployment>& deployments = state.draft.program.deployments;
  for (std::size_t i = 0; i < state.deployments.size(); ++i) {
    const ast::Deploy& syntax = *state.deployments[i];
    for (const ast::Place& store : syntax.stores) lower(state, store, deployments[i]);
    for (const ast::Place& broker : syntax.brokers)
      state.reporter.error(kNotSupported, broker.span, "brokers");
    for (const ast::ServicePlacement& service : syntax.services)
      state.reporter.error(kNotSupported, service.span, "the placement of services");
    for (const ast::PublisherPlacement& publisher : syntax.publishers)
      state.reporter.error(kNotSupported, publisher.span, "publishers");
    const bool doubtful = syntax.damaged || deployments[i].stores.size() != syntax.stores.size();
    state.draft.deployment_doubts.push_back(doubtful);
  }
  if (!deployments.empty()) return;
  deployments.push_back(implicit_deployment());
  state.draft.deployment_doubts.push_back(false);
}

}  // namespace flowc::sema
