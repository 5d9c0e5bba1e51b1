#pragma once

#include <map>
#include <optional>
#include <string>

#include "flow/time.h"
#include "flow/topology.h"
#include "flow/uuid.h"

namespace flow {

using Headers = std::map<std::string, std::string>;

/// The envelope and its payload. Immutable once published.
struct Message {
  Uuid id{};              ///< UUIDv7
  MessageNo type = 0;     ///< index into Topology::messages
  std::string key;        ///< empty: none
  Uuid correlation_id{};  ///< the id of the message that began it all
  Uuid causation_id{};  ///< the id of the message whose handling emitted this one; nil at the start
  std::string traceparent;  ///< W3C trace context; may be empty
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  Headers headers;
  std::string payload;  ///< JSON
};

/// How a message goes out. Defaults: now, never expires, a new id.
struct SendOptions {
  microseconds delay{0};  ///< not handed to anyone before this has passed
  std::optional<microseconds>
      expires_in{};          ///< from now; an expired delivery is dead-lettered as `expired`
  std::optional<Uuid> id{};  ///< for callers that resend: becomes the message's id
  Headers headers{};
};

}  // namespace flow
