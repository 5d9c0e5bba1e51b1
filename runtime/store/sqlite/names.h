#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flow/result.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

/// Refuses what SQLite would not take for the name of a file (`:memory:`, `file:…`, an empty one),
/// and names of the files that it keeps beside a store.
Result<void> check_name(const std::string& path);

/// Refuses a file that has tables named flow_… which are not a store's.
Result<void> check_tables(Database& database);

/// Refuses a user's CREATE or ALTER that would tie one of the store's tables to it: in the body of
/// a trigger or a view (who fires it would fail), by a foreign key, or by renaming a table to such
/// a name.
Result<void> check_definition(std::string_view sql, const std::vector<std::string>& own_tables);

}  // namespace flow::sqlite
