#include "store/sqlite/holder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace flow::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kNameMax = 208;  // of an endpoint's id: 200

// What the file holds. The sum tells a record that is whole: it is written and read without a lock.
struct Record {
  char magic[8];
  std::uint64_t sum;
  std::int64_t held;
  std::int64_t pid, thread, started, since_ns;
  char boot[48];
  char pid_space[48];
  char channel[kNameMax];
  char handler[kNameMax];
};
constexpr char kMagic[8] = {'f', 'l', 'o', 'w', 'h', 'o', 'l', '1'};

// FNV-1a over words.
std::uint64_t sum_of(Record record) {
  record.sum = 0;
  std::uint64_t words[sizeof(Record) / 8];
  static_assert(sizeof(words) == sizeof(Record));
  std::memcpy(words, &record, sizeof(Record));
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const std::uint64_t word : words) sum = (sum ^ word) * 0x100000001b3U;
  return sum;
}

void put(std::span<char> field, const std::string& text) {
  const std::size_t size = std::min(text.size(), field.size() - 1);
  std::copy_n(text.begin(), size, field.begin());
}

std::string get(std::span<const char> field) {
  return {field.begin(), std::find(field.begin(), field.end(), '\0')};
}

void write_record(int file, Record record) noexcept {
  std::memcpy(record.magic, kMagic, sizeof(kMagic));
  record.sum = sum_of(record);
  // Unwritten, the record says less than it could, or is seen to be torn.
  [[maybe_unused]] const ssize_t written = ::pwrite(file, &record, sizeof(record), 0);
}

}  // namespace

std::string Holding::text() const {
  const std::chrono::duration<double> held = SteadyClock::now() - since;
  const std::string who = channel.empty() && handler.empty() ? "a unit of work of the bus"
                          : channel.empty()
                              ? fmt::format("handler `{}`", handler)
                              : fmt::format("handler `{}` of channel `{}`", handler, channel);
  const std::string where = pid == ::getpid() ? "" : fmt::format(" in process {}", pid);
  return fmt::format("{}{} has held it for {:.1f} s", who, where, held.count());
}

Holding holding_of(const SqlCaller& caller) {
  return {.channel = std::string{caller.channel},
          .handler = std::string{caller.handler},
          .pid = ::getpid(),
          .thread = ::gettid(),
          .since = SteadyClock::now()};
}

Error waiting_for_itself(const Holding& holding) {
  return {Category::bug, std::string{kWaitsForItself},
          fmt::format("this would wait for ever for the store's write side, for this very thread "
                      "holds it ({}); send and write through the unit of work at hand: the "
                      "handler's context, or the outlet and the SQL that `unit_of_work` gives",
                      holding.text())};
}

Error not_free(std::string code, std::string what, const std::string& held_by) {
  what += held_by.empty()
              ? ": another process writes and does not say which: perhaps a program that is no "
                "flow service, such as a database shell with an open transaction"
              : ": " + held_by +
                    "; slow work belongs before a handler's first statement, or into a unit of "
                    "work of its own";
  return {Category::busy, std::move(code), std::move(what)};
}

HolderFile::HolderFile(const std::string& path, ProcessIdentity self) : self_(std::move(self)) {
  // As SQLite does for its own files: who may use the store may use this.
  struct stat store {};
  const mode_t mode = ::stat(path.c_str(), &store) == 0 ? store.st_mode & 0777 : 0644;
  const std::string beside = path + "-flow";
  file_ = ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode);
  if (file_ < 0) file_ = ::open(beside.c_str(), O_RDONLY | O_CLOEXEC);
}

HolderFile::~HolderFile() {
  if (file_ >= 0) ::close(file_);
}

void HolderFile::write(const Holding& holding) noexcept {
  if (file_ < 0) return;
  Record record{};
  record.held = 1;
  record.pid = self_.pid;
  record.thread = holding.thread;
  record.started = self_.started;
  record.since_ns = std::chrono::nanoseconds{holding.since.time_since_epoch()}.count();
  put(record.boot, self_.boot);
  put(record.pid_space, self_.pid_space);
  put(record.channel, holding.channel);
  put(record.handler, holding.handler);
  write_record(file_, record);
}

void HolderFile::clear() noexcept {
  if (file_ >= 0) write_record(file_, Record{});
}

std::optional<Holding> HolderFile::read() const {
  return read(false);
}
std::optional<Holding> HolderFile::held_here() const {
  return read(true);
}

std::optional<Holding> HolderFile::read(bool here) const {
  Record record{};
  if (file_ < 0 || ::pread(file_, &record, sizeof(record), 0) != ssize_t{sizeof(record)})
    return std::nullopt;
  const bool whole = std::memcmp(record.magic, kMagic, sizeof(kMagic)) == 0 &&
                     record.sum == sum_of(record) && record.held == 1;
  if (!whole) return std::nullopt;
  ProcessIdentity owner;
  owner.pid = record.pid;
  owner.started = record.started;
  owner.boot = get(record.boot);
  owner.pid_space = get(record.pid_space);
  // Across boots or containers neither its life nor its clock can be told.
  if (owner.boot != self_.boot || owner.pid_space != self_.pid_space) return std::nullopt;
  const bool ours = owner.pid == self_.pid && owner.started == self_.started;
  if (here && (!ours || record.thread != ::gettid())) return std::nullopt;
  if (!ours && provably_dead(owner, self_)) return std::nullopt;
  return Holding{.channel = get(record.channel),
                 .handler = get(record.handler),
                 .pid = record.pid,
                 .thread = record.thread,
                 .since = SteadyClock::time_point{std::chrono::duration_cast<SteadyClock::duration>(
                     std::chrono::nanoseconds{record.since_ns})}};
}

}  // namespace flow::sqlite
