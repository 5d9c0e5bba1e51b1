#include "sema/symbols.h"

#include <algorithm>

namespace flowc::sema {

const char* with_article(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::record:
      return "a record";
    case SymbolKind::enumeration:
      return "an enum";
    case SymbolKind::event:
      return "an event";
    case SymbolKind::command:
      return "a command";
    case SymbolKind::query:
      return "a query";
    case SymbolKind::component:
      return "a component";
    case SymbolKind::channel:
      return "a channel";
    case SymbolKind::service:
      return "a service";
    case SymbolKind::deployment:
      return "a deployment";
    case SymbolKind::steps:
      return "a group of steps";
    case SymbolKind::orchestrator:
      return "an orchestrator";
    case SymbolKind::saga:
      return "a saga";
    case SymbolKind::publisher:
      return "a publisher";
  }
  return "something else";
}

const char* word(SymbolKind kind) {
  const char* text = with_article(kind);
  return text + (text[1] == 'n' ? 3 : 2);
}

std::vector<std::string> names_of(const Scope& scope, const std::vector<SymbolKind>& kinds) {
  std::vector<std::string> names;
  for (const auto& [name, symbol] : scope) {
    if (symbol.poisoned) continue;
    if (std::find(kinds.begin(), kinds.end(), symbol.kind) != kinds.end()) names.push_back(name);
  }
  return names;
}

}  // namespace flowc::sema
