#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/types.h"

/// What travels.
namespace flowc::model {

struct Record : Declaration {
  ModuleId module{};
  bool is_public = false;
  std::vector<Field> fields;
};

struct Enum : Declaration {
  ModuleId module{};
  bool is_public = false;
  std::vector<Declaration> values;  ///< a value named `unknown` takes what a newer peer sends
};

enum class MessageKind { event, command, query };

struct Message : Declaration {
  ModuleId module{};
  bool is_public = false;
  MessageKind kind = MessageKind::event;
  std::uint16_t version = 1;
  bool superseded = false;  ///< a newer version exists: handlers see that one
  std::string wire_name;    ///< `marketplace.customer.OrderPlaced`, or what `@wire("…")` pins
  std::vector<Field> fields;
  std::optional<std::uint32_t> key;        ///< index of the key field
  std::optional<Type> answer;              ///< of a query: a record
  std::optional<std::int64_t> expires_us;  ///< `@expires(15m)`, from its creation
  std::optional<std::uint32_t> hops;       ///< `@hops(8)`: causation chains through it end there
};

/// How an old version becomes a newer one. Every field of `to` has its assignment, or a default, or
/// is optional.
struct Upcast {
  MessageId from{};
  MessageId to{};
  std::vector<Assignment> fields;
  Span span;
};

}  // namespace flowc::model
