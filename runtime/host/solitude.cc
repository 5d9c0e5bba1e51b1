#include "host/solitude.h"

#include <algorithm>

#include "host/runner.h"

namespace flow {

void Solitude::request(Runner& runner) {
  {
    const std::lock_guard lock(mutex_);
    if (holder_ == &runner || std::ranges::find(waiting_, &runner) != waiting_.end()) return;
    waiting_.push_back(&runner);
    // A worker that did not see this yet has registered what it runs under its runner's lock, which
    // check() takes.
    closed_.store(true, std::memory_order_release);
  }
  check();
}

void Solitude::check() {
  bool opened = false;
  {
    const std::lock_guard lock(mutex_);
    if (holder_ != nullptr) {
      if (holder_->alone()) return;
      holder_ = nullptr;
    }
    while (!waiting_.empty() && !waiting_.front()->wants_alone()) waiting_.pop_front();
    if (waiting_.empty()) {
      opened = closed_.exchange(false, std::memory_order_acq_rel);
    } else {
      for (const auto& runner : runners_) {
        if (runner && runner->exposed() != 0) return;
      }
      holder_ = waiting_.front();
      waiting_.pop_front();
      holder_->grant_alone();
    }
  }
  if (!opened) return;
  for (const auto& runner : runners_) {
    if (runner) runner->go_on();
  }
}

}  // namespace flow
