#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

#include "commands/command.h"
#include "commands/compile.h"
#include "diagnostics/render_json.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

enum class Format { text, json };

class CheckCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation = compile(environment.files, file_, sources, reporter);
    if (format_ == Format::json) {
      environment.out << render_json(reporter.diagnostics(), sources);
    } else {
      print_diagnostics(reporter, sources, environment.err, environment.colour);
    }
    if (!compilation.program) return ExitCode::errors;
    return werror_ && !reporter.diagnostics().empty() ? ExitCode::errors : ExitCode::ok;
  }

 private:
  cl::SubCommand command_{"check", "Report every mistake of a program"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  cl::opt<Format> format_{
      "format", cl::desc("How to report:"), cl::init(Format::text), cl::sub(command_),
      cl::values(clEnumValN(Format::text, "text", "for people, on standard error"),
                 clEnumValN(Format::json, "json", "for programs, on standard output"))};
  cl::opt<bool> werror_{"werror", cl::desc("Fail on warnings too"), cl::sub(command_)};
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace flowc
