#pragma once

#include <string>

#include "flow/clock.h"
#include "flow/result.h"
#include "flow/service.h"
#include "cli/console.h"

namespace flow::detail {

class Options;

/// What every command line can say, whichever its verb.
struct CommonOptions {
  std::string program;  ///< as it was called, without its folder
  std::string deployment;
  std::string store;
  bool json = false;
};

/// What a command works with.
struct CommandContext {
  Service& service;
  const CommonOptions& line;
  Console& console;
  Clock& clock;

  const Topology& topology() const { return service.topology(); }
};

/// What is being caught, as an error: in a catch block alone.
Error current_error();

/// Wrong usage: exit code 2, and a hint at the verb's help.
inline Error usage(std::string text) {
  return Error{Category::rejected, "usage", std::move(text)};
}

/// One verb of the command line, made for one command line: declares its options, which are read
/// into itself, says what is wrong with them together, and does its work. A new verb is a file with
/// one of these, and a line in verbs.h and verbs.cc.
class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Options&) {}
  /// After the options were read, before anything is opened. An error is wrong usage.
  virtual Result<void> check() { return {}; }
  /// The exit code. An error of code `usage` means wrong usage.
  virtual Result<int> run(CommandContext& context) = 0;
};

}  // namespace flow::detail
