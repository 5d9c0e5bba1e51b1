#include "checks/checks.h"
#include "diagnostics/catalog.h"

namespace flowc {

void check_deployments(const model::Draft& draft, Reporter& reporter) {
  for (std::size_t i = 0; i < draft.program.deployments.size(); ++i) {
    const model::Deployment& deployment = draft.program.deployments[i];
    if (deployment.stores.empty() && !draft.deployment_doubts[i]) {
      reporter.error(kNoStore, deployment.span, deployment.name)
          .help("add one, which places everything: `store sqlite(\"flow.db\")`");
    }
    for (std::size_t later = 1; later < deployment.stores.size(); ++later) {
      reporter.error(kTwoStores, deployment.stores[later].span, deployment.name)
          .label(deployment.stores.front().span, "the first store");
    }
  }
}

}  // namespace flowc
