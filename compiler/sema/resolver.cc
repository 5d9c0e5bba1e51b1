#include "sema/resolver.h"

#include <algorithm>

#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "sema/types.h"

namespace flowc::sema {
namespace {

/// What the built-in types of other languages are here; empty if the name is of none.
std::string_view of_another_language(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"int", "whole numbers are `int32` and `int64`"},
      {"integer", "whole numbers are `int32` and `int64`"},
      {"long", "whole numbers are `int32` and `int64`"},
      {"short", "whole numbers are `int32` and `int64`"},
      {"float", "numbers with a fraction are `decimal`, which is exact, and `float64`"},
      {"double", "numbers with a fraction are `decimal`, which is exact, and `float64`"},
      {"number", "numbers are `int32`, `int64`, `decimal` and `float64`"},
      {"money", "numbers with a fraction are `decimal`, which is exact, and `float64`"},
      {"str", "text is `string`"},
      {"text", "text is `string`"},
      {"char", "text is `string`"},
      {"boolean", "what is true or false is `bool`"},
      {"datetime", "points in time are `timestamp`"},
      {"time", "points in time are `timestamp`, lengths of it `duration`"},
      {"byte", "binary data is `bytes`"},
      {"blob", "binary data is `bytes`"},
      {"guid", "ids are `uuid`"},
  };
  for (const auto& [theirs, ours] : kTypes) {
    if (name == theirs) return ours;
  }
  return "";
}

bool contains(const std::vector<SymbolKind>& kinds, SymbolKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// What to do where a name of module `home` is not seen. Only messages and types can be public.
std::string without_public(const Symbol& symbol, const std::vector<SymbolKind>& kinds,
                           const std::string& home) {
  switch (symbol.kind) {
    case SymbolKind::component:
    case SymbolKind::steps:
    case SymbolKind::orchestrator:
    case SymbolKind::saga:
      break;
    default:
      return "declare it `public`";
  }
  if (contains(kinds, SymbolKind::component))
    return "a service runs what its own module declares: list it in a service of `" + home + "`";
  if (symbol.kind == SymbolKind::saga)
    return "from another module, send or publish the message that begins the saga";
  return "a slip goes over the steps of its own module: declare the step in this one";
}

/// `an event or a command` without its articles.
std::string bare(std::string_view wanted) {
  std::string words(wanted.substr(wanted.starts_with("an ") ? 3 : 2));
  for (const std::string_view article : {" or an ", " or a "}) {
    for (std::size_t at = words.find(article); at != std::string::npos; at = words.find(article))
      words.replace(at, article.size(), " or ");
  }
  return words;
}

/// Of what is like a name, that which differs by a slip of the hand: where declarations were lost,
/// the name may be that of one of them.
std::vector<std::string> slips_of(const std::string& name, std::vector<std::string> similar) {
  std::erase_if(similar, [&](const std::string& one) { return edit_distance(name, one, 1) > 1; });
  return similar;
}

std::string module_part(const ast::Path& path) {
  std::string text;
  for (std::size_t i = 0; i + 1 < path.parts.size(); ++i)
    text += (i == 0 ? "" : ".") + path.parts[i].text;
  return text;
}

Span module_span(const ast::Path& path) {
  Span span = path.parts.front().span;
  span.end = path.parts[path.parts.size() - 2].span.end;
  return span;
}

}  // namespace

std::optional<Symbol> Resolver::find(const ast::Path& path, const std::vector<SymbolKind>& kinds,
                                     const char* wanted, const std::vector<std::string>& builtins) {
  if (path.parts.empty()) return std::nullopt;
  if (path.parts.size() == 1) return find_here(path, kinds, wanted, builtins);
  return find_elsewhere(path, kinds, wanted);
}

std::optional<Symbol> Resolver::find_here(const ast::Path& path,
                                          const std::vector<SymbolKind>& kinds, const char* wanted,
                                          const std::vector<std::string>& builtins) {
  const Scope& scope = state_.symbols.modules[file_];
  const std::string& name = path.parts.front().text;
  if (const auto found = scope.find(name); found != scope.end())
    return accept(found->second, path, kinds, wanted);

  if (!state_.reporter.may_compare(scope.size() + state_.files[file_].imports.size()))
    return suggest_here(path, wanted, {});
  const std::vector<std::string> elsewhere = full_names_elsewhere(name, kinds);
  if (elsewhere.size() == 1) {
    state_.reporter.error(kNotDeclared, path.span, bare(wanted), name)
        .fix(path.span, elsewhere.front(), "write its full name, `" + elsewhere.front() + "`");
    return use_import_of(elsewhere.front(), name);
  }
  std::vector<std::string> candidates;
  if (state_.reporter.may_compare(scope.size())) candidates = names_of(scope, kinds);
  candidates.insert(candidates.end(), builtins.begin(), builtins.end());
  return suggest_here(path, wanted, candidates);
}

