#include "flow/topology.h"

#include <algorithm>

namespace flow {

namespace {

template <typename T>
int find_sorted(std::span<const T> table, std::string_view T::*name,
                std::string_view wanted) noexcept {
  const auto found = std::ranges::lower_bound(table, wanted, {}, name);
  if (found == table.end() || (*found).*name != wanted) return -1;
  return static_cast<int>(found - table.begin());
}

}  // namespace

int Topology::find_message(std::string_view wire_name) const noexcept {
  return find_sorted(messages, &MessageType::wire_name, wire_name);
}

int Topology::find_endpoint(std::string_view id) const noexcept {
  return find_sorted(endpoints, &Endpoint::id, id);
}

// Channels stand in the order of their declaration, and are few.
int Topology::find_channel(std::string_view name) const noexcept {
  const auto found = std::ranges::find(channels, name, &ChannelPolicy::name);
  return found == channels.end() ? -1 : static_cast<int>(found - channels.begin());
}

}  // namespace flow
