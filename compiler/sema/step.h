#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "model/draft.h"
#include "sema/privacy.h"
#include "sema/symbols.h"
#include "syntax/ast.h"

namespace flowc::sema {

/// One file of the compilation: its syntax, and the files it imports. Files and modules are
/// numbered alike.
struct SourceFile {
  struct Import {
    std::uint32_t file = 0;  ///< index into State::files
    const ast::Import* syntax = nullptr;
    bool used = false;
  };
  std::unique_ptr<ast::File> syntax;
  std::vector<Import> imports;
  bool unreadable = false;  ///< reported, and its syntax is empty
  bool missing_imports =
      false;  ///< one could not be read or closes a cycle: its names are not here
};

using ComponentSyntax =
    std::variant<const ast::Handlers*, const ast::Steps*, const ast::Orchestrator*,
                 const ast::Saga*, const ast::Forward*, const ast::Translate*>;

/// A step as orchestrators name it.
struct StepName {
  Span name;
  std::optional<model::EndpointId> endpoint;  ///< absent: it could not be understood
};

/// What the steps of the analysis read and add to. The contract of a step: it works through the
/// whole program, reports every mistake of its own kind, and leaves what it could not understand
/// out of the draft and poisoned in the symbols, so that the steps after it run on what is left and
/// stay silent about the rest.
struct State {
  const FileSystem& file_system;
  SourceMap& sources;
  Reporter& reporter;

  std::vector<SourceFile> files = {};  ///< by FileId, in import order
  std::vector<std::uint32_t> dependencies_first = {};
  Symbols symbols = {};
  model::Draft draft = {};
  std::vector<Marks> record_marks = {};  ///< by RecordId: what is personal or secret in it
  std::vector<std::map<std::string, StepName>> step_names = {};  ///< of groups, by ComponentId
  /// The groups of a module that have a step of a name.
  std::map<std::pair<model::ModuleId, std::string>, std::vector<std::uint32_t>> step_groups = {};

  // The syntax of each declaration in the draft, by its index there.
  std::vector<const ast::Record*> records = {};
  std::vector<const ast::Enum*> enums = {};
  std::vector<const ast::Message*> messages = {};
  std::vector<const ast::Channel*> channels = {};
  std::vector<ComponentSyntax> components = {};
  std::vector<const ast::Upcast*> upcasts = {};  // with their modules
  std::vector<std::uint32_t> upcast_modules = {};
  std::vector<const ast::Publisher*> publishers = {};
  std::vector<const ast::Scenario*> scenarios = {};
  std::vector<const ast::Service*> services = {};
  std::vector<const ast::Deploy*> deployments = {};

  std::vector<std::map<std::string, Span>> enum_values = {};  ///< of each enum, with their places
};

/// Reports a name that the generated C++ cannot have. Keywords are fine: they are escaped.
void report_reserved_name(Reporter& reporter, const ast::Name& name);

/// False, and reported, for a text that cannot be `what`: a wire name or an endpoint id.
bool check_wire_text(Reporter& reporter, const ast::Text& text, const char* what);

/// What a name means in a scope that all modules share. A name that is nearly one of them is
/// reported at `span` and taken for it; nothing, if reported or poisoned. `word`: `service`.
std::optional<Symbol> find_global(State& state, const Scope& scope, const ast::Name& name,
                                  const char* word, Span span);

/// Whether fields are missing that the source has: a mistake in them was reported, and what is not
/// found may be one of them.
bool fields_lost(const State& state, model::MessageId message);
bool fields_lost(const State& state, model::RecordId record);

// The steps, in their order.
void import_files(State& state, const std::string& main_path);
void declare_names(State& state);
void resolve_types(State& state);
void check_recursion(State& state);
void mark_records(State& state);
void lower_versions(State& state);
void lower_channels(State& state);
void lower_publishers(State& state);
void lower_handlers(State& state);
void lower_steps(State& state);
void lower_sagas(State& state);
void lower_orchestrators(State& state);
void lower_forwards(State& state);
void lower_translators(State& state);
void lower_services(State& state);
void lower_deployments(State& state);
void lower_scenarios(State& state);
void report_unused_imports(State& state);

}  // namespace flowc::sema
