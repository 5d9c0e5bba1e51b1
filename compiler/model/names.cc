#include "model/names.h"

#include <array>
#include <utility>

namespace flowc::model {

std::string full_name(const Program& program, MessageId id) {
  const Message& message = program[id];
  return program[message.module].name + "." + message.name;
}

std::string full_name(const Program& program, RecordId id) {
  const Record& record = program[id];
  return program[record.module].name + "." + record.name;
}

std::string full_name(const Program& program, EnumId id) {
  const Enum& enumeration = program[id];
  return program[enumeration.module].name + "." + enumeration.name;
}

std::string full_name(const Program& program, const Payload& payload) {
  return std::visit([&program](auto id) { return full_name(program, id); }, payload.type);
}

const std::string& short_name(const Program& program, const Payload& payload) {
  return std::visit([&program](auto id) -> const std::string& { return program[id].name; },
                    payload.type);
}

std::string handler_name(const Program& program, EndpointId id) {
  const Endpoint& endpoint = program[id];
  return program[endpoint.component].name + "." + endpoint.name;
}

std::string type_name(const Program& program, const Type& type) {
  switch (type.kind) {
    case Type::Kind::primitive:
      return to_string(type.primitive);
    case Type::Kind::record:
      return program[type.record].name;
    case Type::Kind::enumeration:
      return program[type.enumeration].name;
    case Type::Kind::optional:
      return type_name(program, *type.element) + "?";
    case Type::Kind::list:
      return "[" + type_name(program, *type.element) + "]";
    case Type::Kind::map:
      return "{string: " + type_name(program, *type.element) + "}";
  }
  return {};
}

const char* to_string(Primitive primitive) {
  switch (primitive) {
    case Primitive::boolean:
      return "bool";
    case Primitive::int32:
      return "int32";
    case Primitive::int64:
      return "int64";
    case Primitive::float64:
      return "float64";
    case Primitive::decimal:
      return "decimal";
    case Primitive::string:
      return "string";
    case Primitive::bytes:
      return "bytes";
    case Primitive::uuid:
      return "uuid";
    case Primitive::timestamp:
      return "timestamp";
    case Primitive::duration:
      return "duration";
    case Primitive::date:
      return "date";
  }
  return "";
}

const char* to_string(MessageKind kind) {
  switch (kind) {
    case MessageKind::event:
      return "event";
    case MessageKind::command:
      return "command";
    case MessageKind::query:
      return "query";
  }
  return "";
}

const char* to_string(Dispatch dispatch) {
  switch (dispatch) {
    case Dispatch::channel:
      return "channel";
    case Dispatch::caller:
      return "caller";
    case Dispatch::chained:
      return "chained";
  }
  return "";
}

const char* to_string(StoreKind kind) {
  switch (kind) {
    case StoreKind::sqlite:
      return "sqlite";
    case StoreKind::memory:
      return "memory";
  }
  return "";
}

std::string duration_text(std::int64_t microseconds) {
  constexpr std::array<std::pair<std::int64_t, const char*>, 5> kUnits{{{86'400'000'000, "d"},
                                                                        {3'600'000'000, "h"},
                                                                        {60'000'000, "m"},
                                                                        {1'000'000, "s"},
                                                                        {1'000, "ms"}}};
  for (const auto& [length, unit] : kUnits) {
    if (microseconds >= length && microseconds % length == 0) {
      return std::to_string(microseconds / length) + unit;
    }
  }
  return std::to_string(microseconds) + "us";
}

}  // namespace flowc::model
