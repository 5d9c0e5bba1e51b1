#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/span.h"

namespace flowc::sema {

enum class SymbolKind {
  record,
  enumeration,
  event,
  command,
  query,
  component,  ///< `handlers`
  steps,
  orchestrator,
  saga,
  channel,
  publisher,
  service,
  deployment
};

inline const std::vector<SymbolKind> kMessageKinds{SymbolKind::event, SymbolKind::command,
                                                   SymbolKind::query};
/// What a handler or a step takes: a message, or a record from the one before it.
inline const std::vector<SymbolKind> kPayloadKinds{SymbolKind::event, SymbolKind::command,
                                                   SymbolKind::query, SymbolKind::record};

/// `a record`, `an event`: for "x is …, and … is needed here".
const char* with_article(SymbolKind kind);
/// `record`, `event`.
const char* word(SymbolKind kind);

/// A declared name. A poisoned one was reported already: its uses are silent.
struct Symbol {
  SymbolKind kind = SymbolKind::record;
  /// Into the table of its kind in Program; of steps, orchestrators and sagas into components.
  std::uint32_t index = 0;
  std::uint32_t module = 0;  ///< of the declaration
  bool visible = false;      ///< from other modules: public, or inside a public message
  bool poisoned = false;
  Span name;
};

using Scope = std::map<std::string, Symbol, std::less<>>;

/// Every name of a compilation. Records, enums, messages and components have one scope a module;
/// channels, publishers, services and deployments one over all modules.
struct Symbols {
  std::vector<Scope> modules;  ///< by ModuleId
  std::map<std::string, std::uint32_t, std::less<>> module_by_name;
  /// The versions of each message by number, as MessageIds; the scope has the newest.
  std::map<std::pair<std::uint32_t, std::string>, std::map<std::uint16_t, std::uint32_t>> versions;
  Scope channels;
  Scope publishers;
  Scope services;
  Scope deployments;
};

/// The names of a scope that are of one of these kinds: what a misspelt name may have meant.
std::vector<std::string> names_of(const Scope& scope, const std::vector<SymbolKind>& kinds);

}  // namespace flowc::sema
