#include <algorithm>
#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"
#include "syntax/expectations.h"

namespace flowc {
void Builder::handlers(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a group of handlers");
  ast::Handlers made;
  Parser::HandlersContext& handlers = *context.handlers();
  if (!declared(made, context, handlers.name())) return;
  handler_items(handlers.handlerItems(), made.handlers, made.retired, made.damaged);
  out.declarations.emplace_back(std::move(made));
}

void Builder::steps(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a group of steps");
  ast::Steps made;
  Parser::StepsContext& steps = *context.steps();
  if (!declared(made, context, steps.name())) return;
  handler_items(steps.handlerItems(), made.steps, made.retired, made.damaged);
  out.declarations.emplace_back(std::move(made));
}

void Builder::handler_items(Parser::HandlerItemsContext* items, std::vector<ast::Handler>& handlers,
                            std::vector<ast::Text>& retired, bool& damaged) {
  if (items == nullptr) return;
  damaged = damaged || items->exception != nullptr;
  std::size_t line = 0;  // where the last one ends
  for (Parser::HandlerContext* one : items->handler()) {
    damaged = damaged || one->exception != nullptr;
    // A clause that nobody knows, or that breaks off, was taken for a handler of its word.
    const bool clause = one->LPAREN() == nullptr && one->start->getLine() == line;
    line = one->stop == nullptr ? line : one->stop->getLine();
    if (clause) continue;
    if (!handlers.empty() && declassifies_nothing(*one, handlers.back())) continue;
    if (std::optional<ast::Name> named = name(one->name()))
      handlers.push_back(handler(*one, std::move(*named)));
  }
  for (Parser::RetiredContext* one : items->retired()) {
    if (std::optional<ast::Text> id = text(one->text())) retired.push_back(std::move(*id));
  }
}

/// `declassify()` behind a handler was taken for one of that name: the list is empty, which is
/// reported.
bool Builder::declassifies_nothing(Parser::HandlerContext& context, ast::Handler& before) {
  const bool named = context.name() != nullptr && context.name()->DECLASSIFY() != nullptr;
  const bool empty = context.exception == nullptr && context.path().empty();
  const auto clauses = context.clause();
  const bool scheduled =
      std::any_of(clauses.begin(), clauses.end(),
                  [](Parser::ClauseContext* one) { return one->EVERY() != nullptr; });
  if (!named || !empty || scheduled ||
      sources_.begin(before.span).column >= sources_.begin(span(context)).column)
    return false;
  reporter_.error(kExpected, span(*context.RPAREN()), "the name of a field", "`)`");
  before.damaged = true;
  return true;
}

ast::Handler Builder::handler(Parser::HandlerContext& context, ast::Name name) {
  ast::Handler out;
  out.name = std::move(name);
  out.documentation = documentation(context);
  out.span = span(context);
  out.damaged = context.exception != nullptr;
  // A path behind the `)` is the one of `->`; before it, the message.
  for (Parser::PathContext* one : context.path()) {
    const bool answer = context.ARROW() != nullptr && one->start != nullptr &&
                        one->start->getStartIndex() > context.ARROW()->getSymbol()->getStartIndex();
    (answer ? out.gives : out.takes) = path(one);
  }
  // `name(event: Message)`: what stands before the colon is no message.
  if (out.takes && written({file_, out.takes->span.end, out.takes->span.end + 1}) == ":")
    out.takes.reset();
  // `-> via work`: the name is left out, and the clause's word stands in its place.
  const auto& clause_names = clause_words();
  if (out.damaged && out.gives &&
      std::find(clause_names.begin(), clause_names.end(), out.gives->text()) != clause_names.end())
    out.gives.reset();
  bool scheduled = false;
  const std::vector<Parser::ClauseContext*> clauses = context.clause();
  for (Parser::ClauseContext* one : clauses) {
    scheduled = scheduled || one->EVERY() != nullptr;
    // What broke the handler may be the rest of its last clause.
    const bool whole = one->exception == nullptr && !(out.damaged && one == clauses.back());
    if (whole) clause(*one, out);
  }
  if (!out.takes && !out.damaged && !scheduled) {
    const Span at = out.name.span;
    reporter_.error(kExpected, {file_, at.end, at.end},
                    "a message in the parentheses of the handler", "none");
    out.damaged = true;
  }
  return out;
}

void Builder::clause(Parser::ClauseContext& context, ast::Handler& out) {
  if (!routing_clause(context, out)) policy_clause(context, out);
}

/// Where messages come from and go to. False if it is another clause.
bool Builder::routing_clause(Parser::ClauseContext& context, ast::Handler& out) {
  const Span at = span(context);
  const auto paths = [&](std::string_view word, std::vector<ast::Path>& list) {
    if (given_twice(word, place_of(list), at)) return;
    for (Parser::PathContext* one : context.path()) {
      if (std::optional<ast::Path> made = path(one)) list.push_back(std::move(*made));
    }
  };
  if (context.VIA() != nullptr) {
    if (!given_twice("via", place_of(out.via), at) && !context.path().empty())
      out.via = path(context.path(0));
  } else if (context.AT() != nullptr) {
    if (!given_twice("at", out.at ? std::optional(out.at->id.span) : std::nullopt, at))
      out.at = endpoint_id(context.text().empty() ? nullptr : context.text(0), context.oldIds());
  } else if (context.THEN() != nullptr) {
    if (!given_twice("then", place_of(out.then), at) && !context.name().empty())
      out.then = name(context.name(0));
  } else if (context.SENDS() != nullptr) {
    paths("sends", out.sends);
  } else if (context.PUBLISHES() != nullptr) {
    paths("publishes", out.publishes);
  } else if (context.USES() != nullptr) {
    paths("uses", out.uses);
  } else if (context.STARTS() != nullptr) {
    paths("starts", out.starts);
  } else if (context.SCHEDULES() != nullptr) {
    paths("schedules", out.schedules);
  } else {
    return false;
  }
  return true;
}

void Builder::policy_clause(Parser::ClauseContext& context, ast::Handler& out) {
  const Span at = span(context);
  Parser::NameContext* first_name = context.name().empty() ? nullptr : context.name(0);
  if (context.INLINE() != nullptr) {
    if (!given_twice("inline", out.is_inline, at)) out.is_inline = at;
  } else if (context.ON_FAILURE() != nullptr) {
    if (!given_twice("on_failure", place_of(out.on_failure), at)) out.on_failure = name(first_name);
  } else if (context.EVERY() != nullptr) {
    if (given_twice("every", place_of(out.every), at)) return;
    ast::Schedule made;
    made.span = at;
    if (context.measure() != nullptr) made.period = duration(context.measure());
    const auto texts = context.text();
    if (context.measure() == nullptr && !texts.empty()) made.cron = text(texts[0]);
    if (context.IN() != nullptr && !texts.empty()) made.zone = text(texts.back());
    if (!made.cron && !made.period) out.damaged = true;
    out.every = std::move(made);
  } else if (context.BATCH() != nullptr) {
    if (given_twice("batch", place_of(out.batch), at)) return;
    const std::optional<ast::Integer> most = count(context.count());
    if (!most) {
      out.damaged = true;
      return;
    }
    out.batch = ast::Batch{*most, duration(context.measure()), at};
  } else if (context.IDEMPOTENT() != nullptr) {
    if (!given_twice("idempotent", place_of(out.idempotent_by), at))
      out.idempotent_by = name(first_name);
  } else if (context.DECLASSIFY() != nullptr) {
    names(context.name(), out.declassify);
  } else if (context.UNDO() != nullptr) {
    if (!given_twice("undo", place_of(out.undo), at)) out.undo = name(first_name);
  } else if (context.OR() != nullptr) {
    if (!given_twice("or stop", out.or_stop, at)) out.or_stop = at;
  }
}

}  // namespace flowc
