#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <optional>
#include <string>
#include <string_view>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/locking.h"
#include "commands/word_option.h"
#include "lock/verdict.h"
#include "syntax/parse.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

enum class Format { text, json };

class DiffCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    const std::optional<lock::Lock> before = read(old_, environment);
    const std::optional<lock::Lock> after = read(new_, environment);
    if (!before || !after) return ExitCode::usage;
    const lock::Verdict verdict = lock::verdict(*before, *after);
    environment.out << (format_ == Format::json ? lock::to_json(verdict) : lock::to_text(verdict));
    return verdict.breaking ? ExitCode::errors : ExitCode::ok;
  }

 private:
  // One that was taken out of version control may have any name.
  static bool is_lock(const std::string& path, std::string_view text) {
    return path.ends_with(".lock") || text.starts_with("flow.lock ");
  }

  static std::optional<lock::Lock> read(const std::string& path, const Environment& environment) {
    SourceMap sources;
    Reporter reporter;
    std::optional<lock::Lock> lock;
    const std::optional<FileId> file = load(environment.files, path, sources, reporter);
    if (file && is_lock(path, sources.text(*file))) {
      lock = read_lock_file(*file, sources, reporter);
    } else if (file) {
      const Compilation compilation =
          compile(environment.files, path, sources, reporter, Against::nothing);
      if (compilation.program) lock = lock::lock_of(*compilation.program);
    }
    if (!lock) print_diagnostics(reporter, sources, environment.err, environment.colour);
    return lock;
  }

  cl::SubCommand command_{"diff", "Compare two versions of a program, as .flow or .lock files"};
  cl::opt<std::string> old_{cl::Positional, cl::Required, cl::desc("OLD"), cl::sub(command_)};
  cl::opt<std::string> new_{cl::Positional, cl::Required, cl::desc("NEW"), cl::sub(command_)};
  WordOption<Format> format_{"format", cl::desc("How to answer:"), cl::init(Format::text),
                             cl::sub(command_),
                             cl::values(clEnumValN(Format::text, "text", "for people"),
                                        clEnumValN(Format::json, "json", "for programs"))};
};

}  // namespace

std::unique_ptr<Command> make_diff_command() {
  return std::make_unique<DiffCommand>();
}

}  // namespace flowc
