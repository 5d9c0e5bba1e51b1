#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/span.h"

/// The syntax of one file as it was written: nothing is resolved, names are text. What the grammar
/// could not take was reported and is absent; a declaration whose name could be read is kept with
/// what could be read of it, and marked `damaged`, so that its uses need no second error.
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

/// `"flow.db"`, `env("FLOW_DB")`, `env("FLOW_DB", "flow.db")`.
struct Setting {
  std::optional<Text> text;         ///< the literal, or the default of env(name, default)
  std::optional<Text> environment;  ///< the variable's name
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
    integer,   ///< `integer`
    decimal,   ///< `text` as written, without `_`
    boolean,   ///< `boolean`
    text,      ///< `text`, decoded
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
  std::string text;
  std::vector<Value> elements;
  std::vector<Name> keys;
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
  std::optional<Text> wire;    ///< `@wire("…")`
  std::optional<Path> answer;  ///< of a query: after `->`
  std::vector<Field> fields;
};

/// `retry now 2, then 6 times exponential 1s..10m jitter 20%`. At least one of `now` and `first` is
/// there; the delayed part is absent as a whole when `first` is.
struct Retry {
  std::optional<Integer> now;
  std::optional<Integer> times;   ///< of the delayed retries; absent: the default
  bool exponential = true;        ///< false: `every D`
  std::optional<Duration> first;  ///< the first delay, or the one of `every`
  std::optional<Duration> most;   ///< the cap of exponential ones
  std::optional<Percent> jitter;
  Span span;
};

/// `rate 50 per 1s`.
struct Rate {
  Integer count;
  Duration period;
  Span span;
};

struct Channel : Declared {
  std::optional<Integer> concurrency;
  std::optional<Span> ordered_by_key;
  std::optional<Retry> retry;
  std::optional<Duration> timeout;
  std::optional<Duration> dead_letter_keep;
  std::optional<Integer> capacity;
  std::optional<Rate> rate;
};

/// `start_matching(OrderPlaced) -> X then y via c at "id" sends A, B publishes C inline`.
struct Handler {
  Name name;
  std::string documentation;
  std::optional<Path> takes;  ///< absent: reported (a handler without a message is a schedule's)
  std::optional<Path> gives;  ///< after `->`
  std::optional<Name> then;
  std::optional<Path> via;
  std::optional<Text> at;
  std::vector<Path> sends;
  std::vector<Path> publishes;
  std::optional<Span> is_inline;
  bool damaged = false;  ///< a clause could not be read or is not supported yet: reported
  Span span;
};

struct Handlers : Declared {
  std::vector<Handler> handlers;
};

struct Service : Declared {
  std::vector<Path> components;
};

struct Store {
  std::optional<Name> name;                                          ///< `store main: sqlite(…)`
  enum class Kind { sqlite, memory, unknown } kind = Kind::unknown;  ///< unknown: reported
  std::optional<Setting> path;  ///< of sqlite; absent when not written
  Span kind_span;
  Span span;
};

struct Deploy : Declared {
  std::vector<Store> stores;
};

/// A declaration that the language has and this version of flowc does not serve: reported. Its name
/// counts as declared, so that its uses are silent.
struct Unsupported {
  std::string construct;     ///< `saga`, `orchestrator`, …
  std::optional<Name> name;  ///< absent for those that have none (`forward`, `scenario`)
  Span span;
};

using Declaration =
    std::variant<Record, Enum, Message, Channel, Handlers, Service, Deploy, Unsupported>;

struct Module {
  Path name;
  std::string documentation;
  Span span;
};

struct Import {
  Text path;
  Span span;
};

struct File {
  FileId id;
  std::optional<Module> module;  ///< absent: reported
  std::vector<Import> imports;
  std::vector<Declaration> declarations;  ///< in the order of the file
  /// Something at the top level was lost, a name perhaps with it: "is not declared" may then be a
  /// consequence.
  bool damaged = false;
};

}  // namespace flowc::ast
