#pragma once

#include <span>
#include <vector>

#include "flow/topology.h"

namespace flow {

/// Who handles a message, computed once from the topology, so that a thousand message types cost
/// what ten do.
class DispatchTable {
 public:
  explicit DispatchTable(const Topology& topology);

  struct Route {
    std::vector<EndpointNo> callers;  ///< run in the caller's unit of work, by this service
    std::vector<ChannelNo> channels;  ///< whose endpoints read its stream, in whichever service
    bool elsewhere = false;           ///< has caller-dispatched endpoints in other services only
  };
  const Route& route(MessageNo message) const { return routes_[message]; }
  /// The channels that the endpoints of a channel may emit into, without the channel itself.
  std::span<const ChannelNo> downstream(ChannelNo channel) const { return downstream_[channel]; }
  /// True: this service's process runs the channel.
  bool serves(ChannelNo channel) const { return served_[channel]; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<ChannelNo>> downstream_;
  std::vector<bool> served_;
};

}  // namespace flow
