#pragma once

#include <optional>
#include <vector>

#include "model/draft.h"

namespace flowc {

/// An endpoint's number as an index into the tables beside Program::endpoints.
inline std::uint32_t index_of(model::EndpointId id) {
  return static_cast<std::uint32_t>(id);
}

/// A component's number, likewise.
inline std::uint32_t index_of(model::ComponentId id) {
  return static_cast<std::uint32_t>(id);
}

/// A service's number, likewise.
inline std::uint32_t index_of(model::ServiceId id) {
  return static_cast<std::uint32_t>(id);
}

/// The endpoints that take each message when it is sent or published, by MessageId, in declaration
/// order: steps are none of them.
std::vector<std::vector<model::EndpointId>> handlers_by_message(const model::Program& program);

/// The publisher that an endpoint of a forward hands its event to; nothing for any other endpoint.
std::optional<model::PublisherId> forwarded_to(const model::Program& program,
                                               const model::Endpoint& endpoint);

}  // namespace flowc
