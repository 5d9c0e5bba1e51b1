#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/span.h"
#include "model/program.h"

/// What a program has promised: to messages in flight, to stored sagas, to readers elsewhere. It is
/// what `flow.lock` says, and it is derived from a program alone, so that any two can be compared.
namespace flowc::lock {

/// The form of flow.lock that this flowc writes, and the newest it reads.
inline constexpr std::uint32_t kFormat = 1;

/// A type as the wire has it. Records and enums are named in full; what they hold is looked up in
/// the lock.
struct Type {
  enum class Kind { primitive, named, optional, list, map };
  Kind kind = Kind::primitive;
  std::string name;                     ///< of primitive and named
  std::shared_ptr<const Type> element;  ///< of optional, list and map
};

/// `[shop.Item]?`, `{string: uuid}`.
std::string to_text(const Type& type);
/// Whether two types are written the same.
bool same(const Type& a, const Type& b);

struct Field {
  std::string name;  ///< in the language and in C++; differs from the wire name after `was`
  Type type;
  std::optional<std::string> default_value;  ///< as flow.lock writes it: `1`, `"a"`, `basic`, `[]`
  bool personal = false;
  bool secret = false;
  Span span;

  bool optional() const { return type.kind == Type::Kind::optional; }
  /// Whether a reader takes a payload without it.
  bool may_be_absent() const { return optional() || default_value.has_value(); }
};

using Fields = std::map<std::string, Field>;  ///< by wire name

struct Record {
  Fields fields;
  Span span;
};

struct Enum {
  std::map<std::string, Span> values;
  Span span;
  bool has_unknown() const { return values.contains("unknown"); }
};

struct Message {
  std::string name;  ///< `shop.OrderPlaced`; the wire name, unless that is pinned
  model::MessageKind kind = model::MessageKind::event;
  bool is_public = false;
  std::string key;  ///< wire name of the key field; empty without one
  std::optional<Type> answer;
  std::optional<std::int64_t> expires_us;
  std::optional<std::uint32_t> hops;
  std::vector<std::uint32_t> upcasts;  ///< the versions it is made into, ascending
  Fields fields;
  Span span;
};

struct MessageKey {
  std::string wire_name;
  std::uint32_t version = 1;
  friend auto operator<=>(const MessageKey&, const MessageKey&) = default;
};

/// What an endpoint or a step takes or gives.
struct Payload {
  enum class Kind { nothing, message, record };
  Kind kind = Kind::nothing;
  std::string name;  ///< the message's wire name, or the record's full name
  friend bool operator==(const Payload&, const Payload&) = default;
};

/// Where deliveries that wait go. Handlers that run in their caller's unit of work are none.
struct Endpoint {
  model::ComponentKind kind = model::ComponentKind::handlers;
  std::string handler;  ///< `Analytics.record_order`: for people
  std::string service;  ///< empty: in none
  Payload takes;
  std::optional<Payload> gives;  ///< of a step
  bool ordered = false;          ///< by key
  std::vector<std::string> old_ids;
  Span span;
};

struct SlipStep {
  std::string id;
  std::string condition;  ///< `when input.priority`; empty without one
  friend bool operator==(const SlipStep&, const SlipStep&) = default;
};

struct Slip {  ///< of an orchestrator, by the id of its endpoint
  bool chooses = false;
  std::vector<SlipStep> steps;
  std::optional<std::int64_t> within_us;
  Span span;
};

struct State {
  bool final = false;
  std::vector<std::int64_t> timers_us;  ///< of `after`, ascending
  Span span;
};

struct Saga {  ///< by the id that its endpoints begin with
  std::string name;
  Type key;
  Fields data;
  std::map<std::string, State> states;
  std::optional<std::int64_t> within_us;
  Span span;
};

struct Publisher {
  std::string topic;
  Span span;
};

/// A breaking change that was allowed, with its reason: the lock's history.
struct Accepted {
  std::string rule;
  std::string subject;
  std::string reason;
  friend auto operator<=>(const Accepted&, const Accepted&) = default;
};

struct Lock {
  std::map<std::string, Enum> enums;      ///< by full name; those that something locked holds
  std::map<std::string, Record> records;  ///< as enums
  std::map<MessageKey, Message> messages;
  std::map<std::string, Endpoint> endpoints;  ///< by id
  std::map<std::string, Span> retired;        ///< endpoint ids
  std::map<std::string, Slip> slips;
  std::map<std::string, Saga> sagas;
  std::map<std::string, Publisher> publishers;
  std::vector<Accepted> accepted;  ///< ascending, each once
  std::string main;                ///< the main file's name, without its folder; empty: not known
  Span main_span;                  ///< of it, in flow.lock

  /// Where something can be said to be missing: the module's name by module, of a program; none of
  /// a flow.lock.
  std::map<std::string, Span> modules;
  Span span;  ///< of the main file's module, or of flow.lock's first line
};

/// What `program` promises.
Lock lock_of(const model::Program& program);

}  // namespace flowc::lock
