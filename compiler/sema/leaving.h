#pragma once

#include <string>
#include <vector>

#include "sema/resolver.h"
#include "sema/step.h"

/// What leaves for partners: publishers that endpoints use, and what may go there.
namespace flowc::sema {

/// What a handler, step or forward hands on, and what its `declassify` says of it.
struct Leaving {
  std::string what;  ///< "`LeadAccepted`"
  const std::vector<model::Field>* fields = nullptr;
  bool damaged = false;  ///< fields may be missing, which was reported
  const std::vector<ast::Name>* declassify = nullptr;
  Span at;         ///< where it is said to leave: the publisher's name
  Span insert_at;  ///< empty: where a `declassify` can be added
};

/// The fields that `declassify` names, by index. Reported: names of no field or of none that is
/// marked, and marked fields that are not named.
std::vector<std::uint32_t> lower_leaving(State& state, const Leaving& leaving);

/// `uses` and `declassify` of a handler or step, whose `takes` is known; `on` says which in
/// messages, "a handler". Everything of what it takes may go to the publishers it uses.
void lower_uses(State& state, Resolver& resolver, const ast::Handler& syntax, const char* on,
                model::Endpoint& endpoint, model::EndpointPlaces& places);

}  // namespace flowc::sema
