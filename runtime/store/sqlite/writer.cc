#include "store/sqlite/writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "store/sqlite/scope.h"

namespace flow::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A group closes when nobody has anything to add, or at these, whichever is first.
constexpr auto kGroupAgeMax = std::chrono::milliseconds(2);
constexpr std::size_t kGroupUnitsMax = 4096;

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, const Topology& topology, HandedOut& handed_out)
    : database_(std::move(database)),
      topology_(topology),
      catalog_(topology, handed_out),
      effects_(topology.channels.size()) {
  thread_ = std::thread([this] { work(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Writer::submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token) {
  if (unit.sql != nullptr) {
    // The scope holds the turn: its unit is applied here and now, behind its SQL.
    auto scope = std::unique_ptr<WriterScope>(static_cast<WriterScope*>(unit.sql.release()));
    scope->submit(unit, listener, token);
    return;
  }
  // Most units only consume: they need not be kept whole.
  Job job{.consumption = consumption_of(unit), .listener = &listener, .token = token};
  if (job.consumption.ordinal == 0) job.unit = std::make_unique<UnitOfWork>(std::move(unit));
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
    idle = holder_ == Holder::nobody && queue_.size() == 1;
  }
  if (idle) wake_.notify_one();
}

Result<void> Writer::perform(Task task, bool rewrites) {
  struct Waiting final : CommitListener {
    std::mutex mutex;
    std::condition_variable wake;
    std::optional<Result<Committed>> result;
    void committed(std::uint64_t, const Result<Committed>& told) noexcept override {
      const std::lock_guard lock(mutex);
      result = told;
      wake.notify_one();
    }
  } waiting;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({.listener = &waiting, .token = 0, .task = &task, .rewrites = rewrites});
  }
  wake_.notify_one();
  std::unique_lock lock(waiting.mutex);
  waiting.wake.wait(lock, [&] { return waiting.result.has_value(); });
  if (!*waiting.result) return waiting.result->error();
  return {};
}

Result<std::unique_ptr<SqlScope>> Writer::open_sql(microseconds timeout) {
  std::unique_lock lock(mutex_);
  if (holder_ == Holder::nobody && queue_.empty() && waiters_.empty() && !group_open_) {
    holder_ = Holder::scope;
  } else {
    Waiter waiter;
    const auto place = waiters_.insert(waiters_.end(), &waiter);
    wake_.notify_one();
    if (!waiter.wake.wait_for(lock, timeout, [&] { return waiter.granted; })) {
      waiters_.erase(place);
      return Error{Category::busy, "sql_busy",
                   "the store's write side was not free within " +
                       std::to_string(timeout.count() / 1000) +
                       " ms: a handler holds it between its statements; do slow work before the "
                       "first statement"};
    }
  }
  lock.unlock();
  auto scope = std::make_unique<WriterScope>(*this);
  if (Result<void> begun = scope->begin(); !begun) return begun.error();
  return std::unique_ptr<SqlScope>(std::move(scope));
}

Ids Writer::ids() {
  Ids ids;
  (void)perform(
      [&](Transaction& transaction) -> Result<void> {
        ids = ids_of(transaction.catalog);
        return {};
      },
      false);
  return ids;
}

bool Writer::group_is_due() const {
  return open_ && (group_.size() >= kGroupUnitsMax || SteadyClock::now() - opened_ >= kGroupAgeMax);
}

bool Writer::grant_next() {
  if (waiters_.empty()) return false;
  holder_ = Holder::scope;
  waiters_.front()->granted = true;
  waiters_.front()->wake.notify_one();
  waiters_.pop_front();
  return true;
}

void Writer::pass_turn() {
  const bool due = group_is_due();
  const bool open = open_ || !group_.empty();
  {
    const std::lock_guard lock(mutex_);
    group_open_ = open;
    // What was submitted before the next asked comes first: a thread's units are applied in its
    // order.
    if (!due && queue_.empty() && grant_next()) return;
    holder_ = Holder::nobody;
  }
  wake_.notify_one();
}

void Writer::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] {
      return holder_ == Holder::nobody &&
             (!queue_.empty() || !waiters_.empty() || group_open_ || stop_);
    });
    if (stop_ && queue_.empty() && waiters_.empty() && !group_open_) return;
    holder_ = Holder::committer;
    std::deque<Job> jobs;
    if (queue_.size() <= kGroupUnitsMax) {
      jobs.swap(queue_);
    } else {
      for (std::size_t i = 0; i < kGroupUnitsMax; ++i) {
        jobs.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    lock.unlock();
    apply(jobs);
    jobs.clear();
    lock.lock();
    if (!group_is_due() && queue_.empty() && grant_next()) continue;
    lock.unlock();
    commit_group();
    lock.lock();
    group_open_ = false;
    if (!queue_.empty() || !grant_next()) holder_ = Holder::nobody;
  }
}

