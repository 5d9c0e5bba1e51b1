#include "host/on_thread.h"

#include <fmt/format.h>

#include "engine/store_writing.h"

namespace flow {
namespace {

thread_local const OnThread* innermost = nullptr;

}  // namespace

OnThread::OnThread(const void* host, Doing doing, std::string_view handler) noexcept
    : host_(host), doing_(doing), handler_(handler), outer_(innermost) {
  innermost = this;
}

OnThread::~OnThread() {
  innermost = outer_;
}

const OnThread* OnThread::of(const void* host) noexcept {
  const OnThread* at = innermost;
  while (at != nullptr && at->host_ != host) at = at->outer_;
  return at;
}

std::string OnThread::text() const {
  return doing_ == Doing::handler ? fmt::format("handler `{}`", handler_)
                                  : "a unit of work of the bus";
}

Error OnThread::waits_for_itself(std::string_view call) const {
  return {Category::bug, std::string{kWaitsForItself},
          fmt::format("{} in {} would wait for that to end, and so for itself: call it from a "
                      "thread of its own that nothing here waits for",
                      call, text())};
}

}  // namespace flow
