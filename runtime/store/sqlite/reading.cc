#include "store/sqlite/reading.h"

#include <atomic>
#include <utility>

#include "flow/handling.h"
#include "store/sqlite/schema.h"

namespace flow::sqlite {

namespace {

// Connections kept open while nobody reads.
constexpr std::size_t kIdleMax = 4;

}  // namespace

class ReadingPool::Reading final : public Sql {
 public:
  Reading(ReadingPool& pool, std::unique_ptr<Database> database)
      : pool_(pool), database_(std::move(database)) {}
  ~Reading() override {
    if (database_->in_transaction() && !database_->run("COMMIT")) return;  // it is closed
    pool_.give_back(std::move(database_));
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 protected:
  void run(std::string_view statement, std::span<const SqlValue> values, std::vector<SqlRow>* rows,
           std::int64_t* changed) override {
    if (!database_->in_transaction()) {
      if (Result<void> begun = database_->run("BEGIN"); !begun) throw SqlError(begun.error());
    }
    const Result<std::int64_t> done =
        database_->run_user(statement, values, rows, never_, Database::Use::read);
    if (!done) throw SqlError(done.error());
    if (changed != nullptr) *changed = *done;
  }

 private:
  ReadingPool& pool_;
  std::unique_ptr<Database> database_;
  std::atomic<bool> never_{false};
};

Result<std::unique_ptr<Sql>> ReadingPool::open() {
  std::unique_ptr<Database> database;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      database = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (database == nullptr) {
    Result<std::unique_ptr<Database>> opened = open_reader(path_);
    if (!opened) return opened.error();
    database = std::move(*opened);
  }
  return std::unique_ptr<Sql>(std::make_unique<Reading>(*this, std::move(database)));
}

void ReadingPool::give_back(std::unique_ptr<Database> database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) idle_.push_back(std::move(database));
}

}  // namespace flow::sqlite
