#include "store/sqlite/scope.h"

#include "flow/handling.h"

namespace flow::sqlite {

WriterScope::~WriterScope() {
  const std::lock_guard lock(mutex_);
  if (active_) roll_back_and_pass();
}

Result<void> WriterScope::begin() {
  const std::lock_guard lock(mutex_);
  active_ = true;
  Result<void> begun = writer_.begin();
  if (begun) begun = writer_.database_->run("SAVEPOINT flow_scope");
  if (!begun) {
    writer_.note_failure(begun.error());
    pass();
  }
  return begun;
}

Error WriterScope::gone() const {
  if (revoked_.load()) {
    return {Category::fenced, "fenced",
            "the handling ran past its timeout: its unit of work can no longer commit"};
  }
  if (lost_) return why_lost_;
  return {Category::bug, "sql_closed",
          "this unit of work has ended: its SQL cannot be used any more"};
}

void WriterScope::run(std::string_view statement, std::span<const SqlValue> values,
                      std::vector<SqlRow>* rows, std::int64_t* changed) {
  const std::lock_guard lock(mutex_);
  if (revoked_.load() || !active_ || lost_) throw SqlError(gone());
  Result<std::int64_t> done = writer_.database_->run_user(statement, values, rows, revoked_);
  if (!done) {
    if (!writer_.database_->in_transaction()) {
      // SQLite undid all of it (a full disk, an interrupted write): siblings of the group are tried
      // again.
      lost_ = true;
      why_lost_ = done.error();
      writer_.note_failure(done.error());
    }
    throw SqlError(revoked_.load() ? gone() : done.error());
  }
  if (changed != nullptr) *changed = *done;
}

void WriterScope::submit(UnitOfWork& unit, CommitListener& listener, std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  Result<Committed> result = Committed{};
  if (!active_ || lost_ || revoked_.load()) {
    result = gone();
  } else {
    Transaction transaction{*writer_.database_, writer_.catalog_, writer_.effects_, writer_.node_};
    if (writer_.database_->has_deferred_violations()) {
      // At COMMIT it would fail the whole group.
      result = Error{Category::bug, "constraint",
                     "FOREIGN KEY constraint failed (deferred) in the handler's SQL"};
    } else {
      result = apply_unit(transaction, unit);
    }
    if (result) {
      if (Result<void> released = writer_.database_->run("RELEASE flow_scope"); !released)
        result = released.error();
    } else if (writer_.database_->in_transaction()) {
      (void)writer_.database_->run("ROLLBACK TO flow_scope");
      (void)writer_.database_->run("RELEASE flow_scope");
    }
  }
  const bool failed = !result.ok();
  const Error error = failed ? result.error() : Error{};
  if (!active_) {  // revoked: the turn is another's, so the queue tells it
    writer_.tell_later(listener, token, error);
    return;
  }
  writer_.group_.push_back({&listener, token, std::move(result)});
  if (failed) writer_.note_failure(error);
  pass();
}

void WriterScope::revoke() noexcept {
  if (revoked_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  if (active_) roll_back_and_pass();
}

void WriterScope::roll_back_and_pass() {
  if (!lost_ && writer_.database_->in_transaction()) {
    (void)writer_.database_->run("ROLLBACK TO flow_scope");
    (void)writer_.database_->run("RELEASE flow_scope");
  }
  pass();
}

void WriterScope::pass() {
  active_ = false;
  writer_.pass_turn();
}

}  // namespace flow::sqlite
