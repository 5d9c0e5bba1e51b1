#include "sema/values.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "sema/literal_text.h"

namespace flowc::sema {
namespace {

using LiteralKind = ast::Value::Kind;
using model::Primitive;
using model::Type;
using model::Value;

const char* what_it_is(LiteralKind kind) {
  switch (kind) {
    case LiteralKind::integer:
      return "an integer";
    case LiteralKind::decimal:
      return "a decimal";
    case LiteralKind::boolean:
      return "a boolean";
    case LiteralKind::text:
      return "a string";
    case LiteralKind::duration:
      return "a duration";
    case LiteralKind::size:
      return "a size";
    case LiteralKind::percent:
      return "a percentage";
    case LiteralKind::name:
      return "a name";
    case LiteralKind::list:
      return "a list";
    case LiteralKind::map:
      return "a map";
  }
  return "this";
}

/// How a value of a type is written, for the help of an error.
const char* how_to_write(Primitive primitive) {
  switch (primitive) {
    case Primitive::boolean:
      return "write `true` or `false`";
    case Primitive::int32:
    case Primitive::int64:
      return "write an integer: `1_000`";
    case Primitive::float64:
    case Primitive::decimal:
      return "write a number: `12.50`";
    case Primitive::string:
      return "write a string: `\"text\"`";
    case Primitive::bytes:
      return "bytes take no default; make the field optional";
    case Primitive::uuid:
      return "write a string: `\"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b\"`";
    case Primitive::timestamp:
      return "write a string: `\"2026-11-22T20:08:03Z\"`";
    case Primitive::duration:
      return "write a duration: `30s`";
    case Primitive::date:
      return "write a string: `\"2026-11-22\"`";
  }
  return "";
}

class Converter {
 public:
  Converter(State& state, const ast::Value& literal, const Type& type)
      : state_(state), literal_(literal), type_(type) {}

  std::optional<Value> convert() {
    switch (type_.kind) {
      case Type::Kind::primitive:
        return primitive();
      case Type::Kind::enumeration:
        return enum_value();
      case Type::Kind::list:
        return empty(LiteralKind::list, "write `[]`: a list has no other default");
      case Type::Kind::map:
        return empty(LiteralKind::map, "write `{}`: a map has no other default");
      case Type::Kind::record:
        return wrong("a record has no default; make the field optional");
      case Type::Kind::optional:
        break;
    }
    return std::nullopt;
  }

 private:
  std::optional<Value> wrong(const char* help) {
    state_.reporter
        .error(kValueOfWrongType, literal_.span,
               std::string(what_it_is(literal_.kind)) +
                   (literal_.elements.empty() ? "" : " with elements"),
               model::type_name(state_.draft.program, type_))
        .help(help);
    return std::nullopt;
  }

  std::optional<Value> empty(LiteralKind kind, const char* help) {
    // `{}` and `[]` differ for readers only, but a default that reads wrongly is a mistake.
    if (literal_.kind != kind || !literal_.elements.empty()) return wrong(help);
    return Value{std::monostate{}};
  }

  std::optional<Value> primitive() {
    const char* help = how_to_write(type_.primitive);
    switch (type_.primitive) {
      case Primitive::boolean:
        if (literal_.kind == LiteralKind::boolean) return Value{literal_.boolean};
        return wrong(help);
      case Primitive::int32:
      case Primitive::int64:
        return integer(help);
      case Primitive::float64:
        return floating(help);
      case Primitive::decimal:
        return decimal(help);
      case Primitive::string:
        if (literal_.kind == LiteralKind::text) return Value{literal_.text};
        return wrong(help);
      case Primitive::bytes:
        return wrong(help);
      case Primitive::duration:
        if (literal_.kind == LiteralKind::duration) return Value{literal_.integer};
        return wrong(help);
      case Primitive::uuid:
      case Primitive::timestamp:
      case Primitive::date:
        return checked_text(help);
    }
    return std::nullopt;
  }

  std::string written() const { return std::string(state_.sources.text(literal_.span)); }

  std::optional<Value> integer(const char* help) {
    if (literal_.kind != LiteralKind::integer) return wrong(help);
    const std::int64_t value = literal_.integer;
    const bool narrow = type_.primitive == Primitive::int32;
    if (narrow && (literal_.wide || value < std::numeric_limits<std::int32_t>::min() ||
                   value > std::numeric_limits<std::int32_t>::max()))
      return out_of_range("int32", "int32 holds -2_147_483_648 to 2_147_483_647; int64 holds more");
    if (literal_.wide)
      return out_of_range("int64",
                          "int64 holds -9_223_372_036_854_775_808 to 9_223_372_036_854_775_807; "
                          "decimal holds 38 digits");
    return Value{value};
  }

  std::optional<Value> out_of_range(const char* type, const char* help) {
    state_.reporter.error(kValueOutOfRange, literal_.span, written(), type).help(help);
    return std::nullopt;
  }

  std::optional<Value> floating(const char* help) {
    if (literal_.kind != LiteralKind::integer && literal_.kind != LiteralKind::decimal)
      return wrong(help);
    double value = 0;
    const std::string& text = literal_.text;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || !std::isfinite(value))
      return out_of_range("float64", "a float64 is 0, or from about 5e-324 to 1.8e308");
    return Value{value};
  }

  std::optional<Value> decimal(const char* help) {
    if (literal_.kind != LiteralKind::integer && literal_.kind != LiteralKind::decimal)
      return wrong(help);
    if (!is_decimal(literal_.text))
      return out_of_range("decimal",
                          "a decimal has at most 38 digits, and 28 of them after the point");
    return Value{literal_.text};
  }

  std::optional<Value> checked_text(const char* help) {
    if (literal_.kind != LiteralKind::text) return wrong(help);
    const std::string& text = literal_.text;
    if (type_.primitive == Primitive::uuid) {
      if (auto uuid = uuid_text(text)) return Value{*std::move(uuid)};
      return malformed("a uuid", help);
    }
    if (type_.primitive == Primitive::date) {
      if (is_date(text)) return Value{text};
      return malformed("a date", help);
    }
    if (is_timestamp(text)) return Value{text};
    return malformed("a timestamp", help);
  }

  std::optional<Value> malformed(const char* wanted, const char* help) {
    state_.reporter.error(kMalformedValue, literal_.span, literal_.text, wanted).help(help);
    return std::nullopt;
  }

  std::optional<Value> enum_value() {
    const model::Enum& enumeration = state_.draft.program[type_.enumeration];
    if (literal_.kind != LiteralKind::name) return wrong("write the name of one of its values");
    const auto& known = state_.enum_values[static_cast<std::uint32_t>(type_.enumeration)];
    if (known.contains(literal_.text)) return Value{literal_.text};
    if (known.empty()) return std::nullopt;
    auto diagnostic =
        state_.reporter.error(kNoEnumValue, literal_.span, enumeration.name, literal_.text);
    diagnostic.label(enumeration.span, "declared here");
    if (!state_.reporter.may_compare(known.size())) return std::nullopt;
    std::vector<std::string> names;
    for (const model::Declaration& value : enumeration.values) names.push_back(value.name);
    diagnostic.did_you_mean(literal_.span, literal_.text, suggest(literal_.text, names));
    return std::nullopt;
  }

  State& state_;
  const ast::Value& literal_;
  const Type& type_;
};

}  // namespace

std::optional<Value> value_of(State& state, const ast::Value& literal, const Type& type) {
  return Converter(state, literal, type).convert();
}

}  // namespace flowc::sema
