#include "cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace flow::detail {

void StandardConsole::out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && out_errno_ == 0) {
    out_errno_ = errno;
  }
}

void StandardConsole::err(std::string_view text) {
  // Not buffered: one write a line, so that lines of several threads do not mix.
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Result<std::size_t> StandardConsole::read(char* to, std::size_t size) {
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, to, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    return Error{
        Category::transient, "stdin",
        fmt::format("cannot read standard input: {}", std::generic_category().message(errno))};
  }
}

bool StandardConsole::interactive() const {
  return ::isatty(STDOUT_FILENO) == 1;
}

Result<void> StandardConsole::flush() {
  if (std::fflush(stdout) != 0 && out_errno_ == 0) out_errno_ = errno;
  if (out_errno_ == 0) return {};
  return Error{Category::transient, "stdout",
               fmt::format("cannot write to standard output: {}",
                           std::generic_category().message(out_errno_))};
}

}  // namespace flow::detail
