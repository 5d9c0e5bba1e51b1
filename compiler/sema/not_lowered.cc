#include "diagnostics/catalog.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

/// Reports what the syntax has and the analysis does not take further yet, so that it is never
/// passed over in silence.
class NotLowered {
 public:
  explicit NotLowered(State& state) : state_(state) {}

  void run() {
    for (const ComponentSyntax& component : state_.components)
      std::visit([this](const auto* syntax) { look(*syntax); }, component);
    for (const ast::Scenario* scenario : state_.scenarios)
      refuse(scenario->name.span, "`scenario`");
  }

 private:
  void refuse(Span at, std::string_view what) {
    state_.reporter.error(kNotSupported, at, what);
    state_.draft.doubts.all();
  }

  void look(const ast::Steps& syntax) { refuse(syntax.name.span, "`steps`"); }
  void look(const ast::Orchestrator& syntax) { refuse(syntax.name.span, "`orchestrator`"); }
  void look(const ast::Saga& syntax) { refuse(syntax.name.span, "`saga`"); }
  void look(const ast::Forward&) {}
  void look(const ast::Translate&) {}

  void look(const ast::Handlers&) {}

  State& state_;
};

}  // namespace

void refuse_not_lowered(State& state) {
  NotLowered(state).run();
}

}  // namespace flowc::sema
