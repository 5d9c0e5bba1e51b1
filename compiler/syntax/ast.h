#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "syntax/ast_contracts.h"
#include "syntax/ast_flow.h"
#include "syntax/ast_values.h"

/// The syntax of one file as it was written: nothing is resolved, names are text. What the grammar
/// could not take was reported and is absent; a declaration whose name could be read is kept with
/// what could be read of it, and marked `damaged`, so that its uses need no second error.
namespace flowc::ast {

struct Service : Declared {
  std::vector<Path> components;
};

/// `path: "flow.db"`, or `"flow.db"` alone.
struct Option {
  std::optional<Name> name;
  Setting value;
  Span span;
};

/// `store main: postgres(url: env("DATABASE_URL"))`, `broker b: sqs(region: "eu-west-1")`, and what
/// stands after `on` of a publisher's placement. Kinds and options are the analysis' affair.
struct Place {
  std::optional<Name> name;  ///< of stores and brokers
  Name kind;
  std::vector<Option> options;
  bool damaged = false;  ///< options may be missing: reported
  Span span;
};

/// `channel provider_matching on backbone partitions 12`.
struct ChannelPlacement {
  Name channel;
  Name place;
  std::optional<Integer> partitions;
  Span span;
};

/// `service provider { listens backbone  channels on main  channel c on backbone }`.
struct ServicePlacement {
  Name service;
  std::optional<Name> listens;
  std::optional<Name> channels;
  std::vector<ChannelPlacement> channel;
  bool damaged = false;
  Span span;
};

/// `publisher partner_x on kafka(servers: env("PARTNER_X_BROKERS"))`.
struct PublisherPlacement {
  Name publisher;
  Place place;
  Span span;
};

struct Deploy : Declared {
  std::vector<Place> stores;
  std::vector<Place> brokers;
  std::vector<ServicePlacement> services;
  std::vector<PublisherPlacement> publishers;
};

/// One line of a scenario.
struct ScenarioItem {
  enum class Kind { given, advance, expect, expect_no } kind = Kind::given;
  Path message;                 ///< of given, expect, expect_no
  std::optional<Value> fields;  ///< of given, expect, expect_no: a map
  Duration advance;             ///< of advance
  Span span;
};

struct Scenario {
  Text name;
  std::string documentation;
  std::vector<ScenarioItem> items;
  bool damaged = false;
  Span span;
};

using Declaration =
    std::variant<Record, Enum, Message, Upcast, Channel, Handlers, Steps, Orchestrator, Saga,
                 Publisher, Forward, Translate, Service, Deploy, Scenario>;

struct Module {
  Path name;
  std::string documentation;
  Span span;
};

struct Import {
  Text path;
  Span span;
};

/// `allow unused_record for Legacy because "kept for the importer"`.
struct Allow {
  Name rule;
  std::optional<Path> target;
  std::optional<Text> reason;
  Span span;
};

struct File {
  FileId id;
  std::optional<Module> module;  ///< absent: reported
  std::vector<Import> imports;
  std::vector<Allow> allows;
  std::vector<Declaration> declarations;  ///< in the order of the file
  /// Something at the top level was lost, a name perhaps with it: "is not declared" may then be a
  /// consequence.
  bool damaged = false;
  /// As `damaged`, of what has no name of its own: a forward, a translation, an upcast. All names
  /// are there, but not all that uses them.
  bool uses_lost = false;

  bool lost_something() const { return damaged || uses_lost; }
};

}  // namespace flowc::ast
