#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/unit_of_work.h"

namespace flow {

/// Code of a unit with SQL that was fine, but whose transaction a neighbour's SQL undid: to be
/// handled again at once, without an attempt being counted.
inline constexpr std::string_view kGroupUndone = "group_undone";
/// Code of a unit that cannot commit for what its own SQL did: its handler's fault.
inline constexpr std::string_view kOwnSqlFailed = "own_sql_failed";
/// Code of a wait of a handling on itself.
inline constexpr std::string_view kWaitsForItself = "waits_for_itself";

/// Who asks for the write side. It is named to those who wait for it.
struct SqlCaller {
  std::string_view channel{};  ///< empty: a call of the bus
  std::string_view handler{};  ///< its endpoint's id
  /// It can be handled again, so that it may share its transaction with what comes after it.
  bool repeatable = false;
  std::stop_token stop{};  ///< ends the wait for the write side
};

class CommitListener {
 public:
  virtual ~CommitListener() = default;
  /// After the unit is durable or has failed whole. From the store's thread, or (memory) from
  /// within submit(): so submit without holding a lock that this takes. Must be quick and must not
  /// call the store. Errors: `fenced` (`lease_lost`: the channel is another's; `already_done`: the
  /// delivery was consumed before): drop the work. `transient` and `busy`: nothing was written,
  /// submit again after a while (a unit that had SQL: handle again; kGroupUndone: at once).
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

  /// Opens the write side for a handler's SQL; waits for its turn at most `timeout`, then `busy`,
  /// which names who holds it. `bug`, `waits_for_itself`: this thread does. A store without SQL:
  /// `bug`, `no_sql`.
  virtual Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout,
                                                     const SqlCaller& caller) = 0;
  Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout) { return open_sql(timeout, {}); }
  /// SQL that only reads what is committed, one snapshot from its first statement to its end. Waits
  /// for no writer.
  virtual Result<std::unique_ptr<Sql>> open_reading() = 0;
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
  /// Takes back a unit that waits for the write side still. True: it is dropped, and its listener
  /// will not be told.
  virtual bool withdraw(const CommitListener&, std::uint64_t /*token*/) { return false; }

  /// Why a wait of this thread for a commit could never end: it holds the write side itself.
  virtual std::optional<Error> waits_for_itself() const { return std::nullopt; }
  /// Who holds the write side and for how long, for people; empty: nobody.
  virtual std::string writer_now() const { return {}; }
  /// The longest that the write side is waited for: as long as a handler may hold it.
  virtual microseconds patience() const { return microseconds{30'000'000}; }
  /// The process is about to end: what other processes hold is waited for briefly from now on.
  virtual void hurry() noexcept {}
};

}  // namespace flow
