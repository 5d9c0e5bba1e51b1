#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {
namespace {

constexpr std::string_view kVersionHelp = "a version is `v1`, `v2`, …";

}  // namespace

/// `v2` as 2.
std::optional<ast::Integer> Builder::version(Parser::VersionContext* context) {
  if (context == nullptr || context->ID() == nullptr) return std::nullopt;
  const Span at = span(*context->ID());
  const std::string_view text = written(at);
  constexpr std::uint64_t kVersionMax = 65'535;  // it has 16 bits on the wire
  std::uint64_t value = 0;
  const bool digits = text.size() > 1 && text.size() <= 7 && text.front() == 'v' &&
                      text.find_first_not_of("0123456789", 1) == std::string_view::npos;
  for (const char digit : text.substr(digits ? 1 : text.size()))
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  if (!digits) {
    reporter_.error(kExpected, at, "a version", '`' + std::string(text) + '`')
        .help(std::string(kVersionHelp));
    return std::nullopt;
  }
  if (value != 0 && text[1] == '0') {
    reporter_.error(kNumberForm, at, text, "a number has no zeros before it")
        .fix(at, "v" + std::to_string(value));
  }
  if (value == 0 || value > kVersionMax) {
    reporter_.error(kNumberOutOfRange, at, text, "versions are v1 to v65535");
    return std::nullopt;
  }
  return ast::Integer{value, at};
}

void Builder::upcast(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "an upcast");
  Parser::UpcastContext& upcast = *context.upcast();
  ast::Upcast made;
  made.span = span(upcast);
  std::optional<ast::Path> message = path(upcast.path());
  if (!message) return;
  made.message = std::move(*message);
  const auto versions = upcast.version();
  const std::optional<ast::Integer> from = versions.empty() ? std::nullopt : version(versions[0]);
  const std::optional<ast::Integer> to = versions.size() < 2 ? std::nullopt : version(versions[1]);
  made.damaged = context.exception != nullptr || upcast.exception != nullptr || !from || !to;
  if (from) made.from = *from;
  if (to) made.to = *to;
  made.mapping = mapping(upcast.mapping());
  out.declarations.emplace_back(std::move(made));
}

ast::Mapping Builder::mapping(Parser::MappingContext* context) {
  ast::Mapping out;
  if (context == nullptr || context->assignments() == nullptr) {
    out.damaged = true;
    return out;
  }
  out.span = span(*context);
  out.damaged = context->exception != nullptr || context->assignments()->exception != nullptr;
  for (Parser::AssignmentContext* one : context->assignments()->assignment()) {
    out.damaged = out.damaged || one->exception != nullptr;
    std::optional<ast::Name> field = name(one->name());
    if (!field) continue;
    ast::Assignment made;
    made.field = std::move(*field);
    made.span = span(*one);
    made.damaged = one->exception != nullptr;
    if (one->EQUALS() != nullptr && !made.damaged) {
      made.value = expression(one->expression());
      made.damaged = !made.value;
    }
    out.fields.push_back(std::move(made));
  }
  return out;
}

std::optional<ast::Expression> Builder::expression(Parser::ExpressionContext* context) {
  if (context == nullptr || context->exception != nullptr || context->operand().empty())
    return std::nullopt;
  std::optional<ast::Expression> left = operand(context->operand(0));
  if (!left || context->operand().size() < 2) return left;
  std::optional<ast::Expression> right = operand(context->operand(1));
  if (!right) return std::nullopt;
  ast::Expression out;
  out.kind = context->DOUBLE_EQUALS() != nullptr ? ast::Expression::Kind::equal
                                                 : ast::Expression::Kind::not_equal;
  out.span = span(*context);
  out.operands.push_back(std::move(*left));
  out.operands.push_back(std::move(*right));
  return out;
}

std::optional<ast::Path> Builder::dotted(Parser::DottedContext* context) const {
  if (context == nullptr || context->exception != nullptr) return std::nullopt;
  ast::Path out;
  for (Parser::NameContext* part : context->name()) {
    std::optional<ast::Name> made = name(part);
    if (!made) return std::nullopt;
    out.parts.push_back(std::move(*made));
  }
  if (out.parts.empty()) return std::nullopt;
  out.span = span(*context);
  return out;
}

std::optional<ast::Expression> Builder::operand(Parser::OperandContext* context) {
  if (context == nullptr || context->exception != nullptr || context->children.empty())
    return std::nullopt;
  ast::Expression out;
  out.span = span(*context);
  if (context->DECLASSIFY() != nullptr) {
    std::optional<ast::Path> field = path(context->path());
    if (!field) return std::nullopt;
    out.kind = ast::Expression::Kind::declassify;
    out.path = std::move(*field);
    return out;
  }
  if (context->dotted() != nullptr) {
    std::optional<ast::Path> field = dotted(context->dotted());
    if (!field) return std::nullopt;
    out.kind = ast::Expression::Kind::path;
    out.path = std::move(*field);
    return out;
  }
  std::optional<ast::Value> literal = value(context->value());
  if (!literal) return std::nullopt;
  if (literal->kind == ast::Value::Kind::name) {
    out.kind = ast::Expression::Kind::path;
    out.path = ast::Path{{{literal->text, literal->span}}, literal->span};
    return out;
  }
  out.value = std::move(*literal);
  return out;
}

/// One entry a message, in the order of the text.
void Builder::emission(Parser::EmissionContext& context, std::vector<ast::Emission>& out,
                       bool& damaged) {
  damaged = damaged || context.exception != nullptr;
  const bool sends = context.SENDS() != nullptr;  // looks at each child, and is asked once
  for (Parser::EmittedContext* one : context.emitted()) {
    std::optional<ast::Path> message = path(one->path());
    if (!message || one->exception != nullptr) {
      damaged = true;
      continue;
    }
    ast::Emission made;
    made.message = std::move(*message);
    made.sends = sends;
    made.span = span(*one);
    if (one->mapping() != nullptr) made.mapping = mapping(one->mapping());
    out.push_back(std::move(made));
  }
}

}  // namespace flowc
