#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>

#include <algorithm>

#include "emit/emit.h"
#include "model/names.h"

namespace flowc {

namespace {

using model::Program;
using model::Type;

/// The type as every reader of the wire must see it; records and enums by their full name.
std::string type_text(const Program& program, const Type& type) {
  switch (type.kind) {
    case Type::Kind::primitive:
      return model::to_string(type.primitive);
    case Type::Kind::record:
      return model::full_name(program, type.record);
    case Type::Kind::enumeration:
      return model::full_name(program, type.enumeration);
    case Type::Kind::optional:
      return type_text(program, *type.element) + "?";
    case Type::Kind::list:
      return "[" + type_text(program, *type.element) + "]";
    case Type::Kind::map:
      return "{" + type_text(program, *type.element) + "}";
  }
  return {};
}

std::string fields_text(const Program& program, const std::vector<model::Field>& fields) {
  std::vector<std::string> parts;
  for (const model::Field& field : fields) {
    parts.push_back(fmt::format(" {}:{}{}{}", field.wire_name, type_text(program, field.type),
                                field.key ? " key" : "", field.default_value ? " default" : ""));
  }
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

std::string enum_text(const Program& program, model::EnumId id) {
  std::vector<std::string> values;
  for (const model::Declaration& value : program[id].values) values.push_back(" " + value.name);
  std::sort(values.begin(), values.end());
  std::string text = "enum " + model::full_name(program, id);
  for (const std::string& value : values) text += value;
  return text;
}

std::vector<std::string> contract_lines(const Program& program) {
  std::vector<std::string> lines;
  for (const model::Message& message : program.messages) {
    lines.push_back(fmt::format("{} {} v{}{} -> {}", model::to_string(message.kind),
                                message.wire_name, message.version,
                                fields_text(program, message.fields),
                                message.answer ? type_text(program, *message.answer) : "-"));
  }
  for (std::size_t i = 0; i < program.records.size(); ++i) {
    lines.push_back("record " + model::full_name(program, static_cast<model::RecordId>(i)) +
                    fields_text(program, program.records[i].fields));
  }
  for (std::size_t i = 0; i < program.enums.size(); ++i) {
    lines.push_back(enum_text(program, static_cast<model::EnumId>(i)));
  }
  for (const model::Channel& channel : program.channels) {
    lines.push_back(
        fmt::format("channel {} {}", channel.name, channel.ordered_by_key ? "ordered" : "free"));
  }
  for (const model::Endpoint& endpoint : program.endpoints) {
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (message == nullptr) continue;  // chained: nothing is ever delivered to it
    lines.push_back(fmt::format("endpoint {} {} {}", endpoint.id, program[*message].wire_name,
                                endpoint.channel ? program[*endpoint.channel].name : "-"));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

std::string contract_hash(const Program& program) {
  llvm::SHA256 hash;
  hash.update("flow contract 1\n");
  for (const std::string& line : contract_lines(program)) {
    hash.update(line);
    hash.update("\n");
  }
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

}  // namespace flowc
