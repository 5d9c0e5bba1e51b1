#pragma once

#include <vector>

#include "sema/clauses.h"
#include "sema/mapping.h"

/// The messages that transitions and deadlines emit.
namespace flowc::sema {

/// What fills a message that has no mapping.
enum class Unmapped {
  by_cpp,        ///< a hook of the transition
  by_defaults,   ///< nothing: it is as `{}`
  not_looked_at  ///< and neither is a mapping: the declaration around it is damaged
};

/// The emissions of one transition or deadline, each message once. What is wrong is reported, and
/// left out or left unfilled.
std::vector<model::Emission> lower_emissions(State& state, Clauses& clauses, std::uint32_t file,
                                             const std::vector<ast::Emission>& syntax,
                                             const MappingScope& scope, Unmapped unmapped);

/// Says of an endpoint that it emits these, unless it says so already.
void attach(const std::vector<model::Emission>& emissions, model::Endpoint& endpoint,
            model::EndpointPlaces& places);

}  // namespace flowc::sema
