#include "store/sqlite/watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace flow::sqlite {

Result<std::unique_ptr<Watch>> Watch::start(const std::string& path,
                                            std::function<void()> changed) {
  const auto failed = [&](const char* what) {
    return Error{Category::transient, "no_notification",
                 std::string{what} + ": " + std::strerror(errno) +
                     ": what other processes write to " + path +
                     " is found by polling only (see fs.inotify.max_user_instances)"};
  };
  const int notifications = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (notifications < 0) return failed("inotify_init1");
  if (::inotify_add_watch(notifications, path.c_str(), IN_ATTRIB) < 0) {
    Error error = failed("inotify_add_watch");
    ::close(notifications);
    return error;
  }
  const int stop = ::eventfd(0, EFD_CLOEXEC);
  if (stop < 0) {
    Error error = failed("eventfd");
    ::close(notifications);
    return error;
  }
  return std::unique_ptr<Watch>(new Watch(notifications, stop, std::move(changed)));
}

Watch::Watch(int notifications, int stop, std::function<void()> changed)
    : notifications_(notifications), stop_(stop), changed_(std::move(changed)) {
  thread_ = std::thread([this] { work(); });
}

Watch::~Watch() {
  const std::uint64_t one = 1;
  const ssize_t written = ::write(stop_, &one, sizeof one);
  (void)written;  // an eventfd that is written once cannot be full
  thread_.join();
  ::close(notifications_);
  ::close(stop_);
}

void Watch::work() {
  std::array<pollfd, 2> wait{pollfd{notifications_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  for (;;) {
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
    if (wait[1].revents != 0) return;
    std::array<char, 4096> events{};
    while (::read(notifications_, events.data(), events.size()) > 0) {
    }
    changed_();
    // Notifications pile up meanwhile, and are one.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace flow::sqlite
