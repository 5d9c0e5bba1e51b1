#pragma once

#include <optional>
#include <vector>

#include "sema/step.h"

namespace flowc::sema {

/// Finds what the names of one file mean. A name that is nearly one of those that would be right is
/// reported and then taken for it, so that one slip is one error.
class Resolver {
 public:
  Resolver(State& state, std::uint32_t file) : state_(state), file_(file) {}

  /// The declaration of one of `kinds` that a path names: of this module by its name alone, of an
  /// imported one by its full name. `wanted` says what is needed, for the message: `an event`.
  /// Nothing, if reported or poisoned.
  std::optional<Symbol> find(const ast::Path& path, const std::vector<SymbolKind>& kinds,
                             const char* wanted, const std::vector<std::string>& builtins = {});

  /// A channel, over all modules.
  std::optional<Symbol> find_channel(const ast::Path& path);

  /// A publisher, over all modules.
  std::optional<Symbol> find_publisher(const ast::Path& path);

 private:
  std::optional<Symbol> find_here(const ast::Path& path, const std::vector<SymbolKind>& kinds,
                                  const char* wanted, const std::vector<std::string>& builtins);
  std::optional<Symbol> find_elsewhere(const ast::Path& path, const std::vector<SymbolKind>& kinds,
                                       const char* wanted);
  std::optional<Symbol> find_everywhere(const ast::Path& path, const Scope& scope, SymbolKind kind);
  std::optional<std::uint32_t> imported_module(const ast::Path& path);
  std::optional<Symbol> accept(const Symbol& symbol, const ast::Path& path,
                               const std::vector<SymbolKind>& kinds, const char* wanted);
  std::optional<Symbol> suggest_here(const ast::Path& path, const char* wanted,
                                     const std::vector<std::string>& candidates);
  bool is_of_another_kind(const ast::Path& path, const char* wanted);
  std::optional<Symbol> use_import_of(const std::string& full_name, const std::string& name);
  /// Whether a declaration may be in what could not be read of some file.
  bool names_lost() const;
  std::vector<std::string> full_names_elsewhere(const std::string& name,
                                                const std::vector<SymbolKind>& kinds) const;

  State& state_;
  std::uint32_t file_;
};

}  // namespace flowc::sema
