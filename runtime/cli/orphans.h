#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "engine/store_operating.h"

namespace flow::detail {

/// What a store has that this program does not handle, as `channels` and `migrate` show it.
std::string orphans_table(const std::vector<Orphan>& orphans);
nlohmann::ordered_json orphan_json(const Orphan& orphan);
/// Those that no live process handles either, and that have deliveries.
std::vector<Orphan> unserved(std::vector<Orphan> orphans);

}  // namespace flow::detail
