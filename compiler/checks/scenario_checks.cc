#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "checks/traffic.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {

void check_scenarios(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  if (program.scenarios.empty()) return;
  const auto handlers = handlers_by_message(program);
  std::vector<bool> emitted(program.messages.size(), false);
  for (const Emission& emission : emissions(draft))
    emitted[static_cast<std::uint32_t>(emission.message)] = true;
  for (const model::Scenario& scenario : program.scenarios) {
    std::vector<bool> happens = emitted;
    for (const model::ScenarioStep& step : scenario.steps) {
      using Kind = model::ScenarioStep::Kind;
      if (step.kind == Kind::advance) continue;
      const auto index = static_cast<std::uint32_t>(step.message);
      const model::Message& message = program.messages[index];
      if (step.kind == Kind::given) {
        happens[index] = true;
        // A command without a handler has an error of its own.
        if (message.kind != model::MessageKind::event || !handlers[index].empty() ||
            draft.doubts.handlers)
          continue;
        reporter.error(kGivenUnhandled, step.span, message.name)
            .label(message.span, "declared here")
            .help("give what a handler, a saga or an orchestrator takes");
      } else if (!happens[index] && !draft.doubts.emitters && !draft.doubts.handlers) {
        reporter.warning(kNeverEmitted, step.span, message.name)
            .label(message.span, "declared here");
      }
    }
  }
}

}  // namespace flowc
