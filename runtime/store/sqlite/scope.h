#pragma once

#include <atomic>
#include <mutex>

#include "store/sqlite/writer.h"

namespace flow::sqlite {

/// A handler's claim of the writer's turn, with a savepoint of its own in the group's transaction.
/// The turn is passed on exactly once: by submit(), revoke() or the destructor, or by a statement
/// that ends the transaction.
class WriterScope final : public SqlScope {
 public:
  WriterScope(Writer& writer, bool repeatable) : writer_(writer), repeatable_(repeatable) {}
  ~WriterScope() override;

  /// The turn is held: opens the transaction and the savepoint. On an error the turn is passed on.
  Result<void> begin(const Holding& holding, microseconds wait_max, const std::stop_token& stop);
  /// Applies the unit behind the SQL. The listener is told by the committer, also of a failure.
  void submit(UnitOfWork& unit, CommitListener& listener, std::uint64_t token);
  void revoke() noexcept override;
  Sql& reading() override { return reading_; }

 protected:
  void run(std::string_view statement, std::span<const SqlValue> values, std::vector<SqlRow>* rows,
           std::int64_t* changed) override {
    run_as(Database::Use::write, statement, values, rows, changed);
  }

 private:
  // The same, for a query's handler.
  class Reading final : public Sql {
   public:
    explicit Reading(WriterScope& scope) : scope_(scope) {}

   protected:
    void run(std::string_view statement, std::span<const SqlValue> values,
             std::vector<SqlRow>* rows, std::int64_t* changed) override {
      scope_.run_as(Database::Use::read, statement, values, rows, changed);
    }

   private:
    WriterScope& scope_;
  };

  void run_as(Database::Use use, std::string_view statement, std::span<const SqlValue> values,
              std::vector<SqlRow>* rows, std::int64_t* changed);
  Result<Committed> apply(UnitOfWork& unit);  // under mutex_
  void roll_back();                           // under mutex_
  void lose(const Error& why);                // under mutex_
  void pass();                                // under mutex_
  Error gone() const;

  Writer& writer_;
  const bool repeatable_;
  Reading reading_{*this};
  std::mutex mutex_;     // held over each statement
  bool active_ = false;  // holds the turn
  bool lost_ = false;    // a statement of it ended the transaction
  Error why_lost_;
  std::atomic<bool> revoked_{false};  // ends a running statement
};

}  // namespace flow::sqlite
