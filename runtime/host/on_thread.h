#pragma once

#include <string>
#include <string_view>

#include "flow/result.h"

namespace flow {

/// What this thread does for a host, while it does it: runs a handler, or a unit of work of the
/// bus. What such code asks of its own host would wait for itself, or leave its unit of work, and
/// nobody but the thread can see that: hence thread-local. A thread that a handler starts is not
/// seen.
class OnThread {
 public:
  enum class Doing { handler, unit_of_work };

  /// `host`: the address of what tells hosts apart. `handler`: its endpoint's id.
  OnThread(const void* host, Doing doing, std::string_view handler = {}) noexcept;
  ~OnThread();
  OnThread(const OnThread&) = delete;
  OnThread& operator=(const OnThread&) = delete;

  /// The innermost of this thread for the host; nullptr: none.
  static const OnThread* of(const void* host) noexcept;

  Doing doing() const { return doing_; }
  /// handler `x`; a unit of work of the bus
  std::string text() const;
  /// The error of a call that would wait for what this thread does: `bug`, `waits_for_itself`.
  Error waits_for_itself(std::string_view call) const;

 private:
  const void* host_;
  const Doing doing_;
  const std::string_view handler_;
  const OnThread* const outer_;
};

}  // namespace flow
