#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "flow/result.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

/// What this build writes. An older store is migrated when opened, a newer one refused.
inline constexpr std::int64_t kSchemaVersion = 2;

/// Opens the write connection: WAL, synchronous=FULL, the schema created or migrated in one
/// transaction. `found` gets the version that was there; 0: none.
Result<std::unique_ptr<Database>> open_writer(const std::string& path, std::int64_t& found,
                                              microseconds patience);
Result<std::unique_ptr<Database>> open_reader(const std::string& path);

}  // namespace flow::sqlite
