#pragma once

#include <cstdint>
#include <string>

#include "engine/store_operating.h"
#include "engine/store_serving.h"
#include "engine/store_upkeep.h"
#include "engine/store_writing.h"

/// A store is what five askers ask of it, each by an interface of its own: who opens it (here),
/// runners (store_serving.h), runners and the bus (store_writing.h), the keeper (store_upkeep.h),
/// operators (store_operating.h). Every store passes tests/runtime/store_conformance.
///
/// Logical copies, physical log: a message is appended once, to the log of its type (its *stream*).
/// A place in a stream is an *ordinal* (dense, from 1); a place over all streams is a *position*
/// (rising, not dense), by which a channel merges the streams its endpoints read. Each endpoint has
/// a cursor: all ordinals at or below it are done. What is done above the cursor is the inbox,
/// written in the same unit of work and pruned as the cursor moves. Only what is out of line has a
/// *row* of its own: a delivery that failed, waits behind its key, or was running when its process
/// died.
namespace flow {

/// Told when there may be something to read. From any thread; quick; must not call the store.
class StoreListener {
 public:
  virtual ~StoreListener() = default;
  virtual void wake(ChannelNo channel) noexcept = 0;
  virtual void wake_all() noexcept = 0;    ///< another process wrote
  virtual void wake_timer() noexcept = 0;  ///< an earlier delayed message than known
  virtual void alarm(const std::string& text) noexcept = 0;
  /// A program that handles what this one cannot waits for a channel that this process owns, or its
  /// endpoints have changed: let what runs end, release it, and claim it again for the next turn.
  virtual void asked_for(ChannelNo) noexcept {}
};

/// The schema's version, as opening found it (0: there was none) and as it is now. 0, 0: no schema.
struct StoreVersion {
  std::int64_t found = 0;
  std::int64_t now = 0;
};

/// Thread-safe, all of it.
class Store : public ServingStore, public WritingStore, public UpkeepStore, public OperatingStore {
 public:
  virtual StoreVersion version() const { return {}; }

  // ---- set-up. Opening has created the tables of an empty store, or migrated an older one.
  /// Records streams and endpoints. A new endpoint begins at its stream's end; on a stream that is
  /// new too, at its beginning. What this program does not know stays as it is; what it retires
  /// (Topology::retired) is dead-lettered and forgotten, the first 20,000 deliveries now and more
  /// by trim().
  virtual Result<void> register_topology() = 0;
  virtual void listen(StoreListener* listener) = 0;  ///< before the first claim; nullptr: none
};

}  // namespace flow
