#pragma once

#include <vector>

#include "model/draft.h"

namespace flowc {

/// An endpoint's number as an index into the tables beside Program::endpoints.
inline std::uint32_t index_of(model::EndpointId id) {
  return static_cast<std::uint32_t>(id);
}

/// The endpoints that take each message when it is sent or published, by MessageId, in declaration
/// order: steps are none of them.
std::vector<std::vector<model::EndpointId>> handlers_by_message(const model::Program& program);

/// Where the handler of an endpoint runs, if in exactly one service.
std::optional<model::ServiceId> service_of(const model::Program& program,
                                           model::ComponentId component);

}  // namespace flowc
