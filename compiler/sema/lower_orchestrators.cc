#include <map>
#include <utility>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "sema/bounds.h"
#include "sema/clauses.h"
#include "sema/emissions.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

/// Lowers one orchestrator: its endpoint, its slip, its deadline.
class SlipLowering {
 public:
  SlipLowering(State& state, std::uint32_t index)
      : state_(state),
        program_(state.draft.program),
        detail_(program_.components[index].detail),
        file_(static_cast<std::uint32_t>(program_.components[index].module)),
        syntax_(*std::get<const ast::Orchestrator*>(state.components[index])),
        slip_(program_.orchestrators[detail_]),
        clauses_(state, index) {}

  void run() {
    if (syntax_.damaged) {
      doubt();
      state_.draft.doubts.all();
    }
    command_ = command();
    if (!command_) doubt();
    if (command_) {
      scope_.sources.push_back(
          message_source(state_, *command_, model::FieldRef::Root::input, "input", false));
    }
    if (syntax_.choice) {
      choice(*syntax_.choice);
    } else {
      items();
    }
    if (syntax_.items.empty() && !syntax_.choice && !syntax_.damaged) {
      state_.reporter.error(kEmptySlip, syntax_.name.span, syntax_.name.text)
          .help("name its steps in their order, or `choose among` them");
      doubt();
      state_.draft.doubts.steps = true;
    }
    if (syntax_.deadline) deadline(*syntax_.deadline);
    if (command_) endpoint();
  }

 private:
  void items() {
    for (std::size_t i = 0; i < syntax_.items.size(); ++i) {
      const ast::SlipItem& item = syntax_.items[i];
      if (!is_clause_of_step(item)) {
        this->item(item);
        continue;
      }
      const std::string word = item.step.text();
      state_.reporter.error(kClauseHere, item.step.span, '`' + word + '`', "a slip")
          .help("a step says it where it is declared, in its `steps`: the slip names steps alone");
      doubt();
      state_.draft.doubts.all();  // what its clause names is used, and where is open
      const bool followed = i + 1 < syntax_.items.size();
      if (followed && syntax_.items[i + 1].span.begin == item.span.end + 1) ++i;
    }
  }

  /// `match via work`: a clause reads like two more steps.
  bool is_clause_of_step(const ast::SlipItem& item) const {
    static const std::set<std::string> kWords{"via",  "sends", "publishes", "schedules", "starts",
                                              "uses", "undo",  "then",      "or"};
    return item.step.parts.size() == 1 && kWords.count(item.step.parts.front().text) != 0 &&
           state_.step_groups.count({model::ModuleId{file_}, item.step.parts.front().text}) == 0;
  }

  void doubt() { state_.draft.orchestrator_doubts[detail_] = true; }

  std::optional<model::MessageId> command() {
    if (!syntax_.takes) return std::nullopt;
    const auto symbol = clauses_.resolver().find(
        *syntax_.takes, {SymbolKind::command, SymbolKind::event, SymbolKind::query}, "a command");
    if (!symbol) {
      state_.draft.doubts.handlers = true;
      return std::nullopt;
    }
    if (symbol->kind == SymbolKind::command) return model::MessageId{symbol->index};
    state_.reporter
        .error(kWrongKind, syntax_.takes->span, syntax_.takes->text(), with_article(symbol->kind),
               "a command")
        .label(symbol->name, "declared here")
        .help(symbol->kind == SymbolKind::event
                  ? "let a handler of the event send the command that begins the slip"
                  : "a slip takes its time, and a query is answered in the call");
    state_.draft.doubts.handlers = true;
    return std::nullopt;
  }

  void item(const ast::SlipItem& syntax) {
    model::SlipItem item;
    item.unless = syntax.unless;
    item.span = syntax.step.span;
    if (syntax.condition && command_)
      item.condition = lower_condition(state_, file_, *syntax.condition, scope_);
    if (syntax.condition && !item.condition) doubt();
    const auto step = find(syntax.step);
    if (!step) return doubt();
    item.step = *step;
    slip_.items.push_back(std::move(item));
  }