void Writer::apply(std::deque<Job>& jobs) {
  std::optional<Error> locked_out;
  for (Job& job : jobs) {
    if (job.failed) {
      group_.push_back({job.listener, job.token, *job.failed});
      continue;
    }
    if (!locked_out) {
      if (Result<void> begun = begin(); !begun) locked_out = begun.error();
    }
    if (locked_out) {  // waited for once, not for each
      group_.push_back({job.listener, job.token, *locked_out});
    } else {
      apply_one(job);
    }
  }
}

void Writer::tell_later(CommitListener& listener, std::uint64_t token, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({.listener = &listener, .token = token, .failed = error});
  }
  wake_.notify_one();
}

void Writer::apply_one(Job& job) {
  Transaction transaction{*database_, catalog_, effects_, node_};
  Result<Committed> result = Committed{};
  if (job.task != nullptr) {
    if (Result<void> done = run_task(*job.task, job.rewrites); !done) result = done.error();
  } else if (job.unit == nullptr) {
    if (Result<void> done = apply_consumption(transaction, job.consumption); !done)
      result = done.error();
  } else {
    result = apply_unit(transaction, *job.unit);
  }
  const bool failed = !result.ok();
  const Error error = failed ? result.error() : Error{};
  group_.push_back({job.listener, job.token, std::move(result)});
  if (failed) note_failure(error);
}

Result<void> Writer::run_task(Task& task, bool rewrites) {
  const std::int64_t node = node_;
  Transaction transaction{*database_, catalog_, effects_, node_};
  if (rewrites) {
    if (Result<void> flushed = catalog_.flush(*database_, node_); !flushed) return flushed;
  }
  if (Result<void> saved = database_->run("SAVEPOINT flow_task"); !saved) return saved;
  Result<void> done = task(transaction);
  if (!database_->in_transaction())
    return done ? Error{Category::transient, "io", "the transaction was lost"} : done;
  if (!done) {
    node_ = node;
    (void)database_->run("ROLLBACK TO flow_task");
  }
  Result<void> released = database_->run("RELEASE flow_task");
  if (done && !released) done = released;
  if (rewrites) {
    if (Result<void> read = catalog_.read(*database_); done && !read) done = read;
  }
  return done;
}

Result<void> Writer::begin() {
  if (open_) return {};
  if (Result<void> begun = database_->run("BEGIN IMMEDIATE"); !begun) return begun;
  const Result<std::int64_t> version = database_->scalar("PRAGMA data_version");
  Result<void> current;
  if (!version) {
    current = version.error();
  } else if (*version != data_version_) {
    // Someone else has written since: what was cached of the bookkeeping may be old.
    current = catalog_.read(*database_);
    if (current) {
      const Result<std::int64_t> others =
          database_->scalar("SELECT EXISTS(SELECT 1 FROM flow_node WHERE id <> ?)", node_);
      if (others) catalog_.others = *others != 0;
      data_version_ = *version;
    }
  }
  if (!current) {
    data_version_ = -1;
    if (database_->in_transaction()) (void)database_->run("ROLLBACK");
    return current;
  }
  open_ = true;
  opened_ = SteadyClock::now();
  return {};
}

void Writer::note_failure(const Error& error) {
  if (open_ && !database_->in_transaction()) fail_group(error);
}

void Writer::fail_group(const Error& error) {
  // SQLite undid the whole transaction: nothing of this group was written, and all may be tried
  // again.
  Error told = error;
  if (told.category == Category::fenced) told.category = Category::transient;
  for (Pending& pending : group_) {
    if (pending.result) pending.result = told;
  }
  effects_ = Effects(topology_.channels.size());
  data_version_ = -1;
  open_ = false;
}

void Writer::commit_group() {
  if (open_) {
    const bool foreign = effects_.foreign;
    if (foreign) {
      ++catalog_.commits;
      catalog_.position_dirty = true;
      own_commits_.fetch_add(1);
    }
    Result<void> done = catalog_.flush(*database_, node_);
    if (done) done = database_->run("COMMIT");
    if (!done) {
      if (database_->in_transaction()) (void)database_->run("ROLLBACK");
      if (foreign) own_commits_.fetch_sub(1);
      fail_group(done.error());
    }
    open_ = false;
  }
  std::vector<Pending> told;
  told.swap(group_);
  Effects effects(topology_.channels.size());
  std::swap(effects, effects_);
  tell(told, effects, effects.foreign);
  group_ = std::move(told);  // its memory serves the next group
  group_.clear();
}

void Writer::tell(std::vector<Pending>& told, const Effects& effects, bool committed) {
  for (Pending& pending : told) pending.listener->committed(pending.token, pending.result);
  if (!committed) return;
  StoreListener* listener = listener_.load();
  if (listener != nullptr) {
    for (std::size_t i = 0; i < effects.wake.size(); ++i) {
      if (effects.wake[i]) listener->wake(static_cast<ChannelNo>(i));
    }
    if (effects.timer && effects.timer->time_since_epoch().count() < timer_.load())
      listener->wake_timer();
  }
  if (catalog_.others) poke_others();
}

void Writer::poke_others() {
  // Others watch the file's attributes: this is their notification, sent when there is something to
  // read.
  ::utimensat(AT_FDCWD, database_->path().c_str(), nullptr, 0);
}

}  // namespace flow::sqlite
