#pragma once

namespace flowc {

/// Says on standard error that this is a bug in flowc, with the place and what was being worked on,
/// and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace flowc

/// States what must hold if flowc has no bug; on in every build. A user's mistake is a diagnostic
/// instead.
#define FLOW_ASSERT(condition)            \
  (static_cast<bool>(condition) ? void(0) \
                                : ::flowc::assertion_failed(#condition, __FILE__, __LINE__))

/// A place the program cannot reach if flowc has no bug.
#define FLOW_UNREACHABLE(reason) ::flowc::assertion_failed(reason, __FILE__, __LINE__)
