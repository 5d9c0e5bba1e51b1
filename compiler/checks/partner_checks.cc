#include <vector>

#include "checks/checks.h"
#include "diagnostics/catalog.h"

namespace flowc {

void check_publisher_use(const model::Draft& draft, Reporter& reporter) {
  if (draft.doubts.publishers) return;
  std::vector<bool> used(draft.program.publishers.size(), false);
  for (const model::Endpoint& endpoint : draft.program.endpoints) {
    for (const model::PublisherId id : endpoint.uses) used[static_cast<std::uint32_t>(id)] = true;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const model::Publisher& publisher = draft.program.publishers[i];
    if (used[i]) continue;
    reporter.warning(kUnusedPublisher, publisher.span, publisher.name)
        .help("an event goes there by `forward EVENT to " + publisher.name +
              "`, a handler's messages by `uses " + publisher.name + "`");
  }
}

}  // namespace flowc
