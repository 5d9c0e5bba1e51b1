#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/message.h"
#include "flow/result.h"
#include "flow/topology.h"

namespace flow {

/// The text of an attempt that has no other end recorded than that its process was gone.
inline constexpr std::string_view kProcessEnded = "the process ended during this attempt";
/// The same of an attempt that ran while nothing else ran in the process: it was this one. Written
/// before the attempt begins, and taken back when it ends otherwise.
inline constexpr std::string_view kProcessEndedAlone =
    "the process ended during this attempt, while nothing else ran in it";

/// One failed attempt, as dead letters show it.
struct AttemptError {
  std::uint32_t attempt = 0;
  Timestamp at{};
  Category category = Category::bug;
  std::string text;
};

/// A message that its deliveries share: immutable, copied as a pointer. Without one it is an empty
/// message.
class SharedMessage {
 public:
  SharedMessage() = default;
  SharedMessage(Message message) : shared_(std::make_shared<const Message>(std::move(message))) {}

  const Message& operator*() const { return shared_ ? *shared_ : nothing(); }
  const Message* operator->() const { return &**this; }
  operator const Message&() const { return **this; }

 private:
  static const Message& nothing();

  std::shared_ptr<const Message> shared_;
};

/// One message for one endpoint.
struct Delivery {
  EndpointNo endpoint = 0;
  std::uint64_t ordinal = 0;   ///< in its stream
  std::uint64_t position = 0;  ///< over all streams
  std::int64_t row = 0;        ///< 0: in line
  std::uint32_t attempts = 0;  ///< begun so far (of a row)
  bool key_held = false;       ///< in line, on an ordered channel: rows of its key came before it
  bool lasting = false;        ///< known not to expire, without a look at its message
  Timestamp due{};             ///< of a row
  std::vector<AttemptError> errors;  ///< of a row
  SharedMessage message;
};

struct DeadLetter {
  std::int64_t id = 0;   ///< given by the store
  std::string endpoint;  ///< the endpoint's id, even one no longer declared
  std::string channel;
  std::string message_type;  ///< wire name
  std::uint32_t attempts = 0;
  Category category = Category::bug;
  std::string reason;  ///< the last error, or `expired`, `no such endpoint`, …
  Timestamp dead_at{};
  /// How often it was replayed before. Known to the store alone: what a unit of work says is not
  /// read.
  std::uint32_t replays = 0;
  std::vector<AttemptError> errors;  ///< over all replays
  std::uint64_t ordinal = 0;
  std::uint64_t position = 0;
  Message message;
};

}  // namespace flow
