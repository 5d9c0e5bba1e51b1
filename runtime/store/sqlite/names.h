#pragma once

#include <string>

#include "flow/result.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

/// Refuses what SQLite would not take for the name of a file (`:memory:`, `file:…`, an empty one),
/// and names of the files that it keeps beside a store.
Result<void> check_name(const std::string& path);

/// Refuses a file that has tables named flow_… which are not a store's.
Result<void> check_tables(Database& database);

}  // namespace flow::sqlite
