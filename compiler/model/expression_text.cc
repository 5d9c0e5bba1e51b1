#include "model/expression_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/names.h"
#include "model/type_rules.h"

namespace flowc::model {
namespace {

std::string literal_text(const Value& value, const Type& type) {
  if (std::holds_alternative<std::monostate>(value))
    return without_optional(type).kind == Type::Kind::map ? "{}" : "[]";
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  const Type& plain = without_optional(type);
  const bool primitive = plain.kind == Type::Kind::primitive;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return primitive && plain.primitive == Primitive::duration ? duration_text(*integer)
                                                               : std::to_string(*integer);
  }
  const std::string& text = std::get<std::string>(value);
  if (!primitive || plain.primitive == Primitive::decimal) return text;
  return nlohmann::json(text).dump();
}

std::string field_text(const Program& program, const FieldRef& field,
                       const ExpressionRoots& roots) {
  const std::vector<Field>* fields = nullptr;
  std::string text;
  switch (field.root) {
    case FieldRef::Root::key:
      return roots.key == nullptr ? "key" : roots.key->name;
    case FieldRef::Root::message:
      fields = roots.message;
      break;
    case FieldRef::Root::input:
      fields = roots.input;
      text = "input";
      break;
    case FieldRef::Root::event:
      fields = roots.event;
      text = "event";
      break;
    case FieldRef::Root::data:
      fields = roots.data;
      text = "data";
      break;
  }
  for (const std::uint32_t index : field.path) {
    if (fields == nullptr || index >= fields->size()) break;
    const Field& next = (*fields)[index];
    if (!text.empty()) text += '.';
    text += next.name;
    const Type& type = without_optional(next.type);
    fields = type.kind == Type::Kind::record ? &program[type.record].fields : nullptr;
  }
  return text;
}

}  // namespace

std::string expression_text(const Program& program, const Expression& expression,
                            const ExpressionRoots& roots) {
  switch (expression.kind) {
    case Expression::Kind::literal:
      return literal_text(expression.literal, expression.type);
    case Expression::Kind::field: {
      const std::string text = field_text(program, expression.field, roots);
      return expression.declassified ? "declassify(" + text + ")" : text;
    }
    case Expression::Kind::equal:
    case Expression::Kind::not_equal:
      break;
  }
  return expression_text(program, expression.operands.front(), roots) +
         (expression.kind == Expression::Kind::equal ? " == " : " != ") +
         expression_text(program, expression.operands.back(), roots);
}

}  // namespace flowc::model
