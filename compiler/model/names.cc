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
  if (std::holds_alternative<Nothing>(payload.type)) return "nothing";
  const auto* message = std::get_if<MessageId>(&payload.type);
  return message != nullptr ? full_name(program, *message)
                            : full_name(program, std::get<RecordId>(payload.type));
}

const std::string& short_name(const Program& program, const Payload& payload) {
  static const std::string nothing = "nothing";
  if (std::holds_alternative<Nothing>(payload.type)) return nothing;
  const auto* message = std::get_if<MessageId>(&payload.type);
  return message != nullptr ? program[*message].name
                            : program[std::get<RecordId>(payload.type)].name;
}

std::string handler_name(const Program& program, EndpointId id) {
  const Endpoint& endpoint = program[id];
  const Component& component = program[endpoint.component];
  if (component.kind == ComponentKind::forward) return component.name + " to " + endpoint.name;
  if (component.kind == ComponentKind::translator) return component.name;
  return component.name + "." + endpoint.name;
}

namespace {

std::string type_text(const Program& program, const Type& type, bool full) {
  switch (type.kind) {
    case Type::Kind::primitive:
      return to_string(type.primitive);
    case Type::Kind::record:
      return full ? full_name(program, type.record) : program[type.record].name;
    case Type::Kind::enumeration:
      return full ? full_name(program, type.enumeration) : program[type.enumeration].name;
    case Type::Kind::optional:
      return type_text(program, *type.element, full) + "?";
    case Type::Kind::list:
      return "[" + type_text(program, *type.element, full) + "]";
    case Type::Kind::map:
      return "{string: " + type_text(program, *type.element, full) + "}";
  }
  return {};
}

}  // namespace

std::string type_name(const Program& program, const Type& type) {
  return type_text(program, type, false);
}

std::pair<std::string, std::string> type_names_apart(const Program& program, const Type& a,
                                                     const Type& b) {
  std::pair<std::string, std::string> names{type_name(program, a), type_name(program, b)};
  if (names.first == names.second)
    names = {type_text(program, a, true), type_text(program, b, true)};
  return names;
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
    case StoreKind::postgres:
      return "postgres";
    case StoreKind::mysql:
      return "mysql";
  }
  return "";
}

const char* to_string(BrokerKind kind) {
  switch (kind) {
    case BrokerKind::kafka:
      return "kafka";
    case BrokerKind::rabbitmq:
      return "rabbitmq";
    case BrokerKind::redis:
      return "redis";
    case BrokerKind::sqs:
      return "sqs";
  }
  return "";
}

const char* to_string(PartnerKind kind) {
  switch (kind) {
    case PartnerKind::kafka:
      return "kafka";
    case PartnerKind::rabbitmq:
      return "rabbitmq";
    case PartnerKind::redis:
      return "redis";
    case PartnerKind::sqs:
      return "sqs";
    case PartnerKind::webhook:
      return "webhook";
    case PartnerKind::file:
      return "file";
  }
  return "";
}

std::string_view reserved_because(std::string_view name) {
  if (name.empty()) return "";
  if (name.find("__") != std::string_view::npos)
    return "C++ keeps names with two underscores in a row for itself";
  if (name.front() == '_') return "C++ keeps names that begin with an underscore for itself";
  if (name.back() == '_') return "a name that ends with an underscore is one that flowc escaped";
  return "";
}

const char* to_string(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::handlers:
      return "handlers";
    case ComponentKind::steps:
      return "steps";
    case ComponentKind::orchestrator:
      return "orchestrator";
    case ComponentKind::saga:
      return "saga";
    case ComponentKind::forward:
      return "forward";
    case ComponentKind::translator:
      return "translate";
  }
  return "";
}

const char* to_string(OnFailure policy) {
  switch (policy) {
    case OnFailure::retry:
      return "retry";
    case OnFailure::park_key:
      return "park_key";
    case OnFailure::skip_key:
      return "skip_key";
    case OnFailure::dead_letter:
      return "dead_letter";
    case OnFailure::stop_channel:
      return "stop_channel";
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
