#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace llvm {
class raw_ostream;
}  // namespace llvm

namespace flowc {

/// What flowc says to its caller.
enum class ExitCode : int {
  ok = 0,
  errors = 1,  ///< the program has errors, or an output could not be written
  usage = 2,   ///< the command line is wrong, or asks for what this version does not have
  bug = 70     ///< a bug in flowc
};

/// What a command may touch. Results go to `out`, everything about their making to `err`.
struct Environment {
  const FileSystem& files;
  llvm::raw_ostream& out;
  llvm::raw_ostream& err;
  bool colour = false;  ///< of `err`
};

/// One subcommand with its options. Constructing it registers both with LLVM's command line, so
/// that all commands are alive before the arguments are parsed, and none is a global.
class Command {
 public:
  virtual ~Command() = default;
  virtual std::string name() const = 0;
  /// Whether the command line named this one.
  virtual bool chosen() const = 0;
  virtual ExitCode run(const Environment& environment) = 0;
};

/// Every command there is, in the order of the help.
std::vector<std::unique_ptr<Command>> all_commands();

// One file each.
std::unique_ptr<Command> make_build_command();
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_dump_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_lock_command();
std::unique_ptr<Command> make_diff_command();
std::unique_ptr<Command> make_fmt_command();
std::unique_ptr<Command> make_graph_command();
std::unique_ptr<Command> make_init_command();
/// A command that the language's reference names and this version does not have: it says so.
std::unique_ptr<Command> make_later_command(const char* name, const char* summary);

/// Parses the arguments and runs the command they name. `argv[0]` is the program.
int run_flowc(int argc, const char* const* argv, const Environment& environment);

}  // namespace flowc
