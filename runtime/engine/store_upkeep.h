#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "flow/result.h"
#include "flow/time.h"
#include "flow/topology.h"

namespace flow {

struct ChannelActivity {
  ChannelNo channel = no_channel;
  std::uint64_t in_flight = 0;
  double handled_per_s = 0;
};

/// What keeps a store going while it is served: leases, delays, retention. Asked by the host's
/// keeper, periodically. Thread-safe.
class UpkeepStore {
 public:
  virtual ~UpkeepStore() = default;

  /// Says that this process is alive and what it knows, prolongs everything it owns, and reports.
  /// To be called about every second. The listener hears of channels that others ask for
  /// (StoreListener::asked_for), and of endpoints that stay otherwise than declared, once a minute.
  /// `fenced`
  /// (`lease_lost`): a channel was taken over meanwhile; it is no longer owned and may be claimed
  /// again.
  virtual Result<void> renew(std::span<const ChannelActivity> activity) = 0;
  /// Appends delayed messages that are due, a bounded number a call; returns when the next one is
  /// (not after `now`: call again).
  virtual Result<std::optional<Timestamp>> release_due(Timestamp now) = 0;
  /// Drops what every cursor has passed, and dead letters older than their channel keeps them
  /// (other programs' endpoints are theirs to drop); goes on with what is retired. A bounded amount
  /// of work a call; true when there is more.
  virtual Result<bool> trim(Timestamp now) = 0;
};

}  // namespace flow
