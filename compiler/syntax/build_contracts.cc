#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {

void Builder::record(Parser::DeclarationContext& context, ast::File& out) {
  ast::Record made;
  Parser::RecordContext& record = *context.record();
  if (!declared(made, context, record.name())) return;
  fields(record.fields(), made.fields, made.damaged);
  out.declarations.emplace_back(std::move(made));
}

void Builder::enumeration(Parser::DeclarationContext& context, ast::File& out) {
  ast::Enum made;
  Parser::EnumerationContext& enumeration = *context.enumeration();
  if (!declared(made, context, enumeration.name())) return;
  if (Parser::EnumValuesContext* values = enumeration.enumValues()) {
    made.damaged = made.damaged || values->exception != nullptr;
    for (Parser::EnumValueContext* value : values->enumValue()) {
      if (std::optional<ast::Name> named = name(value->name())) {
        made.values.push_back({std::move(*named), documentation(*value)});
      }
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::message(Parser::DeclarationContext& context, ast::File& out) {
  ast::Message made;
  Parser::MessageContext& message = *context.message();
  if (!declared(made, context, message.name())) return;
  if (message.EVENT() != nullptr) made.kind = ast::Message::Kind::event;
  if (message.COMMAND() != nullptr) made.kind = ast::Message::Kind::command;
  if (message.QUERY() != nullptr) made.kind = ast::Message::Kind::query;
  made.damaged = made.damaged || message.exception != nullptr;
  if (Parser::VersionContext* number = message.version()) {
    // In a heading with a mistake, a word may stand there by that mistake.
    const bool likely = number->start->getText().starts_with('v');
    if (!made.damaged || likely) made.version = version(number);
    made.damaged = made.damaged || !made.version;
  }
  for (Parser::AttributeContext* attribute : message.attribute()) {
    made.damaged = made.damaged || attribute->exception != nullptr;
    message_attribute(*attribute, made);
  }
  made.answer = path(message.path());
  if (made.answer && made.kind != ast::Message::Kind::query) {
    reporter_.error(kExpected, made.answer->span, "`{`", "an answer")
        .help("a `query` has an answer, after `->`");
    made.answer.reset();
  }
  if (!made.answer && made.kind == ast::Message::Kind::query && !made.damaged) {
    reporter_.error(kExpected, {file_, made.name.span.end, made.name.span.end},
                    "`->` and the answer of the query", "none");
    made.damaged = true;
  }
  fields(message.fields(), made.fields, made.damaged);
  out.declarations.emplace_back(std::move(made));
}

/// `@wire("…")`, `@expires(15m)`, `@hops(8)`.
void Builder::message_attribute(Parser::AttributeContext& context, ast::Message& out) {
  const std::optional<ast::Name> attribute = name(context.name());
  if (!attribute) return;
  const auto wanted = [&](std::string_view what) {
    out.damaged = out.damaged || context.exception != nullptr;
    if (!out.damaged) reporter_.error(kExpected, span(context), what, "none");
    out.damaged = true;
  };
  const Span at = span(context);
  if (attribute->text == "wire") {
    std::optional<ast::Text> pinned = text(context.text());
    if (!pinned) return wanted("the wire name, as in `@wire(\"…\")`");
    if (!given_twice("@wire", place_of(out.wire), at)) out.wire = std::move(pinned);
  } else if (attribute->text == "expires") {
    if (context.measure() == nullptr) return wanted("a duration, as in `@expires(15m)`");
    const std::optional<ast::Duration> after = duration(context.measure());
    if (!given_twice("@expires", place_of(out.expires), at)) out.expires = after;
  } else if (attribute->text == "hops") {
    if (context.count() == nullptr) return wanted("a count, as in `@hops(8)`");
    const std::optional<ast::Integer> most = count(context.count());
    if (!given_twice("@hops", place_of(out.hops), at)) out.hops = most;
  } else {
    reporter_.error(kUnknownWord, attribute->span, attribute->text, "an attribute of a message")
        .one_of(attribute->span, attribute->text, {"wire", "expires", "hops"});
  }
}

void Builder::fields(Parser::FieldsContext* context, std::vector<ast::Field>& out, bool& damaged) {
  if (context == nullptr) {
    damaged = true;
    return;
  }
  damaged = damaged || context->exception != nullptr;
  for (Parser::FieldContext* one : context->field()) {
    damaged = damaged || one->exception != nullptr;
    if (std::optional<ast::Name> named = name(one->name()))
      out.push_back(field(*one, std::move(*named)));
  }
}

/// Whether a word stands behind others on its line, and does not begin what is between braces.
bool Builder::ends_line(Span word) const {
  const std::uint32_t begin = sources_.line_begin(file_, sources_.begin(word).line);
  const std::string_view before = written({file_, begin, word.begin});
  const std::size_t last = before.find_last_not_of(" \t");
  return last != std::string_view::npos && before[last] != '{' && before[last] != ',';
}

ast::Field Builder::field(Parser::FieldContext& context, ast::Name name) {
  ast::Field out;
  out.name = std::move(name);
  out.documentation = documentation(context);
  out.span = span(context);
  if (context.KEY() != nullptr) {
    out.key = span(*context.KEY());
    if (ends_line(*out.key) &&
        sources_.begin(*out.key).line != sources_.begin(out.name.span).line) {
      // `id: uuid key`: it was taken for the next field's.
      reporter_
          .error(kExpected, {file_, out.key->end, out.key->end}, "a name", "the end of the line")
          .help("`key` stands before the name of its field");
      out.key.reset();
    }
  }
  if (context.exception == nullptr) out.type = type(context.type());
  for (Parser::FieldPartContext* part : context.fieldPart()) field_part(*part, out);
  return out;
}

void Builder::field_part(Parser::FieldPartContext& context, ast::Field& out) {
  if (context.EQUALS() != nullptr) {
    const auto first = out.default_value ? std::optional(out.default_value->span) : std::nullopt;
    if (given_twice("=", first, span(context))) return;
    out.default_value = value(context.value());
  } else if (context.WAS() != nullptr) {
    if (given_twice("was", place_of(out.was), span(context))) return;
    out.was = text(context.text());
  } else if (Parser::AttributeContext* attribute = context.attribute()) {
    field_attribute(*attribute, out);
  }
}

void Builder::field_attribute(Parser::AttributeContext& context, ast::Field& out) {
  const std::optional<ast::Name> attribute = name(context.name());
  if (!attribute) return;
  // On a line of its own, at the left, it is meant for the field below, and is read as one of the
  // field above.
  const Position place_written = sources_.begin(span(context));
  const Position field_begin = sources_.begin(out.span);
  if (place_written.line != field_begin.line && place_written.column <= field_begin.column) {
    reporter_.error(kExpected, span(context), "a field", "`@`")
        .help("an attribute stands behind its field: `name: Type  @" + attribute->text + "`");
    return;
  }
  const bool personal = attribute->text == "personal";
  if (!personal && attribute->text != "secret") {
    reporter_.error(kUnknownWord, attribute->span, attribute->text, "an attribute of a field")
        .one_of(attribute->span, attribute->text, {"personal", "secret"});
    return;
  }
  if (context.LPAREN() != nullptr && context.exception == nullptr) {
    Span given = span(context);
    given.begin = span(*context.LPAREN()).begin;
    reporter_.error(kExpected, given, "nothing after `@" + attribute->text + "`",
                    '`' + std::string(written(given)) + '`');
  }
  std::optional<Span>& place = personal ? out.personal : out.secret;
  if (given_twice(personal ? "@personal" : "@secret", place, span(context))) return;
  place = span(context);
}

std::optional<ast::Type> Builder::type(Parser::TypeContext* context) {
  if (context == nullptr || context->exception != nullptr || context->children.empty())
    return std::nullopt;
  ast::Type out;
  out.span = span(*context);
  if (context->LBRACKET() != nullptr || context->LBRACE() != nullptr) {
    const bool map = context->LBRACE() != nullptr;
    out.kind = map ? ast::Type::Kind::map : ast::Type::Kind::list;
    std::optional<ast::Type> element = type(context->type());
    if (!element) return std::nullopt;
    out.element = std::make_shared<ast::Type>(std::move(*element));
    if (map) {
      std::optional<ast::Path> key = path(context->path());
      if (!key) return std::nullopt;
      out.key = std::move(*key);
    }
  } else {
    std::optional<ast::Path> named = path(context->path());
    if (!named) return std::nullopt;
    out.name = std::move(*named);
  }
  const auto marks = context->QUESTION();
  if (marks.empty()) return out;
  if (marks.size() > 1) given_twice("?", span(*marks[0]), span(*marks[1]));
  ast::Type optional;
  optional.kind = ast::Type::Kind::optional;
  optional.span = out.span;
  out.span.end = span(*marks[0]).begin;
  optional.element = std::make_shared<ast::Type>(std::move(out));
  return optional;
}

}  // namespace flowc
