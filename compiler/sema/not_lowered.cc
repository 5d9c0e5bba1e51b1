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

  void look(const ast::Steps& syntax) { refuse(syntax.name.span, "`steps`"); }
  void look(const ast::Orchestrator& syntax) { refuse(syntax.name.span, "`orchestrator`"); }
  void look(const ast::Saga& syntax) { refuse(syntax.name.span, "`saga`"); }
  void look(const ast::Forward& syntax) { refuse(syntax.span, "`forward`"); }
  void look(const ast::Translate& syntax) { refuse(syntax.span, "`translate`"); }

  void look(const ast::Handlers& syntax) {
    for (const ast::Text& id : syntax.retired) refuse(id.span, "`retired` endpoint ids");
    for (const ast::Handler& handler : syntax.handlers) {
      if (handler.at && !handler.at->old.empty())
        refuse(handler.at->old.front().span, "`was` of an endpoint id");
      if (!handler.uses.empty()) refuse(handler.uses.front().span, "`uses` of a handler");
      if (!handler.starts.empty()) refuse(handler.starts.front().span, "`starts` of a handler");
      if (!handler.schedules.empty())
        refuse(handler.schedules.front().span, "`schedules` of a handler");
      if (!handler.declassify.empty())
        refuse(handler.declassify.front().span, "`declassify` of a handler");
      if (handler.on_failure) refuse(handler.on_failure->span, "`on_failure` of a handler");
      if (handler.every) refuse(handler.every->span, "`every` of a handler");
      if (handler.batch) refuse(handler.batch->span, "`batch` of a handler");
      if (handler.idempotent_by) refuse(handler.idempotent_by->span, "`idempotent` of a handler");
      if (handler.undo) refuse(handler.undo->span, "`undo` of a handler");
      if (handler.or_stop) refuse(*handler.or_stop, "`or stop` of a handler");
    }
  }

  State& state_;
};

}  // namespace

void refuse_not_lowered(State& state) {
  NotLowered(state).run();
}

}  // namespace flowc::sema
