#include <string>
#include <utility>
#include <vector>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "syntax/builder.h"

namespace flowc {

void Builder::head_clause(Parser::HeadClauseContext& context, ast::Head& out) {
  if (context.exception != nullptr) return;
  const Span at = span(context);
  if (context.VIA() != nullptr) {
    if (!given_twice("via", place_of(out.via), at)) out.via = path(context.path());
  } else if (!given_twice("at", out.at ? std::optional(out.at->id.span) : std::nullopt, at)) {
    out.at = endpoint_id(context.text(), context.oldIds());
  }
}

std::optional<ast::EndpointId> Builder::endpoint_id(Parser::TextContext* id,
                                                    Parser::OldIdsContext* old) {
  std::optional<ast::Text> named = text(id);
  if (!named) return std::nullopt;
  ast::EndpointId out;
  out.id = std::move(*named);
  if (old == nullptr) return out;
  for (Parser::TextContext* one : old->text()) {
    if (std::optional<ast::Text> made = text(one)) out.old.push_back(std::move(*made));
  }
  return out;
}

void Builder::orchestrator(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "an orchestrator");
  ast::Orchestrator made;
  Parser::OrchestratorContext& orchestrator = *context.orchestrator();
  if (!declared(made, context, orchestrator.name())) return;
  // `orchestrator DistributionStartLead)` lacks its `(`: what its name is shows no more.
  if (written({file_, made.name.span.end, made.name.span.end + 1}) == ")") return;
  made.damaged = made.damaged || orchestrator.exception != nullptr;
  made.takes = path(orchestrator.path());
  for (Parser::HeadClauseContext* one : orchestrator.headClause()) head_clause(*one, made.head);
  if (Parser::OrchestratorItemsContext* items = orchestrator.orchestratorItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    const std::vector<Parser::OrchestratorItemContext*> list = items->orchestratorItem();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool followed = i + 1 < list.size() && list[i + 1]->exception == nullptr;
      if (list[i]->exception != nullptr) {
        made.damaged = true;
      } else if (followed && no_step(*list[i], *list[i + 1], made)) {
        made.damaged = true;
        // What is left of the line is part of what was reported.
        const std::size_t line = list[i]->start->getLine();
        while (i + 1 < list.size() && list[i + 1]->start->getLine() == line) ++i;
      } else {
        orchestrator_item(*list[i], made);
      }
    }
  }
  out.declarations.emplace_back(std::move(made));
}

/// A condition too many and a choice cut short are read as steps of those names. What is meant
/// shows by what is right behind them, and is reported.
bool Builder::no_step(Parser::OrchestratorItemContext& item, Parser::OrchestratorItemContext& next,
                      const ast::Orchestrator& so_far) {
  const auto plain = [](Parser::OrchestratorItemContext& one) {
    return one.path().size() == 1 && one.children.size() == 1 && one.start == one.stop;
  };
  const bool adjacent = next.start->getTokenIndex() == item.stop->getTokenIndex() + 1 &&
                        next.start->getLine() == item.stop->getLine();
  // `a when not input.x` can only be read as `a when not` and `input.x`.
  if (adjacent && item.expression() != nullptr && written(span(*item.expression())) == "not") {
    reporter_.error(kExpected, span(*item.expression()), "a condition", "`not`")
        .help("the opposite of `when` is `unless`");
    return true;
  }
  if (!plain(item) || !adjacent || next.CHOOSE() != nullptr || next.WITHIN() != nullptr)
    return false;
  const Span at = span(item);
  const std::string word(written(at));
  const Span behind = span(*next.start);
  const std::string found = '`' + std::string(written(behind)) + '`';
  if (word == "choose" && next.start->getType() == Parser::AMONG && plain(next)) {
    reporter_.error(kExpected, {file_, behind.end, behind.end}, "a step", "the end of the choice");
    return true;
  }
  if (word == "choose") {
    reporter_.error(kExpected, behind, "`among`", found)
        .fix({file_, behind.begin, behind.begin}, "among ");
    return true;
  }
  if (word == "within" && next.start->getType() == Parser::ELSE) {
    reporter_.error(kExpected, behind, "a duration such as `30s`", found);
    return true;
  }
  if (written(behind) != "input") return false;
  const std::vector<std::string> conditions{"when", "unless"};
  const bool known = word == "when" || word == "unless";
  if (word == "if" || (!known && !suggest(word, conditions).empty())) {
    reporter_.error(kUnknownWord, at, word, "a condition of a step").one_of(at, word, conditions);
    return true;
  }
  if (word != "when" && word != "unless" && word != "and" && word != "or") return false;
  // `a when x unless y == z` can only be read as `a`, `when` and `x unless y == z`.
  antlr4::tree::TerminalNode* second = next.WHEN() != nullptr ? next.WHEN() : next.UNLESS();
  const Span extra = second == nullptr ? at : span(*second);
  const std::string extra_word = '`' + std::string(written(extra)) + '`';
  if (so_far.choice) {
    reporter_.error(kExpected, extra, "a step", extra_word)
        .help("C++ chooses: a step of `choose among` has no condition");
    return true;
  }
  reporter_.error(kExpected, extra, "one condition", extra_word)
      .help("a step has one; where that is not enough, `choose among` leaves it to C++");
  return true;
}

