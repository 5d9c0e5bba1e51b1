#pragma once

#include <optional>
#include <string>

#include "flow/message.h"
#include "flow/topology.h"

namespace flow {

/// What a sender hands over, held against flow/limits.h, before anything of it is kept. Throws
/// BusError: what, of which message, the limit, and what to do. Pure.
void check_sendable(const MessageType& type, const std::optional<std::string>& key,
                    const std::string& payload, const SendOptions& options);
/// The same for an answer to a query.
void check_reply(const MessageType& type, const std::string& payload);

/// When a message sent now expires; none: never, also where the sum lies past kEndOfTime.
std::optional<Timestamp> expiry_of(const MessageType& type, const SendOptions& options,
                                   Timestamp now);

}  // namespace flow
