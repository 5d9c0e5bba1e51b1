#include "store/sqlite/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/sqlite/scope.h"

namespace flow::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A group closes when nobody has anything to add, or at these, whichever is first.
constexpr auto kGroupAgeMax = std::chrono::milliseconds(2);
constexpr std::size_t kGroupUnitsMax = 4096;
// For how long handlers' SQL commits one by one after one of them has undone a group.
constexpr std::chrono::seconds kCarefulFor{1};
// Transactions in a row that may be lost to the store before all of a group waits.
constexpr int kLostMax = 3;

// What the store cannot help, as against what a member of the group did.
bool is_of_store(const Error& error) {
  return error.category == Category::transient || error.category == Category::busy;
}

bool is_of_size(const Error& error) {
  return error.code == "disk_full" || error.code == "no_memory";
}

Error undone_by_neighbour() {
  return {Category::transient, std::string{kGroupUndone},
          "another handler's SQL rolled back the transaction that this one shared: nothing was "
          "written, it is handled again"};
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, const Topology& topology, HandedOut& handed_out,
               microseconds patience)
    : database_(std::move(database)),
      topology_(topology),
      patience_(patience),
      holder_file_(database_->path(), this_process()),
      catalog_(topology, handed_out),
      effects_(topology.channels.size()) {
  database_->when_waiting_long([this] { tell_waiting(); });
  thread_ = std::thread([this] { work(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  hurry();
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

bool Writer::withdraw(const CommitListener& listener, std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(queue_, [&](const Job& job) {
           return job.listener == &listener && job.token == token;
         }) != 0;
}

Result<void> Writer::perform(Task task, bool rewrites) {
  if (std::optional<Error> never = waits_for_itself()) return *never;
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

Result<std::unique_ptr<SqlScope>> Writer::open_sql(microseconds timeout, const SqlCaller& caller) {
  if (std::optional<Error> never = waits_for_itself()) return *never;
  const SteadyClock::time_point from = SteadyClock::now();
  Waiter waiter;
  waiter.holding = holding_of(caller);
  const std::stop_callback wake(caller.stop, [&] {
    const std::lock_guard lock(mutex_);
    waiter.wake.notify_one();
  });
  std::unique_lock lock(mutex_);
  if (holder_ == Holder::nobody && queue_.empty() && waiters_.empty() && !group_open_) {
    holder_ = Holder::scope;
    holding_ = waiter.holding;
  } else {
    const auto place = waiters_.insert(waiters_.end(), &waiter);
    wake_.notify_one();
    const auto until = from + timeout;
    while (!waiter.granted && !caller.stop.stop_requested() &&
           waiter.wake.wait_until(lock, until) != std::cv_status::timeout) {
    }
    if (!waiter.granted) {
      waiters_.erase(place);
      const std::chrono::duration<double> waited = SteadyClock::now() - from;
      return busy(
          "sql_busy",
          fmt::format("the store's write side was not free within {:.1f} s", waited.count()),
          holder_locked());
    }
  }
  lock.unlock();
  auto scope = std::make_unique<WriterScope>(*this, caller.repeatable);
  const auto left = timeout - std::chrono::duration_cast<microseconds>(SteadyClock::now() - from);
  if (Result<void> begun = scope->begin(waiter.holding, left, caller.stop); !begun)
    return begun.error();
  return std::unique_ptr<SqlScope>(std::move(scope));
}

bool Writer::held_by_thread() const {
  return holder_ == Holder::scope && holding_.thread == ::gettid();
}

std::optional<Error> Writer::waits_for_itself() const {
  {
    const std::lock_guard lock(mutex_);
    if (held_by_thread()) return waiting_for_itself(holding_);
  }
  // By another handle on the same file.
  const std::optional<Holding> here = holder_file_.held_here();
  return here ? std::optional{waiting_for_itself(*here)} : std::nullopt;
}

std::string Writer::holder() const {
  const std::lock_guard lock(mutex_);
  return holder_locked();
}

std::string Writer::holder_locked() const {
  if (holder_ == Holder::scope) return holding_.text();
  const std::optional<Holding> other = holder_file_.read();
  return other ? other->text() : "";
}

Error Writer::busy(std::string code, std::string what, const std::string& held_by) const {
  what += held_by.empty() ? ": another process writes to " + database_->path() +
                                " and does not say which: perhaps a program that is no flow service"
                          : ": " + held_by;
  return {Category::busy, std::move(code),
          what +
              "; slow work belongs before a handler's first statement, or into a unit of its "
              "own"};
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
  holding_ = waiters_.front()->holding;
  holding_.since = SteadyClock::now();
  waiters_.front()->granted = true;
  waiters_.front()->wake.notify_one();
  waiters_.pop_front();
  return true;
}

void Writer::pass_turn() {
  const bool due = group_is_due() || closing_ || !jobs_.empty();
  const bool open = open_ || !group_.empty() || !jobs_.empty();
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
    take_jobs();
    lock.unlock();
    if (closing_) commit_group();
    apply();
    const bool ends = closing_ || careful() || group_is_due();
    lock.lock();
    if (!ends && queue_.empty() && grant_next()) continue;
    lock.unlock();
    commit_group();
    lock.lock();
    group_open_ = !jobs_.empty();
    if (group_open_ || !queue_.empty() || !grant_next()) holder_ = Holder::nobody;
  }
}

void Writer::take_jobs() {
  if (jobs_.empty() && queue_.size() <= kGroupUnitsMax) return jobs_.swap(queue_);
  while (!queue_.empty() && jobs_.size() < kGroupUnitsMax) {
    jobs_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

void Writer::apply() {
  std::optional<Error> locked_out;
  while (!jobs_.empty()) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    if (lost_ >= kLostMax) singly_ = 0;  // it is not one of them
    const bool single = singly_ > 0;
    if (single) --singly_;
    if (job.failed) {
      Error error = std::move(*job.failed);
      group_.push_back({std::move(job), std::move(error)});
      continue;
    }
    if (!locked_out) {
      if (Result<void> begun = begin(patience_, {}); !begun) locked_out = begun.error();
    }
    if (locked_out) {  // waited for once, not for each
      group_.push_back({std::move(job), *locked_out});
    } else {
      apply_one(std::move(job));
    }
    if (single) commit_group();
  }
}

void Writer::tell_later(CommitListener& listener, std::uint64_t token, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(
        {.listener = &listener, .token = token, .failed = std::make_unique<Error>(error)});
  }
  wake_.notify_one();
}

void Writer::apply_one(Job job) {
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
  if (!result && !database_->in_transaction()) {
    // It is one full disk for all of them, or this one was too large: they are tried without it,
    // and what they meet then is their own.
    const Error error = result.error();
    if (++lost_ >= kLostMax) {
      fail_group(error);
    } else {
      redo_group(is_of_store(error) ? error : undone_by_neighbour());
    }
  }
  group_.push_back({std::move(job), std::move(result)});
}

void Writer::join(Member member, bool repeatable) {
  const bool applied = member.result.ok();
  group_.push_back(std::move(member));
  // What cannot be handled again must not be undone by who comes next.
  if (applied && (!repeatable || careful())) closing_ = true;
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
  if (done) {
    if (Result<void> released = database_->run("RELEASE flow_task"); !released) done = released;
  } else {
    node_ = node;
    database_->roll_back_to("flow_task");
  }
  if (rewrites && database_->in_transaction()) {
    if (Result<void> read = catalog_.read(*database_); done && !read) done = read;
  }
  return done;
}

Result<void> Writer::begin(microseconds wait_max, const std::stop_token& stop) {
  if (open_) return {};
  const SteadyClock::time_point from = SteadyClock::now();
  database_->limit_waits(wait_max, stop);
  Result<void> begun = database_->run("BEGIN IMMEDIATE");
  database_->unlimit_waits();
  if (!begun) {
    if (begun.error().category != Category::busy) return begun;
    const std::chrono::duration<double> waited = SteadyClock::now() - from;
    const std::optional<Holding> other = holder_file_.read();
    return busy("busy",
                fmt::format("the write lock of {} was not free within {:.1f} s", database_->path(),
                            waited.count()),
                other ? other->text() : "");
  }
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
  node_before_ = node_;
  return {};
}

void Writer::reset() {
  effects_ = Effects(topology_.channels.size());
  data_version_ = -1;
  node_ = node_before_;
  open_ = false;
}

void Writer::fail_group(const Error& error) {
  for (Member& member : group_) {
    if (!member.result) continue;
    member.result = error;
    if (member.sql && !is_of_store(error)) member.result.error().code = kOwnSqlFailed;
  }
  reset();
}

void Writer::redo_group(const Error& error) {
  std::vector<Member> settled;
  std::deque<Job> again;
  for (Member& member : group_) {
    if (member.result && !member.sql) {
      again.push_back(std::move(member.job));
      continue;
    }
    if (member.result) member.result = error;
    settled.push_back(std::move(member));
  }
  group_ = std::move(settled);
  jobs_.insert(jobs_.begin(), std::make_move_iterator(again.begin()),
               std::make_move_iterator(again.end()));
  reset();
  closing_ = true;
}

void Writer::undone_by_scope() {
  careful_until_ = SteadyClock::now() + kCarefulFor;
  redo_group(undone_by_neighbour());
}

bool Writer::careful() const {
  return careful_until_ != SteadyClock::time_point{} && SteadyClock::now() < careful_until_;
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
      commit_failed(done.error());
    } else {
      lost_ = 0;
    }
    open_ = false;
  }
  closing_ = false;
  std::vector<Member> told;
  told.swap(group_);
  Effects effects(topology_.channels.size());
  std::swap(effects, effects_);
  tell(told, effects, effects.foreign);
  group_ = std::move(told);  // its memory serves the next group
  group_.clear();
}

// What one member did (wrote more than there is room for, or broke a foreign key that another
// program put on the store's tables) is found by committing one by one. A disk that is full for all
// is everybody's.
void Writer::commit_failed(const Error& error) {
  const bool of_store = is_of_store(error);
  if (of_store) ++lost_;
  const bool of_one = !of_store || (lost_ < kLostMax && is_of_size(error));
  const auto applied = [](const Member& member) { return member.result.ok(); };
  if (!of_one || std::ranges::count_if(group_, applied) <= 1) return fail_group(error);
  const std::size_t before = jobs_.size();
  careful_until_ = SteadyClock::now() + kCarefulFor;
  redo_group(undone_by_neighbour());
  singly_ += jobs_.size() - before;
}

void Writer::tell(std::vector<Member>& told, const Effects& effects, bool committed) {
  for (Member& member : told) member.job.listener->committed(member.job.token, member.result);
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

void Writer::tell_waiting() {
  StoreListener* listener = listener_.load();
  if (listener == nullptr) return;
  const std::optional<Holding> other = holder_file_.read();
  listener->alarm(fmt::format("the store waits for the write lock of {}: {}", database_->path(),
                              other ? other->text() : "another process has it"));
}

void Writer::poke_others() {
  // Others watch the file's attributes: this is their notification, sent when there is something to
  // read.
  ::utimensat(AT_FDCWD, database_->path().c_str(), nullptr, 0);
}

}  // namespace flow::sqlite