void Builder::orchestrator_item(Parser::OrchestratorItemContext& context, ast::Orchestrator& out) {
  const Span at = span(context);
  if (context.WITHIN() != nullptr) {
    if (given_twice("within", place_of(out.deadline), at)) return;
    const std::optional<ast::Duration> within = duration(context.measure());
    if (!within) {
      out.damaged = true;
      return;
    }
    ast::SlipDeadline made{*within, {}, at};
    for (Parser::EmissionContext* one : context.emission())
      emission(*one, made.emissions, out.damaged);
    out.deadline = std::move(made);
    return;
  }
  if (context.CHOOSE() != nullptr) {
    if (given_twice("choose among", place_of(out.choice), at)) return;
    ast::SlipChoice made{{}, at};
    for (Parser::PathContext* one : context.path()) {
      if (std::optional<ast::Path> step = path(one)) made.steps.push_back(std::move(*step));
    }
    out.choice = std::move(made);
    return;
  }
  std::optional<ast::Path> step = context.path().empty() ? std::nullopt : path(context.path(0));
  if (!step) {
    out.damaged = true;
    return;
  }
  ast::SlipItem made{std::move(*step), std::nullopt, context.UNLESS() != nullptr, at};
  if (context.WHEN() != nullptr || context.UNLESS() != nullptr) {
    made.condition = expression(context.expression());
    out.damaged = out.damaged || !made.condition;
  }
  out.items.push_back(std::move(made));
}

void Builder::saga(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a saga");
  ast::Saga made;
  Parser::SagaContext& saga = *context.saga();
  if (!declared(made, context, saga.name())) return;
  made.damaged = made.damaged || saga.exception != nullptr;
  for (Parser::HeadClauseContext* one : saga.headClause()) head_clause(*one, made.head);
  if (Parser::SagaItemsContext* items = saga.sagaItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::SagaItemContext* one : items->sagaItem()) {
      if (one->exception != nullptr) made.damaged = true;
      saga_item(*one, made);
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::saga_item(Parser::SagaItemContext& context, ast::Saga& out) {
  const Span at = span(context);
  if (context.STATE() != nullptr) {
    saga_state(context, out);
  } else if (context.DATA() != nullptr) {
    if (given_twice("data", out.data_span, at)) return;
    out.data_span = at;
    fields(context.fields(), out.data, out.damaged);
  } else if (context.exception != nullptr) {
    return;
  } else if (context.KEY() != nullptr) {
    if (given_twice("key", place_of(out.key), at)) return;
    if (std::optional<ast::Name> named = name(context.name().empty() ? nullptr : context.name(0)))
      out.key = ast::SagaKey{std::move(*named), type(context.type()), at};
  } else if (context.START() != nullptr) {
    if (context.transition() != nullptr) out.starts.push_back(transition(*context.transition()));
  } else if (context.WITHIN() != nullptr) {
    saga_deadline(context, out);
  } else if (context.FINAL() != nullptr) {
    for (Parser::NameContext* one : context.name()) {
      if (std::optional<ast::Name> state = name(one)) out.finals.push_back(std::move(*state));
    }
  } else if (context.OTHERWISE() != nullptr) {
    if (given_twice("otherwise", out.otherwise_span, at)) return;
    out.otherwise_span = at;
    out.otherwise =
        context.IGNORE() != nullptr ? ast::Saga::Otherwise::ignore : ast::Saga::Otherwise::fail;
  }
}

void Builder::saga_deadline(Parser::SagaItemContext& context, ast::Saga& out) {
  const Span at = span(context);
  if (given_twice("within", place_of(out.deadline), at)) return;
  const std::optional<ast::Duration> within = duration(context.measure());
  std::optional<ast::Name> target = context.name().empty() ? std::nullopt : name(context.name(0));
  if (!within || !target) {
    out.damaged = true;
    return;
  }
  ast::SagaDeadline made{*within, std::move(*target), {}, at};
  for (Parser::EmissionContext* one : context.emission())
    emission(*one, made.emissions, out.damaged);
  out.deadline = std::move(made);
}

void Builder::saga_state(Parser::SagaItemContext& context, ast::Saga& out) {
  std::optional<ast::Name> named = context.name().empty() ? std::nullopt : name(context.name(0));
  if (!named) {
    out.damaged = true;
    return;
  }
  ast::State made{
      std::move(*named), documentation(context), {}, context.exception != nullptr, span(context)};
  if (Parser::TransitionsContext* list = context.transitions()) {
    made.damaged = made.damaged || list->exception != nullptr;
    for (Parser::TransitionContext* one : list->transition())
      made.transitions.push_back(transition(*one));
  }
  out.states.push_back(std::move(made));
}

ast::Transition Builder::transition(Parser::TransitionContext& context) {
  ast::Transition out;
  out.span = span(context);
  out.documentation = documentation(context);
  out.damaged = context.exception != nullptr;
  if (context.ON() != nullptr) out.on = path(context.path());
  if (context.AFTER() != nullptr) out.after = duration(context.measure());
  if (!out.on && !out.after) out.damaged = true;
  if (context.correlation() != nullptr) {
    out.correlation = path(context.correlation()->path());
    if (!out.correlation) out.damaged = true;
  }
  for (Parser::NameContext* one : context.name()) {
    if (std::optional<ast::Name> target = name(one)) out.targets.push_back(std::move(*target));
  }
  if (out.targets.empty()) out.damaged = true;
  for (Parser::EmissionContext* one : context.emission())
    emission(*one, out.emissions, out.damaged);
  return out;
}

}  // namespace flowc
