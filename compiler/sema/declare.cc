#include <array>
#include <string_view>
#include <type_traits>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/step.h"
#include "sema/types.h"

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
  return SymbolKind::event;
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

  /// False, and reported, when the name is taken or is that of a type of the language.
  bool add(Scope& scope, const ast::Declared& syntax, SymbolKind kind, std::size_t index) {
    const bool in_module = &scope == &this->scope();
    const bool type = in_module && primitive_named(syntax.name.text);
    const Symbol symbol{
        kind, static_cast<std::uint32_t>(index), module_, syntax.is_public, type, syntax.name.span};
    const auto [known, added] = scope.emplace(syntax.name.text, symbol);
    if (type) {
      // Of its versions, the first says it for all.
      if (added) report_type(syntax.name);
      state_.draft.doubts.all();
      return false;
    }
    if (added) {
      check_reserved(syntax.name);
      if (in_module) check_in_module(syntax.name, kind);
      return true;
    }
    state_.reporter.error(kDeclaredTwice, syntax.name.span, word(kind), syntax.name.text)
        .label(known->second.name,
               std::string("first declared here, as ") + with_article(known->second.kind));
    state_.draft.doubts.all();
    return false;
  }

  void report_type(const ast::Name& name) {
    std::string better = name.text;
    better.front() = static_cast<char>(better.front() - 'a' + 'A');  // types are in ASCII
    state_.reporter.error(kReservedName, name.span, name.text, "it is a type of the language")
        .help("call it `" + better + "`");
  }

  /// What is written as a module's member must not be a module.
  void check_in_module(const ast::Name& name, SymbolKind kind) {
    const auto& module = state_.files[module_].syntax->module;
    if (!module) return;
    const std::string full = module->name.text() + "." + name.text;
    const auto other = state_.symbols.module_by_name.lower_bound(full);
    if (other == state_.symbols.module_by_name.end()) return;
    if (other->first != full && other->first.rfind(full + ".", 0) != 0) return;
    state_.reporter.error(kDeclaredTwice, name.span, word(kind), name.text)
        .label(program_.modules[other->second].span, "first declared here, as a module")
        .help("both would be `" + full + "`, and in C++ a namespace and a type: rename one");
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
    const auto version = static_cast<std::uint16_t>(syntax.version ? syntax.version->value : 1);
    auto& versions = state_.symbols.versions[{module_, syntax.name.text}];
    const auto index = static_cast<std::uint32_t>(program_.messages.size());
    if (versions.empty()) {
      if (!add(scope(), syntax, kind_of(syntax.kind), index)) return;
    } else if (!add_version(syntax, version, versions, index)) {
      return;
    }
    const model::MessageKind kind = versions.empty()
                                        ? model_kind(syntax.kind)
                                        : program_.messages[versions.begin()->second].kind;
    versions.emplace(version, index);
    model::Message message = start<model::Message>(syntax);
    message.kind = kind;
    message.version = version;
    message.superseded = version < versions.rbegin()->first;
    program_.messages.push_back(std::move(message));
    state_.messages.push_back(&syntax);
  }

  /// Another version of a declared message. The name means the newest.
  bool add_version(const ast::Message& syntax, std::uint16_t version,
                   const std::map<std::uint16_t, std::uint32_t>& versions, std::uint32_t index) {
    const model::Message& known = program_.messages[versions.begin()->second];
    const auto same = versions.find(version);
    const bool same_kind = known.kind == model_kind(syntax.kind);
    if (same != versions.end() || !same_kind) {
      const model::Message& first =
          same != versions.end() ? program_.messages[same->second] : known;
      const SymbolKind first_kind = scope().find(syntax.name.text)->second.kind;
      state_.reporter
          .error(kDeclaredTwice, syntax.name.span, word(kind_of(syntax.kind)), syntax.name.text)
          .label(first.span, std::string("first declared here, as ") + with_article(first_kind))
          .help(same_kind        ? "versions of one message have numbers of their own: `v1`, `v2`"
                : syntax.version ? "versions of one message are of one kind: declare `" +
                                       std::string(word(first_kind)) + " " + syntax.name.text +
                                       " v" + std::to_string(version) + "`"
                                 : "rename one of them");
      state_.draft.doubts.all();
      // A version of another kind is taken for one of the first's.
      if (same != versions.end()) return false;
    }
    if (version > versions.rbegin()->first) {
      Symbol& symbol = scope().find(syntax.name.text)->second;
      symbol.index = index;
      symbol.visible = syntax.is_public;
      symbol.name = syntax.name.span;
      program_.messages[versions.rbegin()->second].superseded = true;
    }
    return true;
  }

  void declare(const ast::Channel& syntax) {
    if (!add(state_.symbols.channels, syntax, SymbolKind::channel, program_.channels.size()))
      return;
    program_.channels.push_back(start<model::Channel>(syntax));
    state_.channels.push_back(&syntax);
  }

  template <typename Syntax>
  bool component(const Syntax& syntax, SymbolKind kind, model::ComponentKind component_kind,
                 std::size_t detail) {
    if (!add(scope(), syntax, kind, program_.components.size())) return false;
    model::Component made = start<model::Component>(syntax);
    made.kind = component_kind;
    made.detail = static_cast<std::uint32_t>(detail);
    program_.components.push_back(std::move(made));
    state_.components.emplace_back(&syntax);
    return true;
  }

  model::ComponentId last_component() const {
    return model::ComponentId{static_cast<std::uint32_t>(program_.components.size() - 1)};
  }

  void declare(const ast::Handlers& syntax) {
    component(syntax, SymbolKind::component, model::ComponentKind::handlers, 0);
  }

  void declare(const ast::Steps& syntax) {
    component(syntax, SymbolKind::steps, model::ComponentKind::steps, 0);
  }

  void declare(const ast::Orchestrator& syntax) {
    if (!component(syntax, SymbolKind::orchestrator, model::ComponentKind::orchestrator,
                   program_.orchestrators.size()))
      return;
    program_.orchestrators.emplace_back().component = last_component();
  }

  void declare(const ast::Saga& syntax) {
    if (!component(syntax, SymbolKind::saga, model::ComponentKind::saga, program_.sagas.size()))
      return;
    program_.sagas.emplace_back().component = last_component();
  }

  /// Forwards and translations have no name to refer to; theirs is made for listings.
  template <typename Syntax>
  void unnamed(const Syntax& syntax, const char* word, const ast::Path& named,
               model::ComponentKind kind, std::size_t detail) {
    model::Component made;
    made.name = std::string(word) + ' ' + named.parts.back().text;
    made.documentation = syntax.documentation;
    made.span = named.span;
    made.module = model::ModuleId{module_};
    made.kind = kind;
    made.detail = static_cast<std::uint32_t>(detail);
    program_.components.push_back(std::move(made));
    state_.components.emplace_back(&syntax);
  }

  void declare(const ast::Forward& syntax) {
    unnamed(syntax, "forward", syntax.message, model::ComponentKind::forward,
            program_.forwards.size());
    program_.forwards.emplace_back().component = last_component();
  }

  void declare(const ast::Translate& syntax) {
    unnamed(syntax, "translate", syntax.to, model::ComponentKind::translator,
            program_.translators.size());
    program_.translators.emplace_back().component = last_component();
  }

  void declare(const ast::Upcast& syntax) {
    state_.upcasts.push_back(&syntax);
    state_.upcast_modules.push_back(module_);
  }

  void declare(const ast::Publisher& syntax) {
    if (!add(state_.symbols.publishers, syntax, SymbolKind::publisher, program_.publishers.size()))
      return;
    program_.publishers.push_back(start<model::Publisher>(syntax));
    state_.publishers.push_back(&syntax);
  }

  void declare(const ast::Scenario& syntax) {
    model::Scenario made;
    made.name = syntax.name.value;
    made.documentation = syntax.documentation;
    made.span = syntax.name.span;
    made.module = model::ModuleId{module_};
    program_.scenarios.push_back(std::move(made));
    state_.scenarios.push_back(&syntax);
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

  State& state_;
  model::Program& program_;
  std::uint32_t module_ = 0;
};

}  // namespace

void report_reserved_name(Reporter& reporter, const ast::Name& name) {
  const std::string_view why = model::reserved_because(name.text);
  if (!why.empty()) reporter.error(kReservedName, name.span, name.text, why);
}

void declare_names(State& state) {
  Declarer(state).declare_all();
}

}  // namespace flowc::sema