  void choice(const ast::SlipChoice& syntax) {
    slip_.chooses = true;
    if (!syntax_.items.empty()) {
      const ast::Path& beside = syntax_.items.front().step;
      state_.reporter.error(kChoiceMixed, beside.span, beside.text())
          .label(syntax.span, "C++ chooses here")
          .help("name the step in `choose among`, or write the whole slip without it");
      doubt();
      state_.draft.doubts.steps = true;
    }
    std::map<std::uint32_t, Span> seen;
    for (const ast::Path& path : syntax.steps) {
      const auto step = find(path);
      if (!step) {
        doubt();
        continue;
      }
      const auto [first, added] = seen.emplace(static_cast<std::uint32_t>(*step), path.span);
      if (!added) {
        state_.reporter.error(kListedTwice, path.span, path.text(), "`choose among`")
            .label(first->second, "first here")
            .help("a slip may have a step several times; what it chooses among names it once");
        continue;
      }
      model::SlipItem item;
      item.step = *step;
      item.span = path.span;
      slip_.items.push_back(std::move(item));
    }
  }

  void deadline(const ast::SlipDeadline& syntax) {
    if (!command_) {
      state_.draft.doubts.emitters = true;
      return;
    }
    model::SlipDeadline deadline;
    deadline.span = syntax.within.span;
    deadline.within_us = syntax.within.microseconds;
    deadline.emissions =
        lower_emissions(state_, clauses_, file_, syntax.emissions, scope_,
                        syntax_.damaged ? Unmapped::not_looked_at : Unmapped::by_defaults);
    in_bounds(state_.reporter, syntax.within, "`within`");
    slip_.deadline = std::move(deadline);
  }

  void endpoint() {
    const std::string snake = lower_snake(syntax_.name.text);
    model::Endpoint endpoint;
    model::EndpointPlaces places;
    endpoint.name = "start";
    endpoint.id = snake + ".start";
    endpoint.documentation = syntax_.documentation;
    endpoint.span = syntax_.name.span;
    endpoint.takes = {*command_};
    places.takes = syntax_.takes->span;
    places.guessed = syntax_.takes->parts.back().text != program_[*command_].name;
    places.damaged = syntax_.damaged;
    places.id = syntax_.name.span;
    if (syntax_.head.at) clauses_.pin(*syntax_.head.at, endpoint, places);
    const auto via = clauses_.channel(syntax_.head.via);
    if (syntax_.head.via) places.channel = syntax_.head.via->span;
    endpoint.channel = via ? *via
                           : clauses_.implicit_channel(
                                 snake, endpoint.span, endpoint.span,
                                 "without `via`, an orchestrator has a channel of its own name");
    if (slip_.deadline) attach(slip_.deadline->emissions, endpoint, places);
    slip_.endpoint = clauses_.add(std::move(endpoint), std::move(places));
  }

  /// The step of a name alone in the groups of this module, or in the group that the path names.
  std::optional<model::EndpointId> find(const ast::Path& path) {
    const ast::Name& name = path.parts.back();
    if (path.parts.size() == 1) {
      const auto known = state_.step_groups.find({model::ModuleId{file_}, name.text});
      if (known == state_.step_groups.end()) return unknown(path, groups_here());
      if (known->second.size() > 1) return ambiguous(name, known->second);
      return known_step(known->second.front(), name);
    }
    const auto group =
        clauses_.resolver().find(without_last(path), {SymbolKind::steps}, "a group of steps");
    if (!group) return lost();
    if (!state_.step_names[group->index].contains(name.text)) return unknown(path, {group->index});
    return known_step(group->index, name);
  }

  std::optional<model::EndpointId> known_step(std::uint32_t group, const ast::Name& name) {
    const auto endpoint = state_.step_names[group].find(name.text)->second.endpoint;
    return endpoint ? endpoint : lost();
  }

