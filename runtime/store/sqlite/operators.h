#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/store.h"
#include "store/sqlite/catalog.h"
#include "store/sqlite/membership.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

// Readers.
Result<StoredChannelStats> read_stats(Database& reader, const Ids& ids, const Topology& topology,
                                      ChannelNo channel, const Now& now,
                                      const ProcessIdentity& self);
/// `node`: this process's; 0: none.
Result<std::vector<Orphan>> read_orphans(Database& reader, const Topology& topology,
                                         std::int64_t node, const ProcessIdentity& self,
                                         const Now& now);
Result<std::vector<DeadLetter>> read_dead_letters(Database& reader, const Topology& topology,
                                                  const DeadLetterFilter& filter);
Result<std::uint64_t> count_dead_letters(Database& reader, const DeadLetterFilter& filter);
/// `[{"channel": "mail", "in_flight": 2, "handled_per_s": 10.5}]`
std::string activity_to_text(const Topology& topology, std::span<const ChannelActivity> activity);

// Tasks of the writer.
Result<void> replay(Transaction& transaction, std::span<const std::int64_t> ids, Timestamp now,
                    std::uint64_t& replayed);
Result<void> discard(Transaction& transaction, std::span<const std::int64_t> ids,
                     std::uint64_t& discarded);
Result<void> release_due(Transaction& transaction, Timestamp now);
Result<void> trim(Transaction& transaction, Timestamp now, bool& more);  // rewrites

}  // namespace flow::sqlite
