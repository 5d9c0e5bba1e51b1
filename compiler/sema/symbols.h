#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/span.h"

namespace flowc::sema {

enum class SymbolKind {
  record,
  enumeration,
  event,
  command,
  query,
  component,
  channel,
  service,
  deployment,
  unsupported
};

/// `a record`, `an event`: for "x is …, and … is needed here".
const char* with_article(SymbolKind kind);
/// `record`, `event`.
const char* word(SymbolKind kind);

/// A declared name. A poisoned one was reported already: its uses are silent.
struct Symbol {
  SymbolKind kind = SymbolKind::unsupported;
  std::uint32_t index = 0;   ///< into the table of its kind in Program
  std::uint32_t module = 0;  ///< of the declaration
  bool visible = false;      ///< from other modules: public, or inside a public message
  bool poisoned = false;
  Span name;
};

using Scope = std::map<std::string, Symbol, std::less<>>;

/// Every name of a compilation. Records, enums, messages and components have one scope a module;
/// channels, services and deployments one over all modules.
struct Symbols {
  std::vector<Scope> modules;  ///< by ModuleId
  std::map<std::string, std::uint32_t, std::less<>> module_by_name;
  Scope channels;
  Scope services;
  Scope deployments;
};

/// The names of a scope that are of one of these kinds: what a misspelt name may have meant.
std::vector<std::string> names_of(const Scope& scope, const std::vector<SymbolKind>& kinds);

}  // namespace flowc::sema
