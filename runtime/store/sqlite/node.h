#pragma once

#include <cstdint>
#include <string>

#include "flow/clock.h"

namespace flow::sqlite {

/// What tells this process from every other, past ones with the same pid included.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t started = 0;  ///< ticks since boot
  std::string boot;          ///< empty: unknown
  std::string pid_space;     ///< the pid namespace; empty: unknown
};

/// Until when a process owns what it owns. The monotonic end counts where it can be compared: for
/// processes of this boot, so that a wall clock that is set neither prolongs nor ends a lease.
struct Lease {
  Timestamp until{};
  SteadyTime until_steady{};
};

ProcessIdentity this_process();

/// True only when it is certain: same boot, same pid namespace, and no such process (a zombie is
/// none).
bool provably_dead(const ProcessIdentity& process, const ProcessIdentity& self);

/// Its lease has not ended, and it is not provably dead.
bool is_alive(const ProcessIdentity& process, const Lease& lease, const ProcessIdentity& self,
              const Now& now);

}  // namespace flow::sqlite
