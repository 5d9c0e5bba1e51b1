#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/unit_of_work.h"

namespace flow {

class CommitListener {
 public:
  virtual ~CommitListener() = default;
  /// After the unit is durable or has failed whole. From the store's thread, or (memory) from
  /// within submit(): so submit without holding a lock that this takes. Must be quick and must not
  /// call the store. Errors: `fenced` (`lease_lost`: the channel is another's; `already_done`: the
  /// delivery was consumed before): drop the work. `transient` and `busy`: nothing was written,
  /// submit again (a unit that had SQL: handle again).
  virtual void committed(std::uint64_t token, const Result<Committed>& result) noexcept = 0;
  /// The same of several units that ended together, in their order.
  virtual void committed_all(std::span<const Commitment> ended) noexcept {
    for (const Commitment& one : ended) committed(one.token, one.result);
  }
};

/// What writing asks of a store: units of work, and SQL inside them. Asked by runners and the bus.
/// Thread-safe.
class WritingStore {
 public:
  virtual ~WritingStore() = default;

  /// Opens the write side for a handler's SQL; waits for its turn at most `timeout`, then `busy`. A
  /// store without SQL: `bug`, `no_sql`.
  virtual Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout) = 0;
  /// True: it reads UnitOfWork::ranges.
  virtual bool takes_ranges() const { return false; }
  /// Commits, in a group with others; units submitted by one thread are applied in order. The
  /// listener is told exactly once.
  virtual void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token) = 0;
  /// The same of several units, in their order; each commits or fails for itself. `units` is left
  /// empty.
  virtual void submit_all(std::vector<Submission>& units, CommitListener& listener) {
    for (Submission& one : units) submit(std::move(one.unit), listener, one.token);
    units.clear();
  }
};

}  // namespace flow
