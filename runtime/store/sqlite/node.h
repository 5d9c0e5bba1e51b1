#pragma once

#include <cstdint>
#include <string>

namespace flow::sqlite {

/// What tells this process from every other, past ones with the same pid included.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t started = 0;  ///< ticks since boot
  std::string boot;          ///< empty: unknown
  std::string pid_space;     ///< the pid namespace; empty: unknown
};

ProcessIdentity this_process();

/// True only when it is certain: same boot, same pid namespace, and no such process (a zombie is
/// none).
bool provably_dead(const ProcessIdentity& process, const ProcessIdentity& self);

}  // namespace flow::sqlite
