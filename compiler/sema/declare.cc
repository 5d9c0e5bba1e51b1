#include <array>
#include <string_view>
#include <type_traits>

#include "diagnostics/catalog.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

SymbolKind kind_of(ast::Message::Kind kind) {
  switch (kind) {
    case ast::Message::Kind::event:
      return SymbolKind::event;
    case ast::Message::Kind::command:
      return SymbolKind::command;
    case ast::Message::Kind::query:
      return SymbolKind::query;
  }
  return SymbolKind::unsupported;
}

model::MessageKind model_kind(ast::Message::Kind kind) {
  switch (kind) {
    case ast::Message::Kind::event:
      return model::MessageKind::event;
    case ast::Message::Kind::command:
      return model::MessageKind::command;
    case ast::Message::Kind::query:
      return model::MessageKind::query;
  }
  return model::MessageKind::event;
}

/// Gives every declaration its symbol and its place in the program.
class Declarer {
 public:
  explicit Declarer(State& state) : state_(state), program_(state.draft.program) {}

  void declare_all() {
    declare_modules();
    state_.symbols.modules.resize(state_.files.size());
    for (std::uint32_t i = 0; i < state_.files.size(); ++i) {
      module_ = i;
      for (const ast::Declaration& declaration : state_.files[i].syntax->declarations) {
        std::visit([this](const auto& syntax) { declare(syntax); }, declaration);
      }
    }
  }

 private:
  void declare_modules() {
    for (std::uint32_t i = 0; i < state_.files.size(); ++i) {
      const auto& module = state_.files[i].syntax->module;
      if (!module) continue;
      const std::string& root = module->name.parts.front().text;
      if (root == "std" || root == "flow") {
        state_.reporter.error(kReservedName, module->name.parts.front().span, root,
                              "the generated C++ could not be told from the library of that name");
      }
      const auto [known, added] = state_.symbols.module_by_name.emplace(module->name.text(), i);
      if (added) continue;
      const std::uint32_t first = known->second;
      state_.reporter
          .error(kModuleInTwoFiles, module->name.span, module->name.text(),
                 state_.sources.path(FileId{first}))
          .label(program_.modules[first].span, "first declared here")
          .help("one file, one module: give this one a name of its own");
    }
  }

  /// False, and reported, when the name is taken.
  bool add(Scope& scope, const ast::Declared& syntax, SymbolKind kind, std::size_t index,
           bool poisoned = false) {
    const Symbol symbol{kind,     static_cast<std::uint32_t>(index),
                        module_,  syntax.is_public,
                        poisoned, syntax.name.span};
    const auto [known, added] = scope.emplace(syntax.name.text, symbol);
    if (added) {
      check_reserved(syntax.name);
      return true;
    }
    state_.reporter.error(kDeclaredTwice, syntax.name.span, word(kind), syntax.name.text)
        .label(known->second.name,
               std::string("first declared here, as ") + with_article(known->second.kind));
    state_.draft.doubts.all();
    return false;
  }

  void check_reserved(const ast::Name& name) { report_reserved_name(state_.reporter, name); }

  Scope& scope() { return state_.symbols.modules[module_]; }

  template <typename T, typename Syntax>
  T start(const Syntax& syntax) {
    T declared;
    declared.name = syntax.name.text;
    declared.documentation = syntax.documentation;
    declared.span = syntax.name.span;
    if constexpr (requires { declared.module; }) declared.module = model::ModuleId{module_};
    if constexpr (requires { declared.is_public; }) declared.is_public = syntax.is_public;
    return declared;
  }

  void declare(const ast::Record& syntax) {
    if (!add(scope(), syntax, SymbolKind::record, program_.records.size())) return;
    program_.records.push_back(start<model::Record>(syntax));
    state_.records.push_back(&syntax);
  }

  void declare(const ast::Enum& syntax) {
    if (!add(scope(), syntax, SymbolKind::enumeration, program_.enums.size())) return;
    program_.enums.push_back(start<model::Enum>(syntax));
    state_.enums.push_back(&syntax);
  }

  void declare(const ast::Message& syntax) {
    if (!add(scope(), syntax, kind_of(syntax.kind), program_.messages.size())) return;
    model::Message message = start<model::Message>(syntax);
    message.kind = model_kind(syntax.kind);
    program_.messages.push_back(std::move(message));
    state_.messages.push_back(&syntax);
  }

  void declare(const ast::Channel& syntax) {
    if (!add(state_.symbols.channels, syntax, SymbolKind::channel, program_.channels.size()))
      return;
    program_.channels.push_back(start<model::Channel>(syntax));
    state_.channels.push_back(&syntax);
  }

  void declare(const ast::Handlers& syntax) {
    if (!add(scope(), syntax, SymbolKind::component, program_.components.size())) return;
    program_.components.push_back(start<model::Component>(syntax));
    state_.components.push_back(&syntax);
  }

  void declare(const ast::Service& syntax) {
    if (!add(state_.symbols.services, syntax, SymbolKind::service, program_.services.size()))
      return;
    program_.services.push_back(start<model::Service>(syntax));
    state_.services.push_back(&syntax);
  }

  void declare(const ast::Deploy& syntax) {
    if (!add(state_.symbols.deployments, syntax, SymbolKind::deployment,
             program_.deployments.size()))
      return;
    program_.deployments.push_back(start<model::Deployment>(syntax));
    state_.deployments.push_back(&syntax);
  }

  // It may handle, send, publish or place anything, so that nothing can be said to be missing.
  void declare(const ast::Unsupported& syntax) {
    state_.draft.doubts.all();
    if (!syntax.name) return;
    const Symbol symbol{SymbolKind::unsupported, 0, module_, true, true, syntax.name->span};
    scope().emplace(syntax.name->text, symbol);
    state_.symbols.channels.emplace(syntax.name->text, symbol);
  }

  State& state_;
  model::Program& program_;
  std::uint32_t module_ = 0;
};

}  // namespace

void report_reserved_name(Reporter& reporter, const ast::Name& name) {
  const std::string_view text = name.text;
  if (text.empty()) return;
  if (text.find("__") != std::string_view::npos) {
    reporter.error(kReservedName, name.span, text,
                   "C++ keeps names with two underscores in a row for itself");
  } else if (text.front() == '_') {
    reporter.error(kReservedName, name.span, text,
                   "C++ keeps names that begin with an underscore for itself");
  } else if (text.back() == '_') {
    reporter.error(kReservedName, name.span, text,
                   "a name that ends with an underscore is one that flowc escaped");
  }
}

void declare_names(State& state) {
  Declarer(state).declare_all();
}

}  // namespace flowc::sema
