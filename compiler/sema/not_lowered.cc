#include "diagnostics/catalog.h"
#include "sema/step.h"

namespace flowc::sema {

/// Reports what the syntax has and the analysis does not take further yet, so that it is never
/// passed over in silence.
void refuse_not_lowered(State& state) {
  for (const ast::Scenario* scenario : state.scenarios) {
    state.reporter.error(kNotSupported, scenario->name.span, "`scenario`");
    state.draft.doubts.all();
  }
}

}  // namespace flowc::sema
