// Preloaded into the program under test: shifts the wall clock, and nothing else, by the number of
// microseconds that the file FLOW_CLOCK_SHIFT names holds (8 bytes, native order; read at each
// call, so that whoever writes the file sets the clock of a running process).
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

ClockGettime real_clock_gettime() {
  static const auto real = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return real;
}

std::int64_t shift() {
  static const auto* const shared = [] {
    const char* path = std::getenv("FLOW_CLOCK_SHIFT");
    const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
    void* mapped = file < 0 ? MAP_FAILED
                            : ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) std::abort();  // a run without the fault would prove nothing
    ::close(file);
    return static_cast<const std::atomic<std::int64_t>*>(mapped);
  }();
  return shared->load(std::memory_order_relaxed);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* at) noexcept {
  const int result = real_clock_gettime()(clock, at);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  constexpr std::int64_t kMicros = 1'000'000, kNanos = 1'000'000'000;
  const std::int64_t by = shift();
  std::int64_t nanos = at->tv_nsec + by % kMicros * 1'000;
  at->tv_sec += by / kMicros + (nanos < 0 ? -1 : nanos / kNanos);
  nanos = nanos < 0 ? nanos + kNanos : nanos % kNanos;
  at->tv_nsec = nanos;
  return 0;
}

extern "C" time_t time(time_t* at) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) *at = now.tv_sec;
  return now.tv_sec;
}

extern "C" int gettimeofday(timeval* at, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *at = {now.tv_sec, now.tv_nsec / 1'000};
  return 0;
}
