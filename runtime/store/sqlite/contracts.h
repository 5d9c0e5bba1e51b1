#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/membership.h"
#include "store/sqlite/unit.h"

/// What the store has of a program's contract, and how several contracts agree on one store: an
/// endpoint ends by word only. All are tasks of the writer, with `rewrites`.
namespace flow::sqlite {

/// Streams, channels and endpoints that are new are added; what this program retires is closed.
/// What other programs have is left alone.
Result<void> register_topology(Transaction& transaction, const Membership& membership,
                               const Now& now);

/// What came of reconcile().
struct Reconciled {
  std::vector<ChannelNo> changed;    ///< channels of ours that have an endpoint more
  std::vector<std::string> apart{};  ///< what stays otherwise than declared, and why
};
/// For a process that serves: endpoints that it declares and does not have (Catalog::missing) are
/// added or moved, unless the word of a live process says otherwise; what it retires and somebody
/// brought back is closed again.
Result<void> reconcile(Transaction& transaction, const Membership& membership, const Now& now,
                       Reconciled& reconciled);

/// Ends an endpoint that no live process serves and this program does not declare: it is closed.
Result<void> retire(Transaction& transaction, const Membership& membership, std::string_view name,
                    const Now& now);
/// Dead-letters at most `max` of what closed endpoints have left (adds them to `moved`), and
/// forgets those that have nothing left. Sets `more`.
Result<void> bury_closed(Transaction& transaction, Timestamp now, std::uint64_t max,
                         std::uint64_t& moved, bool& more);

}  // namespace flow::sqlite
