#pragma once

#include <memory>
#include <string>

#include "engine/store.h"
#include "flow/clock.h"

namespace flow {

/// Opens (and creates or migrates) the store in the SQLite file `path`, shared with any number of
/// processes of one machine. Errors: `store_newer`, `not_a_database`, `corrupt`, `read_only`,
/// `cannot_open`, `path_is_folder`, `disk_full`, …, each saying what to do. `topology` and `clock`
/// must outlive the store. Destroying it without releasing what it owns is taken as a crash by the
/// next owner.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Topology& topology,
                                           Clock& clock);

}  // namespace flow
