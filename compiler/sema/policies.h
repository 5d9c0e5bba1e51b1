#pragma once

#include <vector>

#include "sema/resolver.h"
#include "sema/step.h"

/// The clauses of a handler or step that say how it is treated, each in its own function. What a
/// clause has no business on is reported and left out.
namespace flowc::sema {

/// What a handler's clauses come to. `on` says what a handler is whose messages wait on no channel,
/// for messages: "a query's handler"; null, if they do.
void lower_policies(State& state, const ast::Handler& syntax, const char* on,
                    model::Endpoint& endpoint, model::EndpointPlaces& places);

/// `every …`: the handler takes nothing, and runs when the time has come. Where the schedule cannot
/// be read, it has none, and that is reported.
void lower_schedule(State& state, const ast::Schedule& syntax, model::Endpoint& endpoint);

/// `schedules M`: commands and events that are sent or published later.
void lower_schedules(State& state, Resolver& resolver, const std::vector<ast::Path>& paths,
                     model::Endpoint& endpoint, model::EndpointPlaces& places);

/// `at "new" was "old", "older"`: what is in flight under the old ids is taken.
void lower_old_ids(State& state, const ast::EndpointId& syntax, model::Endpoint& endpoint,
                   model::EndpointPlaces& places);

/// `retired "id"` of a group of handlers or steps.
void lower_retired(State& state, const std::vector<ast::Text>& syntax, std::uint32_t component);

}  // namespace flowc::sema
