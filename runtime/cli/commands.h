#pragma once

#include <span>
#include <string>

#include "flow/clock.h"
#include "flow/result.h"
#include "flow/service.h"
#include "cli/console.h"
#include "cli/options.h"

namespace flow::detail {

/// What a command works with.
struct CommandContext {
  Service& service;
  const CommandLine& line;
  Console& console;
  Clock& clock;

  const Topology& topology() const { return service.topology(); }
};

/// Each does one verb and returns the exit code. An error of code `usage` means wrong usage.
Result<int> run_service(CommandContext& context);
Result<int> send_message(CommandContext& context);
Result<int> show_channels(CommandContext& context);
Result<int> list_dead_letters(CommandContext& context);
Result<int> show_dead_letter(CommandContext& context);
Result<int> replay_dead_letters(CommandContext& context);
Result<int> discard_dead_letters(CommandContext& context);
Result<int> migrate_store(CommandContext& context);
Result<int> show_topology(CommandContext& context);

/// The whole command line: understands it, does it, reports its error, returns the exit code.
int run_command_line(Service& service, std::span<const std::string> argv, Console& console,
                     Clock& clock);

}  // namespace flow::detail
