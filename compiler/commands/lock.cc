#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <string>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/locking.h"
#include "emit/output_plan.h"
#include "lock/text.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

/// With the history of the old lock, and what was accepted now.
std::string new_text(Locking& locking) {
  std::vector<lock::Accepted>& history = locking.after.accepted;
  history = locking.accepted;
  if (locking.before) {
    const std::vector<lock::Accepted>& old = locking.before->accepted;
    history.insert(history.end(), old.begin(), old.end());
  }
  std::sort(history.begin(), history.end());
  history.erase(std::unique(history.begin(), history.end()), history.end());
  return lock::to_text(locking.after);
}

/// Line ends are version control's to choose.
bool is_up_to_date(const Locking& locking, const std::string& text) {
  if (!locking.text) return false;
  std::string written = *locking.text;
  written.erase(std::remove(written.begin(), written.end(), '\r'), written.end());
  return written == text;
}

class LockCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation =
        compile(environment.files, file_, sources, reporter, Against::nothing);
    Locking locking;
    if (compilation.program)
      locking = check_against_lock(environment.files, file_, *compilation.program,
                                   compilation.syntax, sources, reporter);
    print_diagnostics(reporter, sources, environment.err, environment.colour);
    if (reporter.has_errors()) {
      if (locking.before)
        environment.err << "flowc: " << locking.path << " is not written: keep what it promises, "
                        << "or allow each change with its reason\n";
      return ExitCode::errors;
    }
    const std::string text = new_text(locking);
    if (check_) return compare(locking, text, environment);
    if (is_up_to_date(locking, text)) return ExitCode::ok;
    if (const auto error = write_output(locking.path, text)) {
      environment.err << "flowc: cannot write " << error->path << ": " << error->detail << '\n';
      return ExitCode::errors;
    }
    environment.err << "flowc: wrote " << locking.path;
    const std::size_t count = locking.accepted.size();
    if (count != 0)
      environment.err << ", which remembers " << count << " accepted change"
                      << (count == 1 ? "; its `allow` has" : "s; their `allow`s have")
                      << " done its work";
    environment.err << '\n';
    return ExitCode::ok;
  }

 private:
  static ExitCode compare(const Locking& locking, const std::string& text,
                          const Environment& environment) {
    if (is_up_to_date(locking, text)) return ExitCode::ok;
    environment.err << "flowc: " << locking.path
                    << (locking.text ? " is out of date" : " does not exist")
                    << ": `flowc lock` writes it\n";
    return ExitCode::errors;
  }

  cl::SubCommand command_{"lock", "Write flow.lock, against which changes are checked"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  cl::opt<bool> check_{"check", cl::desc("Write nothing; fail if flow.lock is out of date"),
                       cl::sub(command_)};
};

}  // namespace

std::unique_ptr<Command> make_lock_command() {
  return std::make_unique<LockCommand>();
}

}  // namespace flowc
