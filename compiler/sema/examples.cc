#include "sema/examples.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/expressions.h"
#include "sema/field_finder.h"
#include "sema/literal_text.h"
#include "sema/values.h"

namespace flowc::sema {
namespace {

using Json = nlohmann::ordered_json;
using LiteralKind = ast::Value::Kind;
using model::Primitive;
using model::Type;

constexpr std::size_t kQuotedMax = 40;

/// What has fields: a message, or a record within one.
struct Owner {
  const std::string& name;
  const std::vector<model::Field>& fields;
  const std::vector<ast::Field>& written;  ///< those that could not be understood too
  bool damaged = false;                    ///< fields may be missing: reported
};

class Example {
 public:
  Example(State& state, bool whole) : state_(state), whole_(whole) {}

  std::optional<Json> message(model::MessageId id, const ast::Value* syntax, Span at) {
    const model::Message& declared = state_.draft.program[id];
    const ast::Message& written = *state_.messages[static_cast<std::uint32_t>(id)];
    return fields({declared.name, declared.fields, written.fields, written.damaged}, syntax, at);
  }

 private:
  std::optional<Json> fields(const Owner& owner, const ast::Value* syntax, Span at) {
    std::map<std::string_view, std::size_t> given;
    bool understood = true;
    for (std::size_t i = 0; syntax != nullptr && i < syntax->keys.size(); ++i)
      understood = add(owner, syntax->keys[i], i, given) && understood;
    Json json = Json::object();
    for (const model::Field& field : owner.fields) {
      const auto found = given.find(field.name);
      if (found == given.end()) {
        const bool needed = !field.default_value && field.type.kind != Type::Kind::optional;
        if (!whole_ || !needed || !understood) continue;
        state_.reporter.error(kExampleFieldMissing, at, field.name, '`' + owner.name + '`')
            .label(field.span, "it has no default and is not optional");
        return std::nullopt;
      }
      auto one = value(syntax->elements[found->second], field.type);
      if (one) json[field.wire_name] = std::move(*one);
      if (!one) understood = false;
    }
    return understood ? std::optional(std::move(json)) : std::nullopt;
  }

  bool add(const Owner& owner, const ast::Name& key, std::size_t index,
           std::map<std::string_view, std::size_t>& given) {
    if (const auto at = finder_.find(owner.fields, key.text)) {
      if (quoted(key)) {
        state_.reporter
            .error(kExpected, key.span, "a field's name without quotes",
                   "the string \"" + key.text + '"')
            .fix(key.span, key.text);
        return false;
      }
      if (given.emplace(owner.fields[*at].name, index).second) return true;
      state_.reporter.error(kGivenTwice, key.span, key.text);
      return false;
    }
    const bool lost = owner.damaged || std::any_of(owner.written.begin(), owner.written.end(),
                                                   [&key](const ast::Field& field) {
                                                     return field.name.text == key.text;
                                                   });
    if (lost) return false;
    state_.reporter.error(kExampleNoField, key.span, owner.name, key.text)
        .did_you_mean(key.span, key.text, names_to_offer(state_, owner.fields));
    return false;
  }

  bool quoted(const ast::Name& key) const { return state_.sources.text(key.span).starts_with('"'); }

  std::optional<Json> value(const ast::Value& syntax, const Type& type) {
    switch (type.kind) {
      case Type::Kind::optional:
        return type.element ? value(syntax, *type.element) : std::nullopt;
      case Type::Kind::list:
        return list(syntax, type);
      case Type::Kind::map:
        return map(syntax, type);
      case Type::Kind::record: {
        if (syntax.kind != LiteralKind::map)
          return wrong(syntax, type, "write its fields: `{ … }`");
        const model::Record& record = state_.draft.program[type.record];
        const ast::Record& written = *state_.records[static_cast<std::uint32_t>(type.record)];
        return fields({record.name, record.fields, written.fields, written.damaged}, &syntax,
                      syntax.span);
      }
      case Type::Kind::primitive:
        if (type.primitive == Primitive::bytes) return bytes(syntax, type);
        break;
      case Type::Kind::enumeration:
        break;
    }
    const auto scalar = value_of(state_, syntax, type);
    if (!scalar) return std::nullopt;
    return json_of(*scalar, type);
  }

  std::optional<Json> wrong(const ast::Value& syntax, const Type& type, const char* help) {
    const std::string_view written = state_.sources.text(syntax.span);
    state_.reporter
        .error(kValueOfWrongType, syntax.span,
               written.size() <= kQuotedMax ? '`' + std::string(written) + '`' : "this",
               model::type_name(state_.draft.program, type))
        .help(help);
    return std::nullopt;
  }

  std::optional<Json> list(const ast::Value& syntax, const Type& type) {
    if (syntax.kind != LiteralKind::list) return wrong(syntax, type, "write a list: `[ … ]`");
    Json json = Json::array();
    bool understood = type.element != nullptr;
    for (const ast::Value& element : syntax.elements) {
      if (!type.element) break;
      auto one = value(element, *type.element);
      if (one) json.push_back(std::move(*one));
      if (!one) understood = false;
    }
    return understood ? std::optional(std::move(json)) : std::nullopt;
  }

  std::optional<Json> map(const ast::Value& syntax, const Type& type) {
    if (syntax.kind != LiteralKind::map)
      return wrong(syntax, type, "write a map: `{ \"key\": … }`");
    Json json = Json::object();
    bool understood = type.element != nullptr;
    for (std::size_t i = 0; i < syntax.keys.size() && type.element; ++i) {
      auto one = value(syntax.elements[i], *type.element);
      if (!quoted(syntax.keys[i])) {
        state_.reporter
            .error(kExpected, syntax.keys[i].span, "a key in quotes",
                   '`' + syntax.keys[i].text + '`')
            .fix(syntax.keys[i].span, '"' + syntax.keys[i].text + '"');
        understood = false;
      }
      if (json.contains(syntax.keys[i].text)) {
        state_.reporter.error(kGivenTwice, syntax.keys[i].span, syntax.keys[i].text);
        understood = false;
      }
      if (one) json[syntax.keys[i].text] = std::move(*one);
      if (!one) understood = false;
    }
    return understood ? std::optional(std::move(json)) : std::nullopt;
  }

  std::optional<Json> bytes(const ast::Value& syntax, const Type& type) {
    const char* help = "write base64: `\"aGVsbG8=\"`";
    if (syntax.kind != LiteralKind::text) return wrong(syntax, type, help);
    if (is_base64(syntax.text)) return Json(syntax.text);
    state_.reporter.error(kMalformedValue, syntax.span, syntax.text, "base64").help(help);
    return std::nullopt;
  }

  static Json json_of(const model::Value& value, const Type& type) {
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      const bool duration =
          type.kind == Type::Kind::primitive && type.primitive == Primitive::duration;
      return duration ? Json(iso_duration(*integer)) : Json(*integer);
    }
    return type.kind == Type::Kind::map ? Json::object() : Json::array();
  }

  State& state_;
  FieldFinder finder_;
  bool whole_;
};

}  // namespace

std::optional<std::string> example_json(State& state, const ast::Value* syntax, Span at,
                                        model::MessageId message, bool whole) {
  const auto json = Example(state, whole).message(message, syntax, at);
  if (!json) return std::nullopt;
  return json->dump();
}

}  // namespace flowc::sema
