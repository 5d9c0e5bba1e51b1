#pragma once

#include <optional>
#include <string>
#include <vector>

#include "syntax/ast_values.h"

/// What travels: records, enums, messages and the way from an old version to a newer one.
namespace flowc::ast {

struct Field {
  Name name;
  std::string documentation;
  std::optional<Span> key;   ///< of the word `key`
  std::optional<Type> type;  ///< absent when it could not be read
  std::optional<Value> default_value;
  std::optional<Span> personal;  ///< of `@personal`
  std::optional<Span> secret;    ///< of `@secret`
  std::optional<Text> was;       ///< `was "id"`
  Span span;
};

struct Record : Declared {
  std::vector<Field> fields;
};

struct EnumValue {
  Name name;
  std::string documentation;
};

struct Enum : Declared {
  std::vector<EnumValue> values;
};

struct Message : Declared {
  enum class Kind { event, command, query };
  Kind kind = Kind::event;
  std::optional<Integer> version;   ///< `v2`; absent: 1
  std::optional<Text> wire;         ///< `@wire("…")`
  std::optional<Duration> expires;  ///< `@expires(15m)`
  std::optional<Integer> hops;      ///< `@hops(8)`
  std::optional<Path> answer;       ///< of a query: after `->`
  std::vector<Field> fields;
};

/// `upcast OrderPlaced v1 -> v2 { tier = basic }`.
struct Upcast {
  Path message;
  Integer from;
  Integer to;
  Mapping mapping;
  bool damaged = false;
  Span span;
};

}  // namespace flowc::ast
