#include "sema/emissions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "diagnostics/catalog.h"

namespace flowc::sema {

std::vector<model::Emission> lower_emissions(State& state, Clauses& clauses, std::uint32_t file,
                                             const std::vector<ast::Emission>& syntax,
                                             const MappingScope& scope, Unmapped unmapped) {
  std::vector<model::Emission> emissions;
  std::map<std::uint32_t, Span> seen;
  for (const ast::Emission& one : syntax) {
    const auto message =
        clauses.emitted(one.message, one.sends ? SymbolKind::command : SymbolKind::event);
    if (!message) continue;
    const auto [first, added] =
        seen.emplace(static_cast<std::uint32_t>(*message), one.message.span);
    if (!added) {
      state.reporter
          .error(kListedTwice, one.message.span, one.message.text(),
                 one.sends ? "`sends`" : "`publishes`")
          .label(first->second, "first here")
          .help("one transition emits a message once");
      continue;
    }
    model::Emission emission;
    emission.message = *message;
    emission.sends = one.sends;
    emission.span = one.message.span;
    emission.filled = one.mapping || unmapped == Unmapped::by_defaults;
    ast::Mapping nothing;
    nothing.span = one.message.span;
    if (emission.filled && unmapped != Unmapped::not_looked_at) {
      auto fields =
          lower_mapping(state, file, one.mapping ? *one.mapping : nothing, *message, scope);
      if (fields) emission.fields = *std::move(fields);
    }
    emissions.push_back(std::move(emission));
  }
  return emissions;
}

void attach(const std::vector<model::Emission>& emissions, model::Endpoint& endpoint,
            model::EndpointPlaces& places) {
  for (const model::Emission& emission : emissions) {
    std::vector<model::MessageId>& messages = emission.sends ? endpoint.sends : endpoint.publishes;
    if (std::find(messages.begin(), messages.end(), emission.message) != messages.end()) continue;
    messages.push_back(emission.message);
    (emission.sends ? places.sends : places.publishes).push_back(emission.span);
  }
}

}  // namespace flowc::sema
