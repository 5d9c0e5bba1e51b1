#pragma once

#include <atomic>
#include <mutex>

#include "store/sqlite/writer.h"

namespace flow::sqlite {

/// A handler's claim of the writer's turn, with a savepoint of its own in the group's transaction.
/// The turn is passed on exactly once: by submit(), revoke() or the destructor.
class WriterScope final : public SqlScope {
 public:
  explicit WriterScope(Writer& writer) : writer_(writer) {}
  ~WriterScope() override;

  /// The turn is held: opens the transaction and the savepoint. On an error the turn is passed on.
  Result<void> begin();
  /// Applies the unit behind the SQL. The listener is told by the committer, also of a failure.
  void submit(UnitOfWork& unit, CommitListener& listener, std::uint64_t token);
  void revoke() noexcept override;

 protected:
  void run(std::string_view statement, std::span<const SqlValue> values, std::vector<SqlRow>* rows,
           std::int64_t* changed) override;

 private:
  void roll_back_and_pass();  // under mutex_
  void pass();                // under mutex_
  Error gone() const;

  Writer& writer_;
  std::mutex mutex_;     // held over each statement
  bool active_ = false;  // holds the turn
  bool lost_ = false;    // its transaction was undone under it
  Error why_lost_;
  std::atomic<bool> revoked_{false};  // ends a running statement
};

}  // namespace flow::sqlite
