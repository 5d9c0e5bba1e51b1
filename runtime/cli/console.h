#pragma once

#include <cstddef>
#include <string_view>

#include "flow/result.h"

namespace flow::detail {

/// Where the command line reads and writes. Thread-safe for err(), which log lines use.
class Console {
 public:
  virtual ~Console() = default;
  virtual void out(std::string_view text) = 0;
  virtual void err(std::string_view text) = 0;
  /// Reads standard input; 0 at its end.
  virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
  /// Standard output is a terminal.
  virtual bool interactive() const = 0;
  /// Everything has left the process; the error says why not (a full disk, a closed pipe).
  virtual Result<void> flush() = 0;
};

/// The process's own standard streams.
class StandardConsole final : public Console {
 public:
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  Result<std::size_t> read(char* to, std::size_t size) override;
  bool interactive() const override;
  Result<void> flush() override;

 private:
  int out_errno_ = 0;  ///< of the first write that failed
};

}  // namespace flow::detail
