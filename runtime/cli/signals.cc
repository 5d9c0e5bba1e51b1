#include "cli/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <limits>
#include <string_view>
#include <system_error>

namespace flow::detail {

namespace {

// A handler has no other way to reach its process's state. A blocked mask with sigwait would do
// without, but not when the program started threads of its own, with an open mask, before us.
std::atomic<int> write_end{-1};
std::atomic<int> seen{0};
std::atomic<bool> has_begun{false};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int number) {
  const int saved = errno;
  const bool first = seen.fetch_add(1) == 0;
  if (!first || !has_begun.load()) {
    const std::string_view text =
        first ? "ended by a signal before it was running\n" : "ended at once by a second signal\n";
    [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(first ? 0 : 128 + number);
  }
  const auto byte = static_cast<unsigned char>(number);
  [[maybe_unused]] const ssize_t written = ::write(write_end.load(), &byte, 1);
  errno = saved;
}

}  // namespace

SignalWatch::SignalWatch() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe for signals");
  }
  read_end_ = ends[0];
  seen.store(0);
  has_begun.store(false);
  write_end.store(ends[1]);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGTERM, &action, &old_term_);
  ::sigaction(SIGINT, &action, &old_int_);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, &old_pipe_);
}

SignalWatch::~SignalWatch() {
  ::sigaction(SIGTERM, &old_term_, nullptr);
  ::sigaction(SIGINT, &old_int_, nullptr);
  ::sigaction(SIGPIPE, &old_pipe_, nullptr);
  ::close(write_end.exchange(-1));
  ::close(read_end_);
}

void SignalWatch::begun() {
  has_begun.store(true);
}

std::optional<int> SignalWatch::wait(microseconds timeout) {
  using std::chrono::steady_clock;
  const steady_clock::time_point until = saturating_add(steady_clock::now(), timeout);
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
    pollfd poll_for{read_end_, POLLIN, 0};
    const auto wait_ms = std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max());
    const int ready = ::poll(&poll_for, 1, static_cast<int>(wait_ms));
    if (ready > 0) {
      unsigned char number = 0;
      if (::read(read_end_, &number, 1) == 1) return number;
    }
    if (ready == 0) return std::nullopt;
  }
}

}  // namespace flow::detail
