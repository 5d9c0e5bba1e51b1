#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/store.h"
#include "flow/clock.h"
#include "store/sqlite/catalog.h"
#include "store/sqlite/database.h"
#include "store/sqlite/holder.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

class WriterScope;

/// The write side: one connection, one transaction at a time, which gathers the units of many (a
/// group) and pays for one fsync. Who may use the connection holds the *turn*: the committer
/// thread, which applies what was submitted and commits, or a handler that runs its own SQL. Turns
/// are granted in the order of asking.
///
/// A handler's SQL can end the transaction that it shares (`INSERT OR ROLLBACK`, a trigger's
/// `RAISE(ROLLBACK)`, a full disk). So a group is kept until its COMMIT: what has no SQL is applied
/// again by the committer, and what has is told kGroupUndone. For a second from then on, each
/// handler's SQL commits alone: one that keeps doing so hits nobody else.
class Writer {
 public:
  /// `patience`: the longest that the write side is waited for.
  Writer(std::unique_ptr<Database> database, const Topology& topology, HandedOut& handed_out,
         const Clock& clock, microseconds patience);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void listen(StoreListener* listener) { listener_.store(listener); }
  void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token);
  void submit_all(std::vector<Submission>& units, CommitListener& listener);
  bool withdraw(const CommitListener& listener, std::uint64_t token);
  /// Runs `task` in the next group and returns when that is durable. An error leaves nothing of it.
  /// `rewrites`: it changes the bookkeeping's tables by itself, so the catalog is flushed before
  /// and read after.
  using Task = std::function<Result<void>(Transaction&)>;
  Result<void> perform(Task task, bool rewrites);
  Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout, const SqlCaller& caller);
  std::optional<Error> waits_for_itself() const;
  /// Who holds it, here or in another process, for people; empty: nobody that says so.
  std::string holder() const;
  microseconds patience() const { return patience_; }
  /// From now on, what another process holds is waited for briefly.
  void hurry() noexcept { database_->hurry(); }

  /// When the next delayed message is due, as far as known: StoreListener::wake_timer is for
  /// earlier ones.
  void set_timer(std::optional<Timestamp> due) {
    timer_ = due.value_or(Timestamp::max()).time_since_epoch().count();
  }
  /// Commits of ours that other processes may have to read; counted before they are durable.
  std::int64_t own_commits() const { return own_commits_.load(); }

 private:
  friend class WriterScope;
  enum class Holder { nobody, committer, scope };
  struct Job {
    std::unique_ptr<UnitOfWork> unit{};
    Consumption consumption{};  ///< instead of a unit
    CommitListener* listener = nullptr;
    std::uint64_t token = 0;
    Task* task = nullptr;
    bool rewrites = false;
    std::unique_ptr<Error> failed{};  ///< only to be told
  };
  /// Of the open group, kept until its COMMIT.
  struct Member {
    Job job;
    Result<Committed> result;
    bool sql = false;  ///< its SQL ran in the transaction: only its handler can repeat it
  };
  struct Waiter {
    Holding holding;
    bool granted = false;
    std::condition_variable wake;
  };

  // Of the committer thread.
  void work();
  void take_jobs();  // under mutex_
  void apply();
  void commit_group();
  Result<void> commit();
  void commit_failed(const Error& error);
  void tell(std::vector<Member>& told, const Effects& effects, bool committed);
  static Job job_of(UnitOfWork&& unit, CommitListener& listener, std::uint64_t token);
  void poke_others();
  void tell_waiting();

  // Of whoever holds the turn.
  Result<void> begin(microseconds wait_max, const std::stop_token& stop);
  void apply_one(Job job);
  Result<void> run_task(Task& task, bool rewrites);
  /// A scope's unit is in the group, or has failed and is to be told so.
  void join(Member member, bool repeatable);
  /// The transaction is gone, or never was: what is the turn's is as it was before it.
  void reset();
  /// All of the group may be tried again later, for the store's own reasons.
  void fail_group(const Error& error);
  /// A scope's SQL has ended the transaction.
  void undone_by_scope();
  /// Puts what has no SQL before what is to be applied, and tells the rest `error`.
  void redo_group(const Error& error);
  bool careful() const;
  void pass_turn();

  /// A unit that failed without the turn.
  void tell_later(CommitListener& listener, std::uint64_t token, const Error& error);
  bool group_is_due() const;
  bool grant_next();            // under mutex_
  bool held_by_thread() const;  // under mutex_
  std::string holder_locked() const;

  std::unique_ptr<Database> database_;
  const Topology& topology_;
  const Clock& clock_;
  const microseconds patience_;
  HolderFile holder_file_;
  std::atomic<StoreListener*> listener_{nullptr};
  std::atomic<std::int64_t> own_commits_{0};
  std::atomic<std::int64_t> timer_{Timestamp::max().time_since_epoch().count()};

  // The turn's.
  Catalog catalog_;
  Effects effects_;
  std::int64_t node_ = 0;
  std::int64_t node_before_ = 0;  // as the transaction found it
  std::int64_t data_version_ = -1;
  bool open_ = false;     // a transaction is, with a group
  bool closing_ = false;  // it commits before anything else joins it
  std::chrono::steady_clock::time_point opened_;
  SteadyTime held_from_{};  // the same by the store's clock
  std::chrono::steady_clock::time_point careful_until_{};
  std::vector<Member> group_;
  std::vector<Commitment> ended_;  // of tell(), for its memory
  std::deque<Job> jobs_;           // to be applied before what is in queue_
  std::size_t singly_ = 0;         // of jobs_: to commit one by one, from the front
  int lost_ = 0;                   // transactions in a row that the store has lost

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::list<Waiter*> waiters_;
  Holder holder_ = Holder::nobody;
  Holding holding_;          // when holder_ is a scope
  bool group_open_ = false;  // the committer has something to do, for those without the turn
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace flow::sqlite
