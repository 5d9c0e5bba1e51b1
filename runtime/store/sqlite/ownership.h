#pragma once

#include <span>
#include <string>

#include "engine/store.h"
#include "store/sqlite/node.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

/// How long a process owns its channels without renewing. One that is provably dead is not waited
/// for.
inline constexpr std::chrono::seconds kLease{5};

/// Tasks of the writer, with `rewrites`.
Result<void> register_topology(Transaction& transaction);
/// Sets `claimed`.
Result<void> claim(Transaction& transaction, ChannelNo channel, const ProcessIdentity& self,
                   const Now& now, bool& claimed);
Result<void> release(Transaction& transaction, ChannelNo channel);
/// Without `rewrites`: touches the node's row alone.
Result<void> renew(Transaction& transaction, const std::string& activity, const Now& now);
/// For who has held the write lock for long: nobody could renew meanwhile, and nobody could take
/// over.
Result<void> prolong(Transaction& transaction, const Now& now);

}  // namespace flow::sqlite
