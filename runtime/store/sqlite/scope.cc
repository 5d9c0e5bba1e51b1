#include "store/sqlite/scope.h"

#include <utility>

#include "flow/handling.h"

namespace flow::sqlite {

WriterScope::~WriterScope() {
  const std::lock_guard lock(mutex_);
  if (!active_) return;
  roll_back();
  pass();
}

Result<void> WriterScope::begin(const Holding& holding, microseconds wait_max,
                                const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  active_ = true;
  Result<void> begun = writer_.begin(wait_max, stop);
  if (begun) {
    writer_.holder_file_.write(holding);
    begun = writer_.database_->run("SAVEPOINT flow_scope");
    if (!begun && !writer_.database_->in_transaction()) writer_.undone_by_scope();
  }
  if (!begun) pass();
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

void WriterScope::run_as(Database::Use use, std::string_view statement,
                         std::span<const SqlValue> values, std::vector<SqlRow>* rows,
                         std::int64_t* changed) {
  const std::lock_guard lock(mutex_);
  if (revoked_.load() || !active_) throw SqlError(gone());
  const Result<std::int64_t> done =
      writer_.database_->run_user(statement, values, rows, revoked_, use);
  if (!done) {
    if (!writer_.database_->in_transaction()) lose(done.error());
    throw SqlError(revoked_.load() ? gone() : done.error());
  }
  if (changed != nullptr) *changed = *done;
}

void WriterScope::submit(UnitOfWork& unit, CommitListener& listener, std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  if (!active_) {  // the turn is another's, so the queue tells it
    writer_.tell_later(listener, token, gone());
    return;
  }
  Result<Committed> result = revoked_.load() ? Result<Committed>{gone()} : apply(unit);
  if (!result) roll_back();
  Writer::Member member{{.listener = &listener, .token = token}, std::move(result), /*sql=*/true};
  writer_.join(std::move(member), repeatable_);
  pass();
}

Result<Committed> WriterScope::apply(UnitOfWork& unit) {
  Database& database = *writer_.database_;
  if (database.has_deferred_violations()) {
    // At COMMIT it would fail the whole group.
    return Error{Category::bug, std::string{kOwnSqlFailed},
                 "FOREIGN KEY constraint failed (deferred) in the handler's SQL"};
  }
  Transaction transaction{database, writer_.catalog_, writer_.effects_, writer_.node_};
  Result<Committed> result = apply_unit(transaction, unit);
  if (result) {
    if (Result<void> released = database.run("RELEASE flow_scope"); !released)
      return released.error();
  }
  return result;
}

void WriterScope::revoke() noexcept {
  if (revoked_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  if (!active_) return;
  roll_back();
  pass();
}

// Its own part of the transaction; where that cannot be, or is gone already, the whole.
void WriterScope::roll_back() {
  writer_.database_->roll_back_to("flow_scope");
  if (!writer_.database_->in_transaction()) writer_.undone_by_scope();
}

// Its statement ended the transaction that it shares with others, who go on without it: at once,
// however long its handler will run.
void WriterScope::lose(const Error& why) {
  lost_ = true;
  why_lost_ = why;
  why_lost_.text += " (this rolled back the handler's whole unit of work)";
  if (why.category == Category::bug) why_lost_.code = kOwnSqlFailed;
  writer_.undone_by_scope();
  pass();
}

void WriterScope::pass() {
  active_ = false;
  writer_.holder_file_.clear();
  writer_.pass_turn();
}

}  // namespace flow::sqlite
