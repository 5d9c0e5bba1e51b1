#pragma once

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
};

/// Reports a name that the generated C++ cannot have. Keywords are fine: they are escaped.
void report_reserved_name(Reporter& reporter, const ast::Name& name);

/// Reports a text that cannot be `what`: a wire name or an endpoint id.
void check_wire_text(Reporter& reporter, const ast::Text& text, const char* what);

// The steps, in their order.
void import_files(State& state, const std::string& main_path);
void declare_names(State& state);
void refuse_not_lowered(State& state);
void resolve_types(State& state);
void check_recursion(State& state);
void lower_channels(State& state);
void lower_handlers(State& state);
void lower_services(State& state);
void lower_deployments(State& state);
void report_unused_imports(State& state);

}  // namespace flowc::sema
