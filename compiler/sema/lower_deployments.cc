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

void lower(State& state, const ast::Store& syntax, model::Deployment& deployment) {
  if (syntax.kind == ast::Store::Kind::unknown) return;  // reported
  model::Store store;
  store.kind =
      syntax.kind == ast::Store::Kind::sqlite ? model::StoreKind::sqlite : model::StoreKind::memory;
  store.span = syntax.name ? syntax.name->span : syntax.kind_span;
  if (syntax.name) store.name = syntax.name->text;
  if (syntax.path) store.path = lower(*syntax.path);
  if (store.kind == model::StoreKind::sqlite && !syntax.path) {
    state.reporter.error(kOptionMissing, syntax.kind_span, "file", "sqlite")
        .help("name it: `sqlite(\"flow.db\")`");
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
    for (const ast::Store& store : syntax.stores) lower(state, store, deployments[i]);
    const bool doubtful = syntax.damaged || deployments[i].stores.size() != syntax.stores.size();
    state.draft.deployment_doubts.push_back(doubtful);
  }
  if (!deployments.empty()) return;
  deployments.push_back(implicit_deployment());
  state.draft.deployment_doubts.push_back(false);
}

}  // namespace flowc::sema
