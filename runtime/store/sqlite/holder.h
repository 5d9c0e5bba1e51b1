#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "engine/store_writing.h"
#include "store/sqlite/node.h"

namespace flow::sqlite {

/// Who holds a write side since when: a handler, or a unit of work of the bus, from its first
/// statement to its end.
struct Holding {
  std::string channel;  ///< empty: a call of the bus
  std::string handler;
  std::int64_t pid = 0;
  std::int64_t thread = 0;  ///< the kernel's number of it
  std::chrono::steady_clock::time_point since{};

  /// handler `x` of channel `y` has held it for 3.2 s
  std::string text() const;
};
Holding holding_of(const SqlCaller& caller);

Error waiting_for_itself(const Holding& holding);
/// `busy`: `what` was not free. `held_by`: Holding::text(); empty: who holds it does not say.
Error not_free(std::string code, std::string what, const std::string& held_by);

/// Tells other processes (and other handles of this one) who holds the write lock of the file,
/// which SQLite does not: a small record beside it, `PATH-flow`. A help for people: never synced,
/// never waited for, and absent where it cannot be written.
class HolderFile {
 public:
  HolderFile(const std::string& path, ProcessIdentity self);
  ~HolderFile();
  HolderFile(const HolderFile&) = delete;
  HolderFile& operator=(const HolderFile&) = delete;

  /// By who holds the write lock.
  void write(const Holding& holding) noexcept;
  void clear() noexcept;
  /// Who holds the lock, this process included. Nothing: nobody, a process that is dead, or one
  /// that does not say.
  std::optional<Holding> read() const;
  /// This thread does, by whichever handle.
  std::optional<Holding> held_here() const;

 private:
  std::optional<Holding> read(bool here) const;

  ProcessIdentity self_;
  int file_ = -1;
};

}  // namespace flow::sqlite
