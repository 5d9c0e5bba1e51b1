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
    for (const ast::Publisher* publisher : state_.publishers)
      refuse(publisher->name.span, "`publisher`");
  }

 private:
  void refuse(Span at, std::string_view what) {
    state_.reporter.error(kNotSupported, at, what);
    state_.draft.doubts.all();
  }

  void look(const ast::Orchestrator&) {}
  void look(const ast::Saga&) {}
  void look(const ast::Steps& syntax) { look(syntax.steps); }
  void look(const ast::Forward& syntax) { refuse(syntax.span, "`forward`"); }
  void look(const ast::Translate& syntax) { refuse(syntax.span, "`translate`"); }

  void look(const ast::Handlers& syntax) { look(syntax.handlers); }

  void look(const std::vector<ast::Handler>& handlers) {
    for (const ast::Handler& handler : handlers) {
      if (!handler.uses.empty()) refuse(handler.uses.front().span, "`uses` of a handler");
      if (!handler.declassify.empty())
        refuse(handler.declassify.front().span, "`declassify` of a handler");
    }
  }

  State& state_;
};

}  // namespace

void refuse_not_lowered(State& state) {
  NotLowered(state).run();
}

}  // namespace flowc::sema
