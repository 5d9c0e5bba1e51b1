#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "flow/sql.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

/// Connections for the SQL of queries: each asked for has one of its own until it ends, with one
/// snapshot over its statements. They wait for no writer. Thread-safe.
class ReadingPool {
 public:
  explicit ReadingPool(std::string path) : path_(std::move(path)) {}
  /// Must end before the pool does.
  Result<std::unique_ptr<Sql>> open();

 private:
  class Reading;
  void give_back(std::unique_ptr<Database> database);

  const std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace flow::sqlite
