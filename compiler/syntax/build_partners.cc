#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {
void Builder::publisher(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a publisher");
  ast::Publisher made;
  Parser::PublisherContext& publisher = *context.publisher();
  if (!declared(made, context, publisher.name())) return;
  made.damaged = made.damaged || publisher.exception != nullptr;
  if (Parser::PublisherSettingsContext* settings = publisher.publisherSettings()) {
    made.damaged = made.damaged || settings->exception != nullptr;
    for (Parser::PublisherSettingContext* one : settings->publisherSetting()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (one->exception == nullptr) publisher_setting(*one, made);
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::publisher_setting(Parser::PublisherSettingContext& context, ast::Publisher& out) {
  const Span at = span(context);
  if (context.TOPIC() != nullptr) {
    if (!given_twice("topic", place_of(out.topic), at)) out.topic = text(context.text());
  } else if (context.RETRY() != nullptr) {
    if (!given_twice("retry", place_of(out.retry), at)) out.retry = retry(context.retry());
  } else if (context.BREAKER() != nullptr) {
    if (given_twice("breaker", place_of(out.breaker), at)) return;
    const std::optional<ast::Integer> failures = count(context.count());
    if (!failures) {
      out.damaged = true;
      return;
    }
    out.breaker = ast::Breaker{*failures, duration(context.measure()), at};
  } else if (context.BUFFER() != nullptr) {
    if (!given_twice("buffer", place_of(out.buffer), at)) out.buffer = count(context.count());
  } else if (context.ERRORS() != nullptr) {
    if (!given_twice("errors", place_of(out.errors), at)) out.errors = path(context.path());
  }
}

void Builder::names(const std::vector<Parser::NameContext*>& contexts,
                    std::vector<ast::Name>& out) const {
  for (Parser::NameContext* one : contexts) {
    if (std::optional<ast::Name> made = name(one)) out.push_back(std::move(*made));
  }
}

void Builder::forward(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a forward");
  Parser::ForwardContext& forward = *context.forward();
  ast::Forward made;
  made.span = span(forward);
  made.documentation = documentation(context);
  made.damaged = context.exception != nullptr || forward.exception != nullptr;
  const auto paths = forward.path();
  std::optional<ast::Path> message = paths.empty() ? std::nullopt : path(paths[0]);
  if (!message) return;
  made.message = std::move(*message);
  for (std::size_t i = 1; i < paths.size(); ++i) {
    std::optional<ast::Path> to = path(paths[i]);
    if (to) made.publishers.push_back(std::move(*to));
  }
  for (Parser::ForwardClauseContext* one : forward.forwardClause()) {
    if (one->headClause() != nullptr) {
      head_clause(*one->headClause(), made.head);
    } else if (one->IN() != nullptr) {
      if (!given_twice("in", place_of(made.service), span(*one))) made.service = path(one->path());
    } else if (one->exception == nullptr) {
      names(one->name(), made.declassify);
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::translate(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a translation");
  Parser::TranslateContext& translate = *context.translate();
  ast::Translate made;
  made.span = span(translate);
  made.documentation = documentation(context);
  made.damaged = context.exception != nullptr || translate.exception != nullptr;
  const auto paths = translate.path();
  std::optional<ast::Path> from = paths.empty() ? std::nullopt : path(paths[0]);
  std::optional<ast::Path> to = paths.size() < 2 ? std::nullopt : path(paths[1]);
  if (!from || !to) return;
  made.from = std::move(*from);
  made.to = std::move(*to);
  for (Parser::TranslateClauseContext* one : translate.translateClause()) {
    if (one->headClause() != nullptr) {
      head_clause(*one->headClause(), made.head);
    } else if (!given_twice("in", place_of(made.service), span(*one))) {
      made.service = path(one->path());
    }
  }
  made.mapping = mapping(translate.mapping());
  out.declarations.emplace_back(std::move(made));
}

}  // namespace flowc
