#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/span.h"

/// What declarations of the model are made of: ids, types, values, expressions.
namespace flowc::model {

/// Index types: one per table of Program, so that a channel's number cannot be used for an
/// endpoint's.
enum class ModuleId : std::uint32_t {};
enum class RecordId : std::uint32_t {};
enum class EnumId : std::uint32_t {};
enum class MessageId : std::uint32_t {};
enum class ChannelId : std::uint32_t {};
enum class ComponentId : std::uint32_t {};
enum class EndpointId : std::uint32_t {};
enum class PublisherId : std::uint32_t {};
enum class SagaId : std::uint32_t {};
enum class ServiceId : std::uint32_t {};

/// What every declaration has.
struct Declaration {
  std::string name;  ///< as written: `OrderPlaced`, `provider_matching`
  std::string
      documentation;  ///< the `///` lines, without the slashes, joined by '\n'; empty without any
  Span span;          ///< of the name
};

enum class Primitive {
  boolean,
  int32,
  int64,
  float64,
  decimal,
  string,
  bytes,
  uuid,
  timestamp,
  duration,
  date
};

struct Type {
  enum class Kind {
    primitive,
    record,
    enumeration,
    optional,
    list,
    map
  };  // a map's key is a string
  Kind kind = Kind::primitive;
  Primitive primitive = Primitive::boolean;  ///< of Kind::primitive
  RecordId record{};                         ///< of Kind::record
  EnumId enumeration{};                      ///< of Kind::enumeration
  std::shared_ptr<const Type> element;       ///< of optional, list and map
};

/// A literal, already of the field's type: a field's default.
/// Integers: int64. float64: double. Decimals, strings, uuids, timestamps, dates: std::string,
/// checked, as on the wire. Durations: int64 microseconds. Enum values: the value's name as
/// std::string. bool: bool. Empty lists and maps (`[]`, `{}`) are std::monostate.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct Field : Declaration {
  Type type;
  bool key = false;  ///< the message's ordering and partition key: at most one, of a scalar type
  bool personal = false;               ///< `@personal`
  bool secret = false;                 ///< `@secret`
  std::optional<Value> default_value;  ///< without one, and not optional: required on the wire
  std::string wire_name;               ///< the name in JSON: `name`, or what `was "…"` says
};

/// A field that an expression reads, from a message, a saga's data or its key.
struct FieldRef {
  enum class Root {
    message,  ///< the translated message, or the old version of an upcast
    input,    ///< the command of an orchestrator
    event,    ///< the message of a saga's transition
    data,     ///< the saga's data; of path[0]
    key       ///< the saga's key; no path
  };
  Root root = Root::message;
  std::vector<std::uint32_t> path;  ///< the field of the root, then fields of records within it
  bool personal = false;            ///< some field on the path is `@personal`
  bool secret = false;              ///< some field on the path is `@secret`
};

/// A value made without C++: a literal, a field, or a comparison of two of those.
struct Expression {
  enum class Kind { literal, field, equal, not_equal };
  Kind kind = Kind::literal;
  Value literal;  ///< already of `type`
  FieldRef field;
  std::vector<Expression> operands;  ///< two, of one type, of a comparison
  Type type;
  bool declassified = false;  ///< `declassify(field)`
  Span span;
};

/// One field of a message, filled.
struct Assignment {
  std::uint32_t field = 0;  ///< index into the target message's fields
  Expression value;
  Span span;
};

}  // namespace flowc::model
