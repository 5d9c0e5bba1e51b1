#include <fmt/format.h>

#include <array>
#include <set>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/view/order.h"
#include "emit/view/view.h"

namespace flowc::view {

namespace {

using model::Type;

std::string text_constant(model::Primitive primitive, const std::string& text) {
  const std::string literal = cpp::string_literal(text);
  switch (primitive) {
    case model::Primitive::decimal:
      return "::flow::Decimal::from_string(" + literal + ")";
    case model::Primitive::uuid:
      return "::flow::Uuid::from_string(" + literal + ")";
    case model::Primitive::timestamp:
      return "::flow::detail::timestamp_constant(" + literal + ")";
    case model::Primitive::date:
      return "::flow::detail::date_constant(" + literal + ")";
    case model::Primitive::bytes:
      return "::flow::detail::bytes_constant(" + literal + ")";
    default:
      return literal;
  }
}

std::string number_constant(model::Primitive primitive, std::int64_t value) {
  const std::string text = cpp::integer_literal(value);
  if (primitive == model::Primitive::duration) return "::flow::Duration{" + text + "}";
  if (primitive == model::Primitive::decimal) return "::flow::Decimal{" + text + "}";
  return primitive == model::Primitive::float64 ? cpp::double_literal(static_cast<double>(value))
                                                : text;
}

/// True when a list or map of it holds a record that is not complete yet, which then cannot be
/// initialized here.
bool holds_one_of(const Type& type, const std::set<model::RecordId>& later) {
  if (type.element != nullptr) return holds_one_of(*type.element, later);
  return type.kind == Type::Kind::record && later.contains(type.record);
}

std::string wire_literal(const model::Field& field) {
  return cpp::string_literal(field.wire_name.empty() ? field.name : field.wire_name);
}

/// What the codec knows of each field.
std::vector<std::string> field_entries(const std::vector<model::Field>& fields) {
  std::vector<std::string> entries;
  for (const model::Field& field : fields) {
    const bool required = !field.default_value && field.type.kind != Type::Kind::optional;
    const bool hidden = field.personal || field.secret;
    entries.push_back(fmt::format("::flow::json::Field{{{}, {}{}}}", wire_literal(field),
                                  bool_text(required), hidden ? ", true" : ""));
  }
  return entries;
}

/// What the file says of a field, and why its value is not to be seen where it is printed.
std::string field_documentation(const model::Field& field) {
  if (!field.personal && !field.secret) return field.documentation;
  return field.documentation + (field.documentation.empty() ? "" : "\n") +
         (field.secret ? "Secret" : "Personal") + ": printed as `<redacted>`.";
}

Json fields_view(const Source& source, model::ModuleId module, const TypeNames& names,
                 const std::vector<model::Field>& fields, const OrderedType& ordered) {
  Json view = Json::array();
  const Shadow shadow(names.members.begin(), names.members.end());
  const std::set<model::RecordId> later(ordered.later.begin(), ordered.later.end());
  const std::vector<std::string> entries = cpp::table_lines(field_entries(fields));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const model::Field& field = fields[i];
    std::string value;
    if (field.default_value) {
      value = constant(source, module, field.type, *field.default_value, shadow);
    }
    const std::string initial = !value.empty()                    ? " = " + value
                                : holds_one_of(field.type, later) ? ""
                                                                  : "{}";
    view.push_back(
        {{"docs", lines(cpp::doc_lines(field_documentation(field), 2))},
         {"declaration", fmt::format("{} {}{};", source.names.type(module, field.type, shadow),
                                     names.members[i], initial)},
         {"field", names.members[i]},
         {"label", cpp::string_literal(field.name)},
         {"wire", wire_literal(field)},
         {"entry", entries[i]},
         {"index", std::to_string(i)},
         {"hidden", field.personal || field.secret}});
  }
  return view;
}

const char* ordering_type(Ordering ordering) {
  switch (ordering) {
    case Ordering::strong:
      return "std::strong_ordering";
    case Ordering::weak:
      return "std::weak_ordering";
    case Ordering::partial:
      return "std::partial_ordering";
  }
  FLOW_UNREACHABLE("an ordering without a C++ type");
}

/// `std::tie(a.x, a.y)`, for comparisons that are written out.
std::string tied(const std::vector<std::string>& members, const std::string& variable) {
  std::string text;
  for (const std::string& member : members) {
    text += fmt::format("{}{}.{}", text.empty() ? "" : ", ", variable, member);
  }
  return "std::tie(" + text + ")";
}

Json struct_view(const Source& source, model::ModuleId module, const std::string& documentation,
                 const TypeNames& names, const std::vector<model::Field>& fields,
                 const OrderedType& ordered) {
  Json later = Json::array();
  for (const model::RecordId id : ordered.later) later.push_back(source.names[id].name);
  const std::string order = ordering_type(ordering(fields, source.index.orderings()));
  const std::string& name = names.name;
  const auto compare = [&](const char* op) {
    return fmt::format("operator{}(const {}& left, const {}& right)", op, name, name);
  };
  return {{"kind", "record"},
          {"docs", lines(cpp::doc_lines(documentation, 0))},
          {"name", name},
          {"label", cpp::string_literal(name)},
          {"fields", fields_view(source, module, names, fields, ordered)},
          {"field_count", std::to_string(fields.size())},
          {"has_fields", !fields.empty()},
          {"value", fields.empty() ? "" : " value"},
          {"recursive", ordered.recursive},
          {"later", later},
          {"ordering", order},
          {"equals", compare("==")},
          {"compares", compare("<=>")},
          {"left", tied(names.members, "left")},
          {"right", tied(names.members, "right")}};
}

Json message_view(const Source& source, model::MessageId id, const OrderedType& ordered) {
  const model::Message& message = source.program[id];
  static constexpr std::array kinds = {"Event", "Command", "Query"};
  std::string documentation = message.documentation;
  documentation += fmt::format("{}{} `{}`", documentation.empty() ? "" : "\n",
                               kinds[static_cast<std::size_t>(message.kind)], message.wire_name);
  const bool numbered = message.version > 1 || message.superseded;
  documentation += numbered ? fmt::format(", version {}.", message.version) : ".";
  return struct_view(source, message.module, documentation, source.names[id], message.fields,
                     ordered);
}

Json enum_view(const Source& source, model::EnumId id) {
  const model::Enum& item = source.program[id];
  const TypeNames& names = source.names[id];
  Json values = Json::array();
  std::vector<std::string> names_on_wire;
  for (const model::Declaration& value : item.values) {
    names_on_wire.push_back(cpp::string_literal(value.name));
  }
  const std::vector<std::string> entries = cpp::table_lines(names_on_wire);
  std::string unknown = "::flow::detail::no_unknown";
  for (std::size_t i = 0; i < item.values.size(); ++i) {
    if (item.values[i].name == "unknown") unknown = std::to_string(i);
    values.push_back({{"docs", lines(cpp::doc_lines(item.values[i].documentation, 2))},
                      {"value", names.members[i]},
                      {"entry", entries[i]}});
  }
  return {{"kind", "enum"},
          {"docs", lines(cpp::doc_lines(item.documentation, 0))},
          {"name", names.name},
          {"underlying", item.values.size() > 256 ? "std::uint16_t" : "std::uint8_t"},
          {"values", values},
          {"count", std::to_string(item.values.size())},
          {"unknown", unknown}};
}

}  // namespace

