#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "flow/result.h"
#include "flow/time.h"
#include "flow/topology.h"
#include "flow/uuid.h"

namespace flow {

using Headers = std::map<std::string, std::string>;

/// The envelope and its payload. Immutable once published.
struct Message {
  Uuid id{};           ///< UUIDv7
  MessageNo type = 0;  ///< index into Topology::messages
  /// Deliveries of equal keys keep their order. None: it has no key, and nobody waits for it; "" is
  /// a key like any other.
  std::optional<std::string> key;
  Uuid correlation_id{};  ///< the id of the message that began it all
  Uuid causation_id{};  ///< the id of the message whose handling emitted this one; nil at the start
  std::string traceparent;  ///< W3C trace context; may be empty
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  Headers headers;
  std::string payload;  ///< JSON
};

/// The header that says which version of its message a payload is; without it, the first.
inline constexpr std::string_view kVersionHeader = "flow-version";

/// The version of a message's payload, from its header; nothing if that is not a number.
[[nodiscard]] std::optional<std::uint16_t> version_of(const Message& message);

namespace detail {
/// Poison: "a payload of version 4, and the newest known here is 2". Version 0: what is no number.
[[nodiscard]] Error unknown_version(std::uint16_t version, std::uint16_t newest);
}  // namespace detail

/// How a message goes out. Defaults: now, never expires, a new id. What cannot be is refused with a
/// BusError: flow/limits.h says how large things may be, and times past the year 9999 are never.
struct SendOptions {
  /// Not handed to anyone before this has passed. Not negative, and shorter than `expires_in` or
  /// the message type's own `@expires` (`expires_before_due`).
  microseconds delay{0};
  /// From now, and more than 0; an expired delivery is dead-lettered as `expired`.
  std::optional<microseconds> expires_in{};
  /// For callers that resend: becomes the message's id; not nil. Sent again with the same type and
  /// payload, byte for byte, it is not appended again, and everything else of the unit of work is
  /// done; with others it is refused as `id_in_use`. Ids are kept for the longest retention of dead
  /// letters of the channels that read the message, and a day at least.
  std::optional<Uuid> id{};
  /// UTF-8 without control characters. Names that begin with `flow-` are the runtime's own
  /// (`reserved_header`).
  Headers headers{};
};

}  // namespace flow
