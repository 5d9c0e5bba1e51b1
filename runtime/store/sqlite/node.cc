#include "store/sqlite/node.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

namespace flow::sqlite {

namespace {

struct ProcessStat {
  bool found = false;
  char state = '?';
  std::int64_t started = 0;
};

// /proc/PID/stat: `pid (name) state …`, the start time being field 22. The name may hold anything.
ProcessStat stat_of(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::stringstream text;
  text << file.rdbuf();
  const std::string line = text.str();
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  ProcessStat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> stat.started;
  stat.found = !fields.fail();
  return stat;
}

}  // namespace

ProcessIdentity this_process() {
  ProcessIdentity self;
  self.pid = ::getpid();
  self.started = stat_of(self.pid).started;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> self.boot;
  std::array<char, 64> link{};
  const ssize_t length = ::readlink("/proc/self/ns/pid", link.data(), link.size());
  if (length > 0) self.pid_space.assign(link.data(), static_cast<std::size_t>(length));
  return self;
}

bool provably_dead(const ProcessIdentity& process, const ProcessIdentity& self) {
  if (process.boot.empty() || self.boot.empty() || process.pid_space.empty()) return false;
  if (process.boot != self.boot || process.pid_space != self.pid_space) return false;
  if (::kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH) return true;
  const ProcessStat stat = stat_of(process.pid);
  if (!stat.found) return false;
  return stat.state == 'Z' || stat.state == 'X' || stat.started != process.started;
}

bool is_alive(const ProcessIdentity& process, const Lease& lease, const ProcessIdentity& self,
              const Now& now) {
  // A program of schema version 1 writes no monotonic end.
  const bool same_boot =
      !self.boot.empty() && process.boot == self.boot && lease.until_steady != SteadyTime{};
  const bool leased = same_boot ? lease.until_steady > now.steady : lease.until > now.wall;
  return leased && !provably_dead(process, self);
}

}  // namespace flow::sqlite
