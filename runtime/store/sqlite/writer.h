#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/store.h"
#include "flow/clock.h"
#include "store/sqlite/catalog.h"
#include "store/sqlite/database.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

class WriterScope;

/// The write side: one connection, one transaction at a time, which gathers the units of many (a
/// group) and pays for one fsync. Who may use the connection holds the *turn*: the committer
/// thread, which applies what was submitted and commits, or a handler that runs its own SQL. Turns
/// are granted in the order of asking.
class Writer {
 public:
  Writer(std::unique_ptr<Database> database, const Topology& topology, HandedOut& handed_out);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void listen(StoreListener* listener) { listener_.store(listener); }
  void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token);
  /// Runs `task` in the next group and returns when that is durable. An error leaves nothing of it.
  /// `rewrites`: it changes the bookkeeping's tables by itself, so the catalog is flushed before
  /// and read after.
  using Task = std::function<Result<void>(Transaction&)>;
  Result<void> perform(Task task, bool rewrites);
  Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout);

  /// When the next delayed message is due, as far as known: StoreListener::wake_timer is for
  /// earlier ones.
  void set_timer(std::optional<Timestamp> due) {
    timer_ = due.value_or(Timestamp::max()).time_since_epoch().count();
  }
  /// Commits of ours that other processes may have to read; counted before they are durable.
  std::int64_t own_commits() const { return own_commits_.load(); }
  Ids ids();

 private:
  friend class WriterScope;
  enum class Holder { nobody, committer, scope };
  struct Pending {
    CommitListener* listener;
    std::uint64_t token;
    Result<Committed> result;
  };
  struct Job {
    std::unique_ptr<UnitOfWork> unit{};
    Consumption consumption{};  ///< instead of a unit
    CommitListener* listener = nullptr;
    std::uint64_t token = 0;
    Task* task = nullptr;
    bool rewrites = false;
    std::optional<Error> failed{};  ///< only to be told
  };
  struct Waiter {
    bool granted = false;
    std::condition_variable wake;
  };

  // Of the committer thread.
  void work();
  void apply(std::deque<Job>& jobs);
  void commit_group();
  void tell(std::vector<Pending>& told, const Effects& effects, bool committed);
  void poke_others();

  // Of whoever holds the turn.
  Result<void> begin();
  void apply_one(Job& job);
  Result<void> run_task(Task& task, bool rewrites);
  void fail_group(const Error& error);
  /// After a failed statement: the transaction may be gone with it, and the group then too.
  void note_failure(const Error& error);
  void pass_turn();

  /// A unit that failed without the turn.
  void tell_later(CommitListener& listener, std::uint64_t token, const Error& error);
  bool group_is_due() const;
  bool grant_next();  // under mutex_

  std::unique_ptr<Database> database_;
  const Topology& topology_;
  std::atomic<StoreListener*> listener_{nullptr};
  std::atomic<std::int64_t> own_commits_{0};
  std::atomic<std::int64_t> timer_{Timestamp::max().time_since_epoch().count()};

  // The turn's.
  Catalog catalog_;
  Effects effects_;
  std::int64_t node_ = 0;
  std::int64_t data_version_ = -1;
  bool open_ = false;  // a transaction is, with a group
  std::chrono::steady_clock::time_point opened_;
  std::vector<Pending> group_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::list<Waiter*> waiters_;
  Holder holder_ = Holder::nobody;
  bool group_open_ = false;  // open_, for those without the turn
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace flow::sqlite
