#include <algorithm>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::EndpointId;

/// One way from a handler to another that runs in its unit of work.
struct Call {
  std::uint32_t to = 0;
  Span place;  ///< of the clause that calls
};

std::vector<std::vector<Call>> calls(const model::Draft& draft) {
  const model::Program& program = draft.program;
  const auto handlers = handlers_by_message(program);
  std::vector<std::vector<Call>> calls(program.endpoints.size());
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const model::EndpointPlaces& places = draft.endpoint_places[i];
    // What does not fit is reported, and a cycle over it is the same mistake.
    if (endpoint.then && endpoint.gives &&
        program[*endpoint.then].takes.type == endpoint.gives->type)
      calls[i].push_back({index_of(*endpoint.then), places.then});
    const auto add = [&](const std::vector<model::MessageId>& messages,
                         const std::vector<Span>& spans) {
      for (std::size_t j = 0; j < messages.size(); ++j) {
        for (const EndpointId id : handlers[static_cast<std::uint32_t>(messages[j])]) {
          if (program[id].dispatch == model::Dispatch::caller)
            calls[i].push_back({index_of(id), spans[j]});
        }
      }
    };
    add(endpoint.sends, places.sends);
    add(endpoint.publishes, places.publishes);
  }
  return calls;
}

/// Depth first over the calls, with a stack of its own: a chain may be as long as a file.
class CycleSearch {
 public:
  CycleSearch(const model::Draft& draft, Reporter& reporter)
      : draft_(draft),
        reporter_(reporter),
        calls_(calls(draft)),
        marks_(calls_.size(), Mark::fresh) {}

  void run() {
    for (std::uint32_t i = 0; i < marks_.size(); ++i) visit(i);
  }

 private:
  enum class Mark { fresh, open, done };
  struct Frame {
    std::uint32_t endpoint;
    std::size_t next_call;
  };

  void visit(std::uint32_t root) {
    if (marks_[root] != Mark::fresh) return;
    stack_ = {{root, 0}};
    marks_[root] = Mark::open;
    while (!stack_.empty()) {
      const std::uint32_t endpoint = stack_.back().endpoint;
      if (stack_.back().next_call == calls_[endpoint].size()) {
        marks_[endpoint] = Mark::done;
        stack_.pop_back();
        continue;
      }
      const Call& call = calls_[endpoint][stack_.back().next_call++];
      if (marks_[call.to] == Mark::open) report(call);
      if (marks_[call.to] != Mark::fresh) continue;
      marks_[call.to] = Mark::open;
      stack_.push_back({call.to, 0});
    }
  }

  void report(const Call& closing) {
    auto diagnostic = reporter_.error(kUnitOfWorkCycle, closing.place,
                                      model::handler_name(draft_.program, EndpointId{closing.to}));
    if (!reporter_.may_compare(stack_.size())) return;
    bool inside = false;
    for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
      inside = inside || stack_[i].endpoint == closing.to;
      if (!inside) continue;
      const Call& call = calls_[stack_[i].endpoint][stack_[i].next_call - 1];
      diagnostic.label(call.place,
                       "runs `" + model::handler_name(draft_.program, EndpointId{call.to}) + "`");
    }
    diagnostic.help(
        "a handler with a channel (`via NAME`) runs in a unit of work of its own, and ends the "
        "cycle");
  }

  const model::Draft& draft_;
  Reporter& reporter_;
  std::vector<std::vector<Call>> calls_;
  std::vector<Mark> marks_;
  std::vector<Frame> stack_;
};

}  // namespace

void check_results(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const model::EndpointPlaces& places = draft.endpoint_places[i];
    if (places.damaged) continue;
    // What takes a step's result, the orchestrators say.
    if (program[endpoint.component].kind == model::ComponentKind::steps) continue;
    if (endpoint.gives && !endpoint.then) {
      auto diagnostic = reporter.error(kResultGoesNowhere, places.gives,
                                       model::short_name(program, *endpoint.gives));
      if (!reporter.may_compare(program[endpoint.component].endpoints.size())) continue;
      for (const EndpointId sibling : program[endpoint.component].endpoints) {
        if (program[sibling].takes.type != endpoint.gives->type) continue;
        diagnostic.help("`" + program[sibling].name + "` takes it: `then " + program[sibling].name +
                        "`");
      }
      continue;
    }
    if (endpoint.then && !endpoint.gives) {
      reporter.error(kThenWithoutResult, places.then, endpoint.name)
          .help("say what it gives: `-> " +
                model::short_name(program, program[*endpoint.then].takes) + "`");
      continue;
    }
    if (!endpoint.then || program[*endpoint.then].takes.type == endpoint.gives->type) continue;
    const model::Endpoint& target = program[*endpoint.then];
    reporter
        .error(kThenTakesOther, places.then, target.name, model::short_name(program, target.takes),
               model::short_name(program, *endpoint.gives))
        .label(draft.endpoint_places[index_of(*endpoint.then)].takes, "takes this")
        .help("let `" + endpoint.name + "` give `" + model::short_name(program, target.takes) +
              "`, or go on with a handler of what it gives");
  }
}

void check_unit_of_work_cycles(const model::Draft& draft, Reporter& reporter) {
  CycleSearch(draft, reporter).run();
}

}  // namespace flowc
