#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

#include "commands/command.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

class LaterCommand final : public Command {
 public:
  LaterCommand(const char* name, const char* summary)
      : name_(name),
        summary_(std::string(summary) + " (not in this version)"),
        command_(name_, summary_) {}

  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    environment.err << "flowc: `flowc " << name_ << "` is not supported by this version yet\n";
    return ExitCode::usage;
  }

 private:
  std::string name_;
  std::string summary_;
  cl::SubCommand command_;
  // Whatever a later version will take.
  cl::list<std::string> ignored_{cl::Positional, cl::ZeroOrMore, cl::sub(command_), cl::Hidden};
  cl::list<std::string> options_{cl::Sink, cl::sub(command_), cl::Hidden};
};

}  // namespace

std::unique_ptr<Command> make_later_command(const char* name, const char* summary) {
  return std::make_unique<LaterCommand>(name, summary);
}

}  // namespace flowc
