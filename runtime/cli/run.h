#pragma once

#include <optional>
#include <string>

#include "flow/time.h"
#include "cli/command.h"

namespace flow::detail {

/// `run`: handles messages until it is told to stop.
class Run final : public Command {
 public:
  void declare(Options& options) override;
  Result<int> run(CommandContext& context) override;

  std::optional<microseconds> drain_deadline;
  bool accept_orphans = false;
  std::string metrics_file;
};

}  // namespace flow::detail
