#pragma once

#include "store/sqlite/database.h"

namespace flow::sqlite {

/// One snapshot over several queries of a reader.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) {}
  Result<void> begin() { return database_.run("BEGIN"); }
  ~Snapshot() {
    if (database_.in_transaction()) (void)database_.run("COMMIT");
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

}  // namespace flow::sqlite
