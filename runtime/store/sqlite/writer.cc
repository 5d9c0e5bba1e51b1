#include "store/sqlite/writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "store/sqlite/scope.h"

namespace flow::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A group closes when nobody has anything to add, or at these, whichever is first.
constexpr auto kGroupAgeMax = std::chrono::milliseconds(2);
constexpr std::size_t kGroupUnitsMax = 4096;
}  // namespace

Writer::Writer(std::unique_ptr<Database> database, const Topology& topology, HandedOut& handed_out,
               const Clock& clock, microseconds patience)
    : database_(std::move(database)),
      topology_(topology),
      clock_(clock),
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
  Job job = job_of(std::move(unit), listener, token);
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
    idle = holder_ == Holder::nobody && queue_.size() == 1;
  }
  if (idle) wake_.notify_one();
}

Writer::Job Writer::job_of(UnitOfWork&& unit, CommitListener& listener, std::uint64_t token) {
  // Most units only consume: they need not be kept whole.
  Job job{.consumption = consumption_of(unit), .listener = &listener, .token = token};
  if (job.consumption.ordinal == 0) job.unit = std::make_unique<UnitOfWork>(std::move(unit));
  return job;
}

void Writer::submit_all(std::vector<Submission>& units, CommitListener& listener) {
  bool idle = false;
  std::unique_lock lock(mutex_);
  for (Submission& one : units) {
    if (one.unit.sql != nullptr) {
      lock.unlock();
      submit(std::move(one.unit), listener, one.token);
      lock.lock();
      continue;
    }
    queue_.push_back(job_of(std::move(one.unit), listener, one.token));
    idle = idle || (holder_ == Holder::nobody && queue_.size() == 1);
  }
  lock.unlock();
  units.clear();
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
      return not_free(
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

void Writer::tell_later(CommitListener& listener, std::uint64_t token, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(
        {.listener = &listener, .token = token, .failed = std::make_unique<Error>(error)});
  }
  wake_.notify_one();
}

void Writer::tell_waiting() {
  StoreListener* listener = listener_.load();
  if (listener == nullptr) return;
  const std::optional<Holding> other = holder_file_.read();
  listener->alarm(fmt::format("the store waits for the write lock of {}: {}", database_->path(),
                              other ? other->text() : "another process has it"));
}

}  // namespace flow::sqlite