  /// Reported before; the step that was meant may be any.
  std::optional<model::EndpointId> lost() {
    state_.draft.doubts.steps = true;
    return std::nullopt;
  }

  std::optional<model::EndpointId> unknown(const ast::Path& path,
                                           const std::vector<std::uint32_t>& groups) {
    state_.draft.doubts.steps = true;
    const ast::Name& name = path.parts.back();
    std::vector<std::string> candidates;
    bool damaged = state_.files[file_].syntax->damaged;
    for (const std::uint32_t group : groups) {
      damaged = damaged || std::get<const ast::Steps*>(state_.components[group])->damaged;
      if (!state_.reporter.may_compare(state_.step_names[group].size())) continue;
      for (const auto& [known, step] : state_.step_names[group]) candidates.push_back(known);
    }
    const std::vector<std::string> similar = suggest(name.text, candidates);
    if (similar.empty() && damaged) return std::nullopt;
    if (const model::Endpoint* handler = similar.empty() ? handler_named(name.text) : nullptr) {
      state_.reporter.error(kWrongKind, path.span, path.text(), "a handler", "a step")
          .label(handler->span, "declared here")
          .help("a slip goes over steps, `steps Name { … }`; a step may send a handler's command");
      return std::nullopt;
    }
    state_.reporter.error(kNotDeclared, path.span, "step", path.text())
        .did_you_mean(name.span, name.text, candidates);
    if (similar.size() != 1) return std::nullopt;
    std::optional<model::EndpointId> meant;
    for (const std::uint32_t group : groups) {
      const auto found = state_.step_names[group].find(similar.front());
      if (found != state_.step_names[group].end()) meant = found->second.endpoint;
    }
    return meant;
  }

  const model::Endpoint* handler_named(const std::string& name) {
    if (!state_.reporter.may_compare(program_.endpoints.size())) return nullptr;
    for (const model::Endpoint& endpoint : program_.endpoints) {
      const model::Component& component = program_[endpoint.component];
      if (endpoint.name == name && component.kind == model::ComponentKind::handlers &&
          component.module == model::ModuleId{file_})
        return &endpoint;
    }
    return nullptr;
  }

  std::optional<model::EndpointId> ambiguous(const ast::Name& name,
                                             const std::vector<std::uint32_t>& groups) {
    auto diagnostic = state_.reporter.error(kAmbiguousStep, name.span, name.text, groups.size());
    for (std::size_t i = 0; i < groups.size() && i < limits::kListedMax; ++i) {
      const std::string full = program_.components[groups[i]].name + "." + name.text;
      diagnostic.label(state_.step_names[groups[i]].find(name.text)->second.name, "`" + full + "`");
    }
    diagnostic.help("write which: `" + program_.components[groups.front()].name + "." + name.text +
                    "`");
    return lost();
  }

  std::vector<std::uint32_t> groups_here() const {
    std::vector<std::uint32_t> groups;
    for (std::uint32_t i = 0; i < program_.components.size(); ++i) {
      const model::Component& component = program_.components[i];
      if (component.kind == model::ComponentKind::steps &&
          component.module == model::ModuleId{file_})
        groups.push_back(i);
    }
    return groups;
  }

  static ast::Path without_last(const ast::Path& path) {
    ast::Path group = path;
    group.parts.pop_back();
    group.span.end = group.parts.back().span.end;
    return group;
  }

  State& state_;
  model::Program& program_;
  std::uint32_t detail_;
  std::uint32_t file_;
  const ast::Orchestrator& syntax_;
  model::Orchestrator& slip_;
  Clauses clauses_;
  std::optional<model::MessageId> command_;
  MappingScope scope_;
};

}  // namespace

void lower_orchestrators(State& state) {
  state.draft.orchestrator_doubts.resize(state.draft.program.orchestrators.size());
  for (std::uint32_t i = 0; i < state.components.size(); ++i) {
    if (std::holds_alternative<const ast::Orchestrator*>(state.components[i]))
      SlipLowering(state, i).run();
  }
}

}  // namespace flowc::sema
