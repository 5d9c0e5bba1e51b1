#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/span.h"
#include "model/draft.h"

/// Which messages cause which: the graph under loops and fan-out.
namespace flowc {

/// One way from a causer to a message, or straight to another causer.
struct Cause {
  enum class How {
    at_once,   ///< sent or published by the handling
    later,     ///< `schedules`, and what sets a timer
    instance,  ///< by a transition of a saga that an instance takes a bounded number of times
    slip,      ///< an orchestrator to its steps
    then       ///< the next handler in the same unit of work
  };
  How how = How::at_once;
  std::optional<model::MessageId> message;
  std::optional<std::uint32_t> causer;  ///< the one it goes to; unset: all that take the message
  Span place;                           ///< of the clause
};

/// What emits when its time has come: a saga's `after` or `within`, a slip's `within`.
struct Timer {
  model::ComponentId component{};
  const char* word = "";
  std::int64_t time_us = 0;
  Span place;
};

/// Causers are the endpoints, by their number, and then the timers. Nodes are the causers and then
/// the messages: an event with many publishers and many subscribers costs the sum of both, not
/// their product.
struct MessageFlow {
  std::vector<std::vector<Cause>> causes;                ///< by causer
  std::vector<Timer> timers;                             ///< the last causers
  std::vector<std::vector<model::EndpointId>> handlers;  ///< by message
  [[nodiscard]] std::uint32_t node(model::MessageId id) const {
    return static_cast<std::uint32_t>(causes.size()) + static_cast<std::uint32_t>(id);
  }
  [[nodiscard]] std::uint32_t node(const Cause& cause) const {
    return cause.causer ? *cause.causer : node(*cause.message);
  }
  /// Nothing for an endpoint.
  [[nodiscard]] const Timer* timer(std::uint32_t causer) const {
    const std::size_t endpoints = causes.size() - timers.size();
    return causer < endpoints ? nullptr : &timers[causer - endpoints];
  }
};

/// `places` are those of a draft; empty, when only the program is at hand: causes then have no
/// place.
[[nodiscard]] MessageFlow message_flow(const model::Program& program,
                                       const std::vector<model::EndpointPlaces>& places);

/// A loop of messages: the causers it passes, and the cause that leads from each to the next; the
/// last leads to the first.
struct Loop {
  std::vector<std::uint32_t> causers;
  std::vector<Cause> causes;
};

/// One loop of each knot of causers that messages can go round in for ever. Loops that the unit of
/// work closes are none: they have an error of their own. `paced` asks for those instead that are
/// slowed by a `schedules` or a timer, and are none without it; timers that set each other, one of
/// which emits, are such a loop.
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
