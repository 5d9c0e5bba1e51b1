// A group's transaction: what is applied to it, its COMMIT, and what is done when it is lost.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/sqlite/ownership.h"
#include "store/sqlite/writer.h"

namespace flow::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A transaction that was open for so long has kept the keeper from renewing our leases.
constexpr std::chrono::seconds kLongHold{1};
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
      if (Result<void> begun = begin(microseconds::max(), {}); !begun) locked_out = begun.error();
    }
    if (locked_out) {  // waited for once, not for each
      group_.push_back({std::move(job), *locked_out});
    } else {
      apply_one(std::move(job));
    }
    if (single) commit_group();
  }
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
    return not_free("busy",
                    fmt::format("the write lock of {} was not free within {:.1f} s",
                                database_->path(), waited.count()),
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
  held_from_ = clock_.steady();
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

Result<void> Writer::commit() {
  if (clock_.steady() - held_from_ >= kLongHold) {
    Transaction transaction{*database_, catalog_, effects_, node_};
    if (Result<void> ours = prolong(transaction, clock_.both()); !ours) return ours;
  }
  if (Result<void> flushed = catalog_.flush(*database_, node_); !flushed) return flushed;
  return database_->run("COMMIT");
}

void Writer::commit_group() {
  if (open_) {
    const bool foreign = effects_.foreign;
    if (foreign) {
      ++catalog_.commits;
      catalog_.position_dirty = true;
      own_commits_.fetch_add(1);
    }
    const Result<void> done = commit();
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
  // A listener hears of what it submitted in a row at once: one lock and one wake-up for many.
  for (auto member = told.begin(); member != told.end();) {
    CommitListener* const listener = member->job.listener;
    ended_.clear();
    for (; member != told.end() && member->job.listener == listener; ++member) {
      ended_.push_back({member->job.token, std::move(member->result)});
    }
    listener->committed_all(ended_);
  }
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
