#include "engine/dispatch.h"

#include <algorithm>
#include <cstddef>

namespace flow {
namespace {

void add_once(std::vector<ChannelNo>& channels, ChannelNo channel) {
  if (std::find(channels.begin(), channels.end(), channel) == channels.end()) {
    channels.push_back(channel);
  }
}

}  // namespace

DispatchTable::DispatchTable(const Topology& topology)
    : routes_(topology.messages.size()),
      downstream_(topology.channels.size()),
      served_(topology.channels.size(), false) {
  for (std::size_t no = 0; no < topology.endpoints.size(); ++no) {
    const Endpoint& endpoint = topology.endpoints[no];
    Route& route = routes_[endpoint.message];
    if (endpoint.dispatch == Dispatch::channel) {
      add_once(route.channels, endpoint.channel);
      if (topology.runs(endpoint)) served_[endpoint.channel] = true;
    } else if (topology.runs(endpoint)) {
      route.callers.push_back(static_cast<EndpointNo>(no));
    } else {
      route.elsewhere = true;
    }
  }
  for (const Endpoint& endpoint : topology.endpoints) {
    if (endpoint.dispatch != Dispatch::channel) continue;
    for (const MessageNo emitted : endpoint.emits) {
      for (const ChannelNo channel : routes_[emitted].channels) {
        if (channel != endpoint.channel) add_once(downstream_[endpoint.channel], channel);
      }
    }
  }
}

}  // namespace flow
