#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/span.h"

/// The parts that declarations are made of: names, literals, types, expressions.
namespace flowc::ast {

/// One identifier: where it stands, and its text.
struct Name {
  std::string text;
  Span span;
};

/// `OrderPlaced`, `marketplace.customer.OrderPlaced`: at least one part.
struct Path {
  std::vector<Name> parts;
  Span span;
  /// The parts joined by '.'.
  std::string text() const;
};

/// A string literal, its escapes decoded; the span includes the quotes.
struct Text {
  std::string value;
  Span span;
};

/// A count: never negative in the language.
struct Integer {
  std::uint64_t value = 0;
  Span span;
};

struct Duration {
  std::int64_t microseconds = 0;
  Span span;
};

struct Percent {
  std::uint32_t value = 0;  ///< as written; a range is the checks' affair
  Span span;
};

/// `"flow.db"`, `env("FLOW_DB")`, `env("FLOW_DB", "flow.db")`, `true`, `7`, `30s`.
struct Setting {
  std::optional<Text> text;         ///< the literal, or the default of env(name, default)
  std::optional<Text> environment;  ///< the variable's name
  std::optional<Name> word;         ///< a word, a count or a duration, as written
  Span span;
};

/// `string`, `Item`, `marketplace.customer.Item`, `T?`, `[T]`, `{string: T}`. Built-in types are
/// names here.
struct Type {
  enum class Kind { named, optional, list, map };
  Kind kind = Kind::named;
  Path name;                      ///< of named
  Path key;                       ///< of map: what stands before the `:`
  std::shared_ptr<Type> element;  ///< of optional, list, map; null if the type was damaged
  Span span;
};

/// A literal, as a default has it.
struct Value {
  enum class Kind {
    integer,  ///< `integer`; `text` as written, without `_`, which alone has it all if it is `wide`
    decimal,  ///< `text` as written, without `_`
    boolean,  ///< `boolean`
    text,     ///< `text`, decoded
    duration,  ///< `integer` in microseconds
    size,      ///< `integer` in bytes
    percent,   ///< `integer`
    name,      ///< `text`, an enum's value as a rule
    list,      ///< `elements`
    map        ///< `elements`, and `keys` of the same length
  };
  Kind kind = Kind::integer;
  std::int64_t integer = 0;
  bool boolean = false;
  bool wide = false;  ///< an integer of more than 64 bits
  std::string text;
  std::vector<Value> elements;
  std::vector<Name> keys;
  Span span;
};

/// `event.provider_id`, `tier == gold`, `declassify(customer)`, `"text"`.
struct Expression {
  enum class Kind {
    value,       ///< `value`, never a name
    path,        ///< `path`: a field, from somewhere on; or an enum's value
    declassify,  ///< `path`, said to be fit for outside
    equal,       ///< the two `operands`
    not_equal    ///< the two `operands`
  };
  Kind kind = Kind::value;
  Value value;
  Path path;
  std::vector<Expression> operands;
  Span span;
};

/// `order_id`, `urgent = tier == gold`.
struct Assignment {
  Name field;
  std::optional<Expression> value;  ///< absent: from what has the same name, or it was damaged
  bool damaged = false;             ///< the value could not be read: reported
  Span span;
};

/// `{ order_id, urgent = tier == gold }`.
struct Mapping {
  std::vector<Assignment> fields;
  bool damaged = false;  ///< assignments may be missing: reported
  Span span;
};

/// `sends WidenSearch { order_id }`, `publishes LeadAccepted`: one of these a message.
struct Emission {
  Path message;
  bool sends = false;              ///< else `publishes`
  std::optional<Mapping> mapping;  ///< absent: C++ fills it
  Span span;
};

/// What every declaration has.
struct Declared {
  Name name;
  std::string documentation;  ///< the `///` lines, without slashes and one space, joined by '\n'
  bool is_public = false;
  bool damaged = false;  ///< a syntax error inside: parts may be missing
  Span span;             ///< from the keyword (or `public`) to the last token
};

}  // namespace flowc::ast
