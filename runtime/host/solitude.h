#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace flow {

class Runner;

/// Lets one delivery at a time run while nothing else runs in the process. A delivery that may have
/// killed the process is tried so: if it happens again, it was this one, and none of those that
/// merely ran beside it is blamed. Meanwhile every other handler of the process waits, at most for
/// the timeouts of those that run. Thread-safe; call it without holding a runner's lock.
class Solitude {
 public:
  explicit Solitude(const std::vector<std::unique_ptr<Runner>>& runners) : runners_(runners) {}

  /// True: start nothing new. Read under the runner's own lock.
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  /// A runner has a delivery that wants to run alone.
  void request(Runner& runner);
  /// Something has ended: it may be somebody's turn, or over.
  void check();

 private:
  const std::vector<std::unique_ptr<Runner>>& runners_;
  std::mutex mutex_;
  std::deque<Runner*> waiting_;
  Runner* holder_ = nullptr;
  std::atomic<bool> closed_{false};
};

}  // namespace flow
