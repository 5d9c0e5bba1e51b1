#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {
namespace {

template <class T>
std::optional<Span> place(const std::optional<T>& part) {
  return part ? std::optional(part->span) : std::nullopt;
}

std::optional<Span> place(const std::vector<ast::Path>& list) {
  return list.empty() ? std::nullopt : std::optional(list.front().span);
}

}  // namespace

void Builder::handlers(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a group of handlers");
  ast::Handlers made;
  Parser::HandlersContext& handlers = *context.handlers();
  if (!declared(made, context, handlers.name())) return;
  Parser::HandlerItemsContext* items = handlers.handlerItems();
  if (items != nullptr) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::HandlerContext* one : items->handler()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (std::optional<ast::Name> named = name(one->name())) {
        made.handlers.push_back(handler(*one, std::move(*named)));
      }
    }
    for (Parser::RetiredContext* retired : items->retired()) {
      if (retired->exception == nullptr)
        unsupported_error(span(*retired), "`retired` endpoint ids");
    }
  }
  out.declarations.emplace_back(std::move(made));
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
  bool scheduled = false;
  for (Parser::ClauseContext* one : context.clause()) {
    if (one->exception != nullptr) continue;
    clause(*one, out);
    Parser::UnsupportedClauseContext* absent = one->unsupportedClause();
    scheduled = scheduled || (absent != nullptr && absent->EVERY() != nullptr);
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
  const Span at = span(context);
  const auto paths = [this, &context](std::vector<ast::Path>& list) {
    for (Parser::PathContext* one : context.path()) {
      if (std::optional<ast::Path> made = path(one)) list.push_back(std::move(*made));
    }
  };
  if (context.VIA() != nullptr) {
    if (!given_twice("via", place(out.via), at) && !context.path().empty())
      out.via = path(context.path(0));
  } else if (context.AT() != nullptr) {
    if (!given_twice("at", place(out.at), at)) out.at = text(context.text());
    if (Parser::OldIdContext* old = context.oldId())
      unsupported_error(span(*old), "`was` of an endpoint id");
  } else if (context.THEN() != nullptr) {
    if (!given_twice("then", place(out.then), at)) out.then = name(context.name());
  } else if (context.SENDS() != nullptr) {
    if (!given_twice("sends", place(out.sends), at)) paths(out.sends);
  } else if (context.PUBLISHES() != nullptr) {
    if (!given_twice("publishes", place(out.publishes), at)) paths(out.publishes);
  } else if (context.INLINE() != nullptr) {
    if (!given_twice("inline", out.is_inline, at)) out.is_inline = at;
  } else if (Parser::UnsupportedClauseContext* absent = context.unsupportedClause()) {
    unsupported_clause(*absent);
    out.damaged = true;
  }
}

void Builder::unsupported_clause(Parser::UnsupportedClauseContext& context) {
  // Each alternative of the rule begins with its own word.
  unsupported_error(span(context),
                    '`' + std::string(written(span(*context.start))) + "` of a handler");
}

void Builder::service(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a service");
  ast::Service made;
  Parser::ServiceContext& service = *context.service();
  if (!declared(made, context, service.name())) return;
  if (Parser::ServiceItemsContext* items = service.serviceItems()) {
    made.damaged = made.damaged || items->exception != nullptr;
    for (Parser::ServiceItemContext* one : items->serviceItem()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (std::optional<ast::Path> component = path(one->path()))
        made.components.push_back(std::move(*component));
    }
  }
  out.declarations.emplace_back(std::move(made));
}

}  // namespace flowc
