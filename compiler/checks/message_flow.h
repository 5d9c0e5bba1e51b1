#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/span.h"
#include "model/draft.h"

/// Which messages cause which: the graph under loops and fan-out.
namespace flowc {

/// One way from an endpoint to a message, or straight to another endpoint.
struct Cause {
  enum class How {
    at_once,   ///< sent or published by the handling
    later,     ///< `schedules`
    instance,  ///< by a transition of a saga that an instance takes a bounded number of times
    slip,      ///< an orchestrator to its steps
    then       ///< the next handler in the same unit of work
  };
  How how = How::at_once;
  std::optional<model::MessageId> message;
  std::uint32_t endpoint = 0;  ///< without a message: where it leads
  Span place;                  ///< of the clause
};

/// Nodes are endpoints, by their number, and then messages: an event with many publishers and many
/// subscribers costs the sum of both, not their product.
struct MessageFlow {
  std::vector<std::vector<Cause>> causes;                ///< by endpoint
  std::vector<std::vector<model::EndpointId>> handlers;  ///< by message
  [[nodiscard]] std::uint32_t node(model::MessageId id) const {
    return static_cast<std::uint32_t>(causes.size()) + static_cast<std::uint32_t>(id);
  }
};

/// `places` are those of a draft; empty, when only the program is at hand: causes then have no
/// place.
[[nodiscard]] MessageFlow message_flow(const model::Program& program,
                                       const std::vector<model::EndpointPlaces>& places);

/// A loop of messages: the endpoints it passes, and the cause that leads from each to the next; the
/// last leads to the first.
struct Loop {
  std::vector<std::uint32_t> endpoints;
  std::vector<Cause> causes;
};

/// One loop of each knot of endpoints that messages can go round in for ever. Loops that the unit
/// of work closes are none: they have an error of their own. `paced` asks for those instead that
/// are slowed by a `schedules`, and are none without it.
[[nodiscard]] std::vector<Loop> endless_loops(const model::Program& program,
                                              const MessageFlow& flow, bool paced);

/// What one message causes when every handling emits once each message that it declares.
struct FanOut {
  std::uint64_t deliveries = 0;  ///< of it and of all that follow; at most 2^64 - 1
  bool loops = false;            ///< some of it goes round: the deliveries are those of one round
};

/// By MessageId.
[[nodiscard]] std::vector<FanOut> fan_out(const model::Program& program, const MessageFlow& flow);

}  // namespace flowc
