#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/deployment.h"

/// What the places of channels can do. The one table: deployments are checked against it, `flowc
/// explain deploy` speaks from it, and the language's reference prints it.
namespace flowc {

enum class Support {
  native,    ///< the place does it
  supplied,  ///< the place does not, and the service's store does it in its stead
  none       ///< nobody can: what asks for it is an error
};

struct Capabilities {
  std::string_view place;           ///< as a deployment names it; `sqs fifo` is one of its own
  Support order = Support::native;  ///< by key
  Support delay = Support::native;  ///< of retries, and of what is scheduled
  Support expiry = Support::native;
  Support capacity = Support::native;  ///< senders wait when a channel is full
  Support priority = Support::none;    ///< of some messages over others: the language asks for none
  Support transactions = Support::native;  ///< with the handler's own data
  Support fan_out = Support::native;       ///< one message to several endpoints, without copies
  bool partitions = false;
  std::uint64_t message_bytes = 0;                ///< the largest message
  std::optional<std::int64_t> handling_us = {};   ///< the longest handling it waits for
  std::optional<std::int64_t> retention_us = {};  ///< how long it keeps what nobody takes
  bool durable = true;
};

std::span<const Capabilities> all_capabilities();

const Capabilities& capabilities_of(const model::Deployment& deployment, model::PlaceRef place);

}  // namespace flowc
