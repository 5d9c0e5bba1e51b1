#include "store/sqlite/catalog.h"

#include <algorithm>
#include <map>

#include "store/sqlite/codec.h"

namespace flow::sqlite {

Result<void> Catalog::read(Database& database) {
  Run state = database.query("SELECT position, commits FROM flow_state");
  if (!state.next()) return state.error();
  position = state.number(0);
  commits = state.integer(1);
  position_dirty = false;
  if (Result<void> done = read_streams(database); !done) return done;
  return read_endpoints(database);
}

Result<void> Catalog::read_streams(Database& database) {
  streams.clear();
  channels.clear();
  stream_of_.assign(topology_.messages.size(), -1);
  channel_of_.assign(topology_.channels.size(), -1);
  Run stream = database.query("SELECT id, wire_name, tail, trimmed FROM flow_stream");
  while (stream.next()) {
    const int no = topology_.find_message(stream.text(1));
    if (no >= 0) stream_of_[static_cast<std::size_t>(no)] = static_cast<int>(streams.size());
    streams.push_back({.id = stream.integer(0),
                       .wire_name = std::string{stream.text(1)},
                       .tail = stream.number(2),
                       .trimmed = stream.number(3)});
  }
  if (!stream.ok()) return stream.error();
  Run channel = database.query("SELECT id, name, node, fence FROM flow_channel");
  while (channel.next()) {
    const int no = topology_.find_channel(channel.text(1));
    if (no >= 0) channel_of_[static_cast<std::size_t>(no)] = static_cast<int>(channels.size());
    channels.push_back({.id = channel.integer(0),
                        .name = std::string{channel.text(1)},
                        .node = channel.integer(2),
                        .fence = channel.integer(3),
                        .no = no >= 0 ? static_cast<ChannelNo>(no) : no_channel});
  }
  if (!channel.ok()) return channel.error();
  return {};
}

Result<void> Catalog::read_endpoints(Database& database) {
  endpoints.clear();
  revived = false;
  for (ChannelState& channel : channels) channel.endpoint_list = "(";
  endpoint_of_.assign(topology_.endpoints.size(), -1);
  std::unordered_map<std::int64_t, std::size_t> stream_index, channel_index;
  for (std::size_t i = 0; i < streams.size(); ++i) stream_index[streams[i].id] = i;
  for (std::size_t i = 0; i < channels.size(); ++i) channel_index[channels[i].id] = i;
  Run run = database.query(
      "SELECT id, name, stream, channel, cursor, claimed, done, closed FROM flow_endpoint");
  while (run.next()) {
    EndpointState& endpoint = endpoints.emplace_back();
    endpoint.id = run.integer(0);
    endpoint.name = run.text(1);
    endpoint.stream = stream_index[run.integer(2)];
    endpoint.channel = channel_index[run.integer(3)];
    endpoint.cursor = run.number(4);
    endpoint.claimed = run.number(5);
    endpoint.done = Ordinals::from_text(run.text(6));
    if (!run.is_null(7)) endpoint.closed = run.number(7);
    if (!endpoint.closed) streams[endpoint.stream].read = true;
    place(endpoint);
  }
  if (!run.ok()) return run.error();
  for (ChannelState& channel : channels) channel.endpoint_list += ')';
  missing.clear();
  for (std::size_t no = 0; no < topology_.endpoints.size(); ++no) {
    const Endpoint& declared = topology_.endpoints[no];
    if (declared.dispatch == Dispatch::channel && declared.channel < channel_of_.size() &&
        endpoint_of_[no] < 0) {
      missing.push_back(static_cast<EndpointNo>(no));
    }
  }
  return {};
}

// Whose endpoint it is: ours where the store has it as we declare it.
void Catalog::place(EndpointState& endpoint) {
  if (endpoint.closed) return;
  revived =
      revived || std::ranges::find(topology_.retired, endpoint.name) != topology_.retired.end();
  const int no = topology_.find_endpoint(endpoint.name);
  if (no < 0) return;
  const Endpoint& declared = topology_.endpoints[static_cast<std::size_t>(no)];
  StreamState& stream = streams[endpoint.stream];
  ChannelState& channel = channels[endpoint.channel];
  if (declared.dispatch != Dispatch::channel || declared.channel != channel.no ||
      topology_.messages[declared.message].wire_name != stream.wire_name) {
    return;
  }
  endpoint.no = no;
  endpoint_of_[static_cast<std::size_t>(no)] = static_cast<int>(&endpoint - endpoints.data());
  channel.endpoint_list +=
      (channel.endpoint_list.size() > 1 ? ", " : "") + std::to_string(endpoint.id);
  if (std::ranges::find(stream.readers, channel.no) == stream.readers.end())
    stream.readers.push_back(channel.no);
}

Result<void> Catalog::flush(Database& database, std::int64_t own_node) {
  for (StreamState& stream : streams) {
    if (!stream.dirty) continue;
    Result<void> written = database.run("UPDATE flow_stream SET tail = ? WHERE id = ?",
                                        to_sql(stream.tail), stream.id);
    if (!written) return written;
    stream.dirty = false;
  }
  for (EndpointState& endpoint : endpoints) {
    if (!endpoint.dirty) continue;
    if (endpoint.no >= 0 && own_node != 0 && channels[endpoint.channel].node == own_node) {
      // Claimed ahead while we write anyway, so that load() seldom needs a commit of its own.
      const auto no = static_cast<std::size_t>(endpoint.no);
      const std::uint64_t last = handed_out_.last[no].load(std::memory_order_relaxed);
      const std::uint64_t ahead = handed_out_.ahead[no].load(std::memory_order_relaxed);
      endpoint.claimed = std::max({endpoint.claimed, endpoint.cursor, last + ahead});
    }
    Result<void> written = database.run(
        "UPDATE flow_endpoint SET cursor = ?, claimed = ?, done = ? WHERE id = ?",
        to_sql(endpoint.cursor), to_sql(endpoint.claimed), endpoint.done.to_text(), endpoint.id);
    if (!written) return written;
    endpoint.dirty = false;
  }
  if (position_dirty) {
    Result<void> written =
        database.run("UPDATE flow_state SET position = ?, commits = ?", to_sql(position), commits);
    if (!written) return written;
    position_dirty = false;
  }
  return {};
}

StreamState* Catalog::stream(MessageNo message) {
  if (message >= stream_of_.size() || stream_of_[message] < 0) return nullptr;
  return &streams[static_cast<std::size_t>(stream_of_[message])];
}
EndpointState* Catalog::endpoint(EndpointNo no) {
  if (no >= endpoint_of_.size() || endpoint_of_[no] < 0) return nullptr;
  return &endpoints[static_cast<std::size_t>(endpoint_of_[no])];
}
ChannelState* Catalog::channel(ChannelNo no) {
  if (no >= channel_of_.size() || channel_of_[no] < 0) return nullptr;
  return &channels[static_cast<std::size_t>(channel_of_[no])];
}
EndpointState* Catalog::find_endpoint(std::string_view name) {
  for (EndpointState& endpoint : endpoints) {
    if (endpoint.name == name) return &endpoint;
  }
  return nullptr;
}

Ids ids_of(Catalog& catalog) {
  const Topology& topology = catalog.topology();
  Ids ids;
  ids.streams.assign(topology.messages.size(), 0);
  ids.endpoints.assign(topology.endpoints.size(), 0);
  ids.channels.assign(topology.channels.size(), 0);
  ids.endpoint_list.assign(topology.channels.size(), "()");
  ids.readable.assign(topology.channels.size(), "0");
  for (std::size_t i = 0; i < ids.streams.size(); ++i) {
    const StreamState* stream = catalog.stream(static_cast<MessageNo>(i));
    if (stream == nullptr) continue;
    ids.streams[i] = stream->id;
    ids.message_of_stream[stream->id] = static_cast<MessageNo>(i);
  }
  for (std::size_t i = 0; i < ids.channels.size(); ++i) {
    const ChannelState* channel = catalog.channel(static_cast<ChannelNo>(i));
    if (channel == nullptr) continue;
    ids.channels[i] = channel->id;
    ids.endpoint_list[i] = channel->endpoint_list;
  }
  std::vector<std::map<std::uint16_t, std::string>> of_version(topology.channels.size());
  for (std::size_t i = 0; i < ids.endpoints.size(); ++i) {
    const EndpointState* endpoint = catalog.endpoint(static_cast<EndpointNo>(i));
    const ChannelNo channel = topology.endpoints[i].channel;
    if (endpoint == nullptr || channel >= ids.channels.size()) continue;
    ids.endpoints[i] = endpoint->id;
    ids.endpoint_of[endpoint->id] = static_cast<EndpointNo>(i);
    std::string& list =
        of_version[channel][topology.messages[topology.endpoints[i].message].version];
    list += (list.empty() ? "" : ", ") + std::to_string(endpoint->id);
  }
  for (std::size_t i = 0; i < of_version.size(); ++i) {
    std::string& condition = ids.readable[i];
    for (const auto& [version, list] : of_version[i]) {
      condition += " OR version <= " + std::to_string(version) + " AND endpoint IN (" + list + ")";
    }
    condition = "(" + condition + ")";
  }
  return ids;
}

}  // namespace flow::sqlite