std::optional<Symbol> Resolver::use_import_of(const std::string& full_name,
                                              const std::string& name) {
  const std::string module = full_name.substr(0, full_name.size() - name.size() - 1);
  for (SourceFile::Import& import : state_.files[file_].imports) {
    if (state_.draft.program.modules[import.file].name != module) continue;
    import.used = true;
    return state_.symbols.modules[import.file].find(name)->second;
  }
  return std::nullopt;
}

std::optional<Symbol> Resolver::suggest_here(const ast::Path& path, const char* wanted,
                                             const std::vector<std::string>& candidates) {
  const Scope& scope = state_.symbols.modules[file_];
  const std::string& name = path.parts.back().text;
  std::vector<std::string> similar = suggest(name, candidates);
  if (state_.files[file_].syntax->damaged) similar = slips_of(name, std::move(similar));
  const bool type = std::string_view(wanted).find("type") != std::string_view::npos;
  const std::string_view ours = type && similar.empty() ? of_another_language(name) : "";
  if (similar.empty() && ours.empty() && state_.files[file_].syntax->damaged)
    return std::nullopt;  // it may be what was lost
  if (similar.empty() && is_of_another_kind(path, wanted)) return std::nullopt;
  auto diagnostic = state_.reporter.error(kNotDeclared, path.span, bare(wanted), name);
  diagnostic.did_you_mean(path.span, name, similar);
  if (!ours.empty()) diagnostic.help(std::string(ours));
  if (similar.size() != 1) return std::nullopt;
  const auto meant = scope.find(similar.front());
  if (meant == scope.end()) return std::nullopt;
  diagnostic.label(meant->second.name, "similar name, declared here");
  return meant->second;
}

/// Reports a name of a built-in type, or of what has a scope of its own.
bool Resolver::is_of_another_kind(const ast::Path& path, const char* wanted) {
  const std::string& name = path.parts.back().text;
  if (primitive_named(name)) {
    state_.reporter.error(kWrongKind, path.span, name, "a built-in type", wanted)
        .help(std::string_view(wanted).find("record") == std::string_view::npos
                  ? "put it into a field of a message"
                  : "put it into a record: `record Name { value: " + name + " }`");
    return true;
  }
  for (const Scope* scope : {&state_.symbols.channels, &state_.symbols.publishers,
                             &state_.symbols.services, &state_.symbols.deployments}) {
    const auto found = scope->find(name);
    if (found == scope->end() || found->second.poisoned) continue;
    auto diagnostic = state_.reporter.error(kWrongKind, path.span, name,
                                            with_article(found->second.kind), wanted);
    diagnostic.label(found->second.name, "declared here");
    if (found->second.kind == SymbolKind::publisher)
      diagnostic.help("a publisher goes with the forwards and handlers that use it");
    if (found->second.kind == SymbolKind::channel)
      diagnostic.help("a channel goes with the handlers that name it: `via " + name + "`");
    return true;
  }
  return false;
}

std::optional<Symbol> Resolver::find_elsewhere(const ast::Path& path,
                                               const std::vector<SymbolKind>& kinds,
                                               const char* wanted) {
  const auto module = imported_module(path);
  if (!module) return std::nullopt;
  for (SourceFile::Import& import : state_.files[file_].imports) {
    if (import.file == *module) import.used = true;
  }
  const Scope& scope = state_.symbols.modules[*module];
  const ast::Name& name = path.parts.back();
  const auto found = scope.find(name.text);
  if (found == scope.end()) {
    if (state_.files[*module].syntax->damaged) return std::nullopt;
    auto diagnostic = state_.reporter.error(kNotDeclared, path.span, bare(wanted), path.text());
    if (!state_.reporter.may_compare(scope.size())) return std::nullopt;
    const std::vector<std::string> similar = suggest(name.text, names_of(scope, kinds));
    diagnostic.did_you_mean(name.span, name.text, similar);
    if (similar.size() != 1) return std::nullopt;
    return scope.find(similar.front())->second;
  }
  const auto symbol = accept(found->second, path, kinds, wanted);
  if (!symbol || *module == file_ || symbol->visible || symbol->poisoned) return symbol;
  auto diagnostic = state_.reporter.error(kNotVisible, path.span, name.text,
                                          state_.draft.program.modules[*module].name);
  diagnostic.label(symbol->name, "declared here, for its own module");
  diagnostic.help(without_public(*symbol, kinds, state_.draft.program.modules[*module].name));
  return symbol;
}

