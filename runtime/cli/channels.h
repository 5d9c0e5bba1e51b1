#pragma once

#include <cstdint>
#include <optional>

#include "flow/time.h"
#include "cli/command.h"

namespace flow::detail {

/// `channels`: what each channel of this service has to do.
class Channels final : public Command {
 public:
  void declare(Options& options) override;
  Result<void> check() override;
  Result<int> run(CommandContext& context) override;

  bool watch = false;
  std::optional<microseconds> every;
  std::optional<std::uint64_t> times;  ///< nothing: until it is stopped
};

}  // namespace flow::detail
