#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/delivery.h"

namespace flow {

/// What serving a channel asks of a store: who owns it, and what there is to handle. Asked by the
/// channel's runner. Thread-safe.
class ServingStore {
 public:
  virtual ~ServingStore() = default;

  // ---- ownership: a channel is served by one process at a time
  /// True: this process owns it now. What the last owner had begun and not finished, when it did
  /// not release, has become rows (attempts 0, due now), so that each is tried alone with its
  /// attempt recorded first. On an ordered channel, those behind the first of their key wait. What
  /// was handed out before a release and not done is handed out again by load. True as well when
  /// this process owned it already.
  virtual Result<bool> claim(ChannelNo channel) = 0;
  virtual void release(ChannelNo channel) = 0;
  /// Of an owned channel of which nothing runs: what was handed out and not done is handed out
  /// again.
  virtual Result<void> rewind(ChannelNo) { return {}; }

  // ---- reading, by the owner. What load returns is durably marked as begun: a crash from here on
  // is seen.
  /// Appends at most `max` deliveries that follow those loaded before, merged by position. Fewer
  /// than `max` does not mean that there is no more; none does. `fenced` when the channel is not
  /// owned.
  virtual Result<void> load(ChannelNo channel, std::size_t max, std::vector<Delivery>& out) = 0;
  /// Appends at most `max` rows that are due, oldest due first, those loaded before included.
  virtual Result<void> load_rows(ChannelNo channel, Timestamp now, std::size_t max,
                                 std::vector<Delivery>& out) = 0;
  virtual Result<std::optional<Timestamp>> next_due(ChannelNo channel) = 0;
};

}  // namespace flow