std::optional<std::uint32_t> Resolver::imported_module(const ast::Path& path) {
  const std::string name = module_part(path);
  const SourceFile& file = state_.files[file_];
  const auto known = state_.symbols.module_by_name.find(name);
  if (known != state_.symbols.module_by_name.end()) {
    if (known->second == file_) return file_;
    for (const SourceFile::Import& import : file.imports) {
      if (import.file == known->second) return known->second;
    }
    if (file.missing_imports || file.syntax->damaged) return std::nullopt;
    state_.reporter.error(kModuleNotImported, module_span(path), name)
        .help("import " + state_.sources.path(FileId{known->second}) + " in this file too");
    return std::nullopt;
  }
  if (file.missing_imports || !file.syntax->module) return std::nullopt;
  std::vector<std::string> candidates{state_.draft.program.modules[file_].name};
  std::vector<std::uint32_t> abbreviated;
  for (const SourceFile::Import& import : file.imports) {
    if (!state_.files[import.file].syntax->module)
      return std::nullopt;  // its name is not known, and reported
    candidates.push_back(state_.draft.program.modules[import.file].name);
    if (candidates.back().ends_with("." + name)) abbreviated.push_back(import.file);
  }
  if (abbreviated.size() == 1) {
    const std::string& full = state_.draft.program.modules[abbreviated.front()].name;
    state_.reporter.error(kNotDeclared, module_span(path), "module", name)
        .fix(module_span(path), full, "write its full name, `" + full + "`");
    return abbreviated.front();
  }
  state_.reporter.error(kNotDeclared, module_span(path), "module", name)
      .did_you_mean(module_span(path), name, candidates);
  return std::nullopt;
}

std::optional<Symbol> Resolver::accept(const Symbol& symbol, const ast::Path& path,
                                       const std::vector<SymbolKind>& kinds, const char* wanted) {
  if (symbol.poisoned) return std::nullopt;
  if (contains(kinds, symbol.kind)) return symbol;
  state_.reporter.error(kWrongKind, path.span, path.text(), with_article(symbol.kind), wanted)
      .label(symbol.name, "declared here");
  return std::nullopt;
}

std::vector<std::string> Resolver::full_names_elsewhere(
    const std::string& name, const std::vector<SymbolKind>& kinds) const {
  std::vector<std::string> names;
  for (const SourceFile::Import& import : state_.files[file_].imports) {
    const Scope& scope = state_.symbols.modules[import.file];
    const auto found = scope.find(name);
    if (found == scope.end() || !found->second.visible || !contains(kinds, found->second.kind))
      continue;
    names.push_back(state_.draft.program.modules[import.file].name + "." + name);
  }
  return names;
}

std::optional<Symbol> Resolver::find_channel(const ast::Path& path) {
  return find_everywhere(path, state_.symbols.channels, SymbolKind::channel);
}

std::optional<Symbol> Resolver::find_publisher(const ast::Path& path) {
  return find_everywhere(path, state_.symbols.publishers, SymbolKind::publisher);
}

std::optional<Symbol> Resolver::find_everywhere(const ast::Path& path, const Scope& scope,
                                                SymbolKind kind) {
  if (path.parts.empty()) return std::nullopt;
  const std::string& name = path.parts.back().text;
  const auto found = scope.find(name);
  if (found != scope.end()) {
    if (found->second.poisoned) return std::nullopt;
    const bool right_module =
        path.parts.size() == 1 ||
        module_part(path) == state_.draft.program.modules[found->second.module].name;
    if (right_module) return found->second;
  }
  std::vector<std::string> similar;
  if (state_.reporter.may_compare(scope.size())) similar = suggest(name, names_of(scope, {kind}));
  if (names_lost()) similar = slips_of(name, std::move(similar));
  if (similar.empty() && names_lost()) return std::nullopt;
  auto diagnostic = state_.reporter.error(kNotDeclared, path.span, word(kind), path.text());
  diagnostic.did_you_mean(path.span, name, similar);
  if (similar.size() != 1) return std::nullopt;
  const Symbol& meant = scope.find(similar.front())->second;
  diagnostic.label(meant.name, "similar name, declared here");
  return meant;
}

bool Resolver::names_lost() const {
  return std::any_of(state_.files.begin(), state_.files.end(), [](const SourceFile& file) {
    return file.unreadable || file.missing_imports || file.syntax->damaged;
  });
}

}  // namespace flowc::sema
