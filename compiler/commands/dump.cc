#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/word_option.h"
#include "emit/emit.h"
#include "model/model_json.h"
#include "syntax/ast_json.h"
#include "syntax/parse.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

enum class Step { parse, sema };

class DumpCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    if (view_ && after_ == Step::parse) {
      environment.err << "flowc: `--view` is of the checked program, and not of `--after parse`\n";
      return ExitCode::usage;
    }
    SourceMap sources;
    Reporter reporter;
    if (after_ == Step::parse) return dump_syntax(environment, sources, reporter);
    const Compilation compilation =
        compile(environment.files, file_, sources, reporter, Against::nothing);
    print_diagnostics(reporter, sources, environment.err, environment.colour);
    if (!compilation.program) return ExitCode::errors;
    environment.out << (view_ ? emit_view(*compilation.program, {})
                              : model::to_json(*compilation.program));
    return ExitCode::ok;
  }

 private:
  // The syntax is there for a file with mistakes too, as far as it could be read.
  ExitCode dump_syntax(const Environment& environment, SourceMap& sources,
                       Reporter& reporter) const {
    if (const auto file = load(environment.files, file_, sources, reporter)) {
      const auto syntax = parse(*file, sources, reporter);
      environment.out
          << to_json(*syntax, sources).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
          << '\n';
    }
    print_diagnostics(reporter, sources, environment.err, environment.colour);
    return reporter.has_errors() ? ExitCode::errors : ExitCode::ok;
  }

  cl::SubCommand command_{"dump", "Print what flowc understood, as JSON"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  WordOption<Step> after_{"after", cl::desc("After which step:"), cl::init(Step::sema),
                          cl::sub(command_),
                          cl::values(clEnumValN(Step::parse, "parse", "the syntax of the one file"),
                                     clEnumValN(Step::sema, "sema", "the checked program"))};
  cl::opt<bool> view_{"view", cl::desc("What the templates of the C++ are given"),
                      cl::sub(command_)};
};

}  // namespace

std::unique_ptr<Command> make_dump_command() {
  return std::make_unique<DumpCommand>();
}

}  // namespace flowc
