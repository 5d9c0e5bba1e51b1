#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "flow/topology.h"
#include "store/ordinals.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

inline constexpr int kOrdinalBits = 44;
inline std::int64_t log_id(std::int64_t stream, std::uint64_t ordinal) {
  return (stream << kOrdinalBits) | static_cast<std::int64_t>(ordinal);
}
inline std::uint64_t log_ordinal(std::int64_t id) {
  return static_cast<std::uint64_t>(id) & ((std::uint64_t{1} << kOrdinalBits) - 1);
}

struct StreamState {
  std::int64_t id = 0;
  std::string wire_name{};
  std::uint64_t tail = 0;
  std::uint64_t trimmed = 0;
  bool read = false;                 ///< an endpoint reads it, ours or not
  std::vector<ChannelNo> readers{};  ///< our channels that read it
  bool dirty = false;
};

struct ChannelState {
  std::int64_t id = 0;
  std::string name{};
  std::int64_t node = 0;  ///< 0: released
  std::int64_t fence = 0;
  ChannelNo no = no_channel;  ///< in the topology
  /// Its endpoints that this program serves, for SQL: `(3, 7)`. What else is on it is other
  /// programs', and holds back nothing of this one's.
  std::string endpoint_list = "()";
};

struct EndpointState {
  std::int64_t id = 0;
  std::string name{};
  std::size_t stream = 0;  ///< index into Catalog::streams
  std::size_t channel = 0;
  std::uint64_t cursor = 0;
  std::uint64_t claimed = 0;
  Ordinals done;
  std::optional<std::uint64_t> closed;  ///< ended by word: nothing above this ordinal is for it
  /// EndpointNo; -1: not this program's. That is one it does not declare, or declares for another
  /// channel or message than the store has it for, or one that has ended.
  int no = -1;
  bool dirty = false;

  /// The last ordinal that is for it.
  std::uint64_t end(const StreamState& of) const {
    return closed ? std::min(*closed, of.tail) : of.tail;
  }
  std::uint64_t depth(const StreamState& of) const {
    return end(of) > cursor ? end(of) - cursor - done.count() : 0;
  }
};

/// How far each endpoint's deliveries were handed out, and how far to claim ahead. Shared by
/// readers and the writer.
struct HandedOut {
  explicit HandedOut(std::size_t endpoints)
      : last(std::make_unique<std::atomic<std::uint64_t>[]>(endpoints)),
        ahead(std::make_unique<std::atomic<std::uint64_t>[]>(endpoints)) {}
  std::unique_ptr<std::atomic<std::uint64_t>[]> last;
  std::unique_ptr<std::atomic<std::uint64_t>[]> ahead;
};

/// The store's bookkeeping as the writer caches it. True while the write lock is held and nobody
/// else has written since it was read (PRAGMA data_version says); flush() writes what a group of
/// units changed, once. Not thread-safe: it belongs to whoever holds the writer's turn.
class Catalog {
 public:
  explicit Catalog(const Topology& topology, HandedOut& handed_out)
      : topology_(topology), handed_out_(handed_out) {}

  Result<void> read(Database& database);
  Result<void> flush(Database& database, std::int64_t own_node);

  /// nullptr: not registered.
  StreamState* stream(MessageNo message);
  EndpointState* endpoint(EndpointNo endpoint);
  ChannelState* channel(ChannelNo channel);
  EndpointState* find_endpoint(std::string_view name);

  std::vector<StreamState> streams;
  std::vector<ChannelState> channels;
  std::vector<EndpointState> endpoints;
  std::uint64_t position = 0;
  std::int64_t commits = 0;
  bool position_dirty = false;
  bool others = false;  ///< other processes serve channels of this store
  /// Declared, and not in the store as declared: see contracts.h.
  std::vector<EndpointNo> missing;
  bool revived = false;  ///< the store has an endpoint that this program retires

  const Topology& topology() const { return topology_; }

 private:
  Result<void> read_streams(Database& database);
  void place(EndpointState& endpoint);
  Result<void> read_endpoints(Database& database);

  const Topology& topology_;
  HandedOut& handed_out_;
  std::vector<int> stream_of_;    // by MessageNo; -1: none
  std::vector<int> endpoint_of_;  // by EndpointNo
  std::vector<int> channel_of_;   // by ChannelNo
};

/// The store's numbers of the topology's things: constant once registered, for readers. 0: not
/// registered.
struct Ids {
  std::vector<std::int64_t> streams;       ///< by MessageNo
  std::vector<std::int64_t> endpoints;     ///< by EndpointNo
  std::vector<std::int64_t> channels;      ///< by ChannelNo
  std::vector<std::string> endpoint_list;  ///< by ChannelNo: as ChannelState's
  /// By ChannelNo, for SQL: that a row is of one of these endpoints, in a version that it reads.
  std::vector<std::string> readable;
  std::unordered_map<std::int64_t, MessageNo> message_of_stream;
  std::unordered_map<std::int64_t, EndpointNo> endpoint_of;
};
Ids ids_of(Catalog& catalog);

}  // namespace flow::sqlite
