#pragma once

#include <span>
#include <string>

#include "engine/store.h"
#include "store/sqlite/membership.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

/// What was begun in the channel and not finished becomes rows, in order of position, so that a
/// key's first comes first. `only`: of one endpoint.
Result<void> recover(Transaction& transaction, const ChannelState& channel, Timestamp now,
                     const EndpointState* only = nullptr);

/// Tasks of the writer, with `rewrites`. Sets `claimed`.
Result<void> claim(Transaction& transaction, ChannelNo channel, Membership& membership,
                   const Now& now, bool& claimed);
Result<void> release(Transaction& transaction, ChannelNo channel);
/// For who has held the write lock for long: nobody could renew meanwhile, and nobody could take
/// over.
Result<void> prolong(Transaction& transaction, const Now& now);

}  // namespace flow::sqlite
