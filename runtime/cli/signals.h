#pragma once

#include <csignal>
#include <optional>

#include "flow/time.h"

namespace flow::detail {

/// SIGTERM and SIGINT as events for one waiting thread. The first is reported by wait(); the second
/// ends the process at once with 128 + its number, whatever the process is doing. SIGPIPE is
/// ignored meanwhile: a log reader that went away must not end a service. One at a time in a
/// process; the earlier dispositions come back in the destructor.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  /// There is something that has to be ended in order. Until then, the first signal too ends the
  /// process at once, with 0: opening may wait for long for another process's transaction.
  static void begun();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// The signal's number, or nothing after `timeout`.
  std::optional<int> wait(microseconds timeout);

 private:
  int read_end_ = -1;
  struct sigaction old_term_ {};
  struct sigaction old_int_ {};
  struct sigaction old_pipe_ {};
};

}  // namespace flow::detail
