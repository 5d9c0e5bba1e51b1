#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {
namespace {

/// Whether the last `}` of a declaration was missing, which is reported: what stands inside it may
/// be inside something else then.
bool closed_by_outline(grammar::FlowParser::DeclarationContext& context) {
  if (context.children.size() < 2) return false;
  const auto* body =
      dynamic_cast<antlr4::ParserRuleContext*>(context.children[context.children.size() - 2]);
  return body != nullptr && body->stop != nullptr &&
         body->stop->getStopIndex() + 1 == body->stop->getStartIndex();
}

}  // namespace

void Builder::add(Parser::FileContext& context, ast::File& out) {
  for (Parser::DeclarationContext* one : context.declaration()) declaration(*one, out);
}

void Builder::finish(ast::File& out) {
  // Behind something that could not be read, the module may be what was lost.
  if (out.module || out.damaged) return;
  reporter_.error(kNoModule, {file_, 0, 0})
      .help("begin the file with `module`, as in `module marketplace.customer`");
}

void Builder::declaration(Parser::DeclarationContext& context, ast::File& out) {
  const std::size_t before = out.declarations.size();
  const bool broken = context.exception != nullptr;
  if (context.module() != nullptr) {
    no_public(context, "a module");
    module(*context.module(), out);
    if (broken) out.damaged = true;
    return;
  }
  if (Parser::ImportFileContext* import = context.importFile()) {
    if (std::optional<ast::Text> path = text(import->text())) {
      out.imports.push_back({std::move(*path), span(*import)});
    } else {
      out.damaged = true;
    }
    return;
  }
  if (context.allow() != nullptr) {
    no_public(context, "an `allow`");
    allow(*context.allow(), out);
    return;
  }
  const bool is_named =
      context.upcast() == nullptr && context.forward() == nullptr && context.translate() == nullptr;
  if (context.record() != nullptr) record(context, out);
  if (context.enumeration() != nullptr) enumeration(context, out);
  if (context.message() != nullptr) message(context, out);
  if (context.channel() != nullptr) channel(context, out);
  if (context.handlers() != nullptr) handlers(context, out);
  if (context.service() != nullptr) service(context, out);
  if (context.deploy() != nullptr) deploy(context, out);
  if (context.upcast() != nullptr) upcast(context, out);
  if (context.steps() != nullptr) steps(context, out);
  if (context.orchestrator() != nullptr) orchestrator(context, out);
  if (context.saga() != nullptr) saga(context, out);
  if (context.publisher() != nullptr) publisher(context, out);
  if (context.forward() != nullptr) forward(context, out);
  if (context.translate() != nullptr) translate(context, out);
  if (context.scenario() != nullptr) scenario(context, out);
  if (out.declarations.size() == before) (is_named ? out.damaged : out.uses_lost) = true;
}

void Builder::module(Parser::ModuleContext& context, ast::File& out) {
  std::optional<ast::Path> named = path(context.path());
  if (!named) {
    out.damaged = true;
    return;
  }
  const Span at = span(context);
  if (out.module) {
    reporter_.error(kSecondModule, at, out.module->name.text())
        .label(out.module->span, "the file's module")
        .help("one file has one module; put the rest into a file of its own");
    return;
  }
  if (!out.declarations.empty() || !out.imports.empty()) reporter_.error(kTooLate, at, "`module`");
  out.module = ast::Module{std::move(*named), documentation(context), at};
}

/// Fills what every declaration has; false without a name, when nothing can refer to it.
bool Builder::declared(ast::Declared& out, Parser::DeclarationContext& context,
                       Parser::NameContext* name_context) {
  std::optional<ast::Name> named = name(name_context);
  if (!named) return false;
  out.name = std::move(*named);
  out.documentation = documentation(context);
  out.is_public = context.PUBLIC() != nullptr;
  out.damaged = context.exception != nullptr || closed_by_outline(context);
  out.span = span(context);
  return true;
}

void Builder::no_public(Parser::DeclarationContext& context, std::string_view what) {
  if (context.PUBLIC() == nullptr) return;
  const Span at = span(*context.PUBLIC());
  reporter_.error(kCannotBePublic, at, what)
      .help("`public` is for messages, records and enums, which other modules may use")
      .fix(at, "");
}

void Builder::allow(Parser::AllowContext& context, ast::File& out) {
  std::optional<ast::Name> rule = name(context.name());
  if (!rule || context.exception != nullptr) return;
  ast::Allow made;
  made.rule = std::move(*rule);
  made.span = span(context);
  made.target = path(context.path());
  made.reason = text(context.text());
  out.allows.push_back(std::move(made));
}

}  // namespace flowc
