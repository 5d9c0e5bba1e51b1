#include "flow/topology.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/text.h"
#include "flow/limits.h"

namespace flow {

namespace {

template <typename T>
int find_sorted(std::span<const T> table, std::string_view T::*name,
                std::string_view wanted) noexcept {
  const auto found = std::ranges::lower_bound(table, wanted, {}, name);
  if (found == table.end() || (*found).*name != wanted) return -1;
  return static_cast<int>(found - table.begin());
}

Result<void> check_id(const char* what, std::string_view id) {
  if (id.size() <= limits::kIdBytesMax) return {};
  std::string text = std::string{what} + " `";
  detail::append_echo(text, id, limits::kEchoBytesMax);
  text += "` has " + std::to_string(id.size()) + " bytes, at most " +
          std::to_string(limits::kIdBytesMax) +
          " are allowed: give it a shorter one in the .flow file";
  return Error{Category::bug, "id_too_long", std::move(text)};
}

}  // namespace

Result<void> Topology::check_ids() const {
  Result<void> checked;
  for (std::size_t i = 0; checked && i < messages.size(); ++i)
    checked = check_id("message type", messages[i].wire_name);
  for (std::size_t i = 0; checked && i < endpoints.size(); ++i)
    checked = check_id("endpoint", endpoints[i].id);
  for (std::size_t i = 0; checked && i < channels.size(); ++i)
    checked = check_id("channel", channels[i].name);
  return checked;
}

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
