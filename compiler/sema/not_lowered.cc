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
    for (const ast::Upcast* upcast : state_.upcasts) refuse(upcast->span, "`upcast`");
    for (const ast::Publisher* publisher : state_.publishers)
      refuse(publisher->name.span, "`publisher`");
    for (const ast::Scenario* scenario : state_.scenarios)
      refuse(scenario->name.span, "`scenario`");
    for (const ast::Message* message : state_.messages) {
      if (message->version && message->version->value != 1)
        refuse(message->version->span, "versions of a message");
      if (message->expires) refuse(message->expires->span, "`@expires`");
      if (message->hops) refuse(message->hops->span, "`@hops`");
    }
    for (const ast::Channel* channel : state_.channels) {
      if (channel->isolated) refuse(*channel->isolated, "`isolated` channels");
    }
  }

 private:
  void refuse(Span at, std::string_view what) {
    state_.reporter.error(kNotSupported, at, what);
    state_.draft.doubts.all();
  }

  void look(const ast::Orchestrator& syntax) { look(syntax.head); }
  void look(const ast::Saga& syntax) { look(syntax.head); }
  void look(const ast::Head& head) {
    if (head.at && !head.at->old.empty())
      refuse(head.at->old.front().span, "`was` of an endpoint id");
  }
  void look(const ast::Steps& syntax) { look(syntax.steps, syntax.retired); }
  void look(const ast::Forward& syntax) { refuse(syntax.span, "`forward`"); }
  void look(const ast::Translate& syntax) { refuse(syntax.span, "`translate`"); }

  void look(const ast::Handlers& syntax) {
    look(syntax.handlers, syntax.retired);
    for (const ast::Handler& handler : syntax.handlers) {
      if (handler.on_failure) refuse(handler.on_failure->span, "`on_failure` of a handler");
      if (handler.every) refuse(handler.every->span, "`every` of a handler");
      if (handler.batch) refuse(handler.batch->span, "`batch` of a handler");
    }
  }

  void look(const std::vector<ast::Handler>& handlers, const std::vector<ast::Text>& retired) {
    for (const ast::Text& id : retired) refuse(id.span, "`retired` endpoint ids");
    for (const ast::Handler& handler : handlers) {
      if (handler.at && !handler.at->old.empty())
        refuse(handler.at->old.front().span, "`was` of an endpoint id");
      if (!handler.uses.empty()) refuse(handler.uses.front().span, "`uses` of a handler");
      if (!handler.schedules.empty())
        refuse(handler.schedules.front().span, "`schedules` of a handler");
      if (!handler.declassify.empty())
        refuse(handler.declassify.front().span, "`declassify` of a handler");
      if (handler.idempotent_by) refuse(handler.idempotent_by->span, "`idempotent` of a handler");
    }
  }

  State& state_;
};

}  // namespace

void refuse_not_lowered(State& state) {
  NotLowered(state).run();
}

}  // namespace flowc::sema
