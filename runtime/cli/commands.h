#pragma once

#include <span>
#include <string>

#include "flow/clock.h"
#include "flow/service.h"
#include "cli/console.h"

namespace flow::detail {

/// The exit codes of the command line. A second SIGTERM or SIGINT ends `run` with 128 + its number.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kLeftBehind = 3,  ///< `run` has drained, and gave up handlers that were still running
  kUnhealthy = 75  ///< EX_TEMPFAIL: `run` left because too many handlers were stuck; start it again
};

/// The whole command line: understands it, does it, reports its error, returns the exit code.
int run_command_line(Service& service, std::span<const std::string> argv, Console& console,
                     Clock& clock);

}  // namespace flow::detail
