#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/fix_program.h"
#include "commands/report.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

class CheckCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    const bool fixed = !fix_ || fix_program(file_, environment);
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation = compile(environment.files, file_, sources, reporter);
    report_.print(reporter, sources, environment);
    return fixed && compilation.program && !report_.fails(reporter) ? ExitCode::ok
                                                                    : ExitCode::errors;
  }

 private:
  cl::SubCommand command_{"check", "Report every mistake of a program"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  cl::opt<bool> fix_{"fix", cl::sub(command_),
                     cl::desc("Apply the fixes that need no decision to the files, and report the "
                              "rest")};
  ReportOptions report_{command_};
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace flowc