std::string constant(const Source& source, model::ModuleId module, const Type& type,
                     const model::Value& value, const Shadow& shadow) {
  if (type.kind == Type::Kind::optional) {
    return constant(source, module, *type.element, value, shadow);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type.kind != Type::Kind::enumeration) return text_constant(type.primitive, *text);
    const std::size_t index = source.index.value(type.enumeration, *text);
    return source.names.type(module, type, shadow) +
           "::" + source.names[type.enumeration].members[index];
  }
  if (const auto* flag = std::get_if<bool>(&value)) return bool_text(*flag);
  if (const auto* number = std::get_if<double>(&value)) return cpp::double_literal(*number);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return number_constant(type.primitive, *number);
  }
  return {};
}

Json lines(const std::vector<std::string>& lines) {
  Json view = Json::array();
  for (const std::string& line : lines) view.push_back(line);
  return view;
}

void for_each_type(const Source& source, model::ModuleId module,
                   const std::function<void(Json&&)>& use) {
  for (const OrderedType& ordered : ordered_types(source.program, source.index.types(module))) {
    if (const auto* id = std::get_if<model::EnumId>(&ordered.type)) {
      use(enum_view(source, *id));
    } else if (const auto* message = std::get_if<model::MessageId>(&ordered.type)) {
      use(message_view(source, *message, ordered));
    } else {
      const auto record = std::get<model::RecordId>(ordered.type);
      const model::Record& declared = source.program[record];
      use(struct_view(source, module, declared.documentation, source.names[record], declared.fields,
                      ordered));
    }
  }
}

}  // namespace flowc::view
