#pragma once

#include <map>
#include <vector>

#include "model/draft.h"

namespace flowc {

/// A message that leaves a component: by a clause of a handler, by a transition or deadline, or as
/// what a translation makes. What goes to a sibling by `then` does not leave.
struct Emission {
  model::ComponentId from{};
  model::MessageId message{};
  Span place;
};

/// Each message of each component once, at the first place that says it.
std::vector<Emission> emissions(const model::Draft& draft);

/// The first endpoint of each service that takes a message sent or published, by message.
using Takers = std::map<model::MessageId, std::map<model::ServiceId, model::EndpointId>>;
Takers takers(const model::Program& program);

/// Which of two places an error stands at: the later one, in the order of files and lines.
bool is_later(Span a, Span b);

}  // namespace flowc
