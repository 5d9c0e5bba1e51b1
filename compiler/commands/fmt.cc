#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/assert.h"
#include "base/file_system.h"
#include "base/limits.h"
#include "base/replace_file.h"
#include "commands/command.h"
#include "commands/compile.h"
#include "commands/source_files.h"
#include "diagnostics/catalog.h"
#include "format/diff.h"
#include "format/format.h"
#include "syntax/parse.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

constexpr const char* kStandardInput = "-";
constexpr const char* kStandardInputName = "<stdin>";

/// Everything on standard input, up to one byte more than a file may have.
Result<std::string, FileError> read_standard_input() {
  std::string text;
  while (text.size() <= limits::kFileBytesMax) {
    char buffer[64 * 1024];
    const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError{FileFault::unreadable, std::generic_category().message(errno)};
    if (count == 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

/// Whether the result of formatting a file would be more than flowc reads.
bool too_large(const std::string& text, const Reporter& reading) {
  if (text.size() > limits::kFileBytesMax) return true;
  const std::vector<Diagnostic> reported = reading.diagnostics();
  return !reported.empty() && reported.front().id == kTooManyTokens.definition.id;
}

/// The canonical form of a file; nothing if it has none, which is said then.
std::optional<std::string> formatted(FileId file, SourceMap& sources, Reporter& reporter,
                                     const Environment& environment, bool& failed) {
  const std::optional<Layout> layout = read_layout(file, sources, reporter);
  if (!layout) return std::nullopt;
  std::string out = format(*layout, sources);
  // Nothing is written that does not say the same: the result is read again.
  SourceMap both;
  const FileId again = both.add(sources.path(file), out);
  Reporter reading;
  const std::optional<Layout> result = read_layout(again, both, reading);
  if (too_large(out, reading)) {
    environment.err << "flowc: " << sources.path(file)
                    << " would be too large once formatted; divide it and `import` its parts\n";
    failed = true;
    return std::nullopt;
  }
  FLOW_ASSERT(result && same_words(*layout, sources, *result, both));
  return out;
}

class FmtCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    SourceMap sources;
    Reporter reporter;
    bool failed = false;
    const std::vector<std::string> paths = source_files({paths_.begin(), paths_.end()});
    if (paths.empty()) {
      environment.err << "flowc: there is no .flow file in " << paths_.front() << '\n';
      return ExitCode::errors;
    }
    for (const std::string& path : paths) {
      const bool piped = path == kStandardInput;
      const std::optional<FileId> file = piped ? load_standard_input(sources, reporter)
                                               : load(environment.files, path, sources, reporter);
      if (!file) continue;
      const auto text = formatted(*file, sources, reporter, environment, failed);
      if (!text) continue;
      const std::string name = piped ? kStandardInputName : path;
      failed = !put(name, piped, sources.text(*file), *text, environment) || failed;
    }
    print_diagnostics(reporter, sources, environment.err, environment.colour);
    return failed || reporter.has_errors() ? ExitCode::errors : ExitCode::ok;
  }

 private:
  static std::optional<FileId> load_standard_input(SourceMap& sources, Reporter& reporter) {
    const auto text = read_standard_input();
    const bool too_large = text && text.value().size() > limits::kFileBytesMax;
    const FileId file = sources.add(kStandardInputName, text && !too_large ? text.value() : "");
    if (!text) {
      reporter.error(kFileUnreadable, {file, 0, 0}, kStandardInputName, text.error().detail);
      return std::nullopt;
    }
    if (!too_large) return file;
    reporter.error(kFileTooLarge, {file, 0, 0}, kStandardInputName, limits::kFileBytesMax)
        .help("divide it and `import` its parts");
    return std::nullopt;
  }

  /// Puts a result where the command line wants it. False for what makes flowc fail.
  bool put(const std::string& path, bool piped, std::string_view before, const std::string& after,
           const Environment& environment) const {
    const bool changed = before != after;
    if (diff_) environment.out << unified_diff(before, after, path);
    if (check_ && changed && !diff_) environment.out << path << '\n';
    if (check_ || diff_) return !(check_ && changed);
    if (piped) {
      environment.out << after;
      return true;
    }
    if (!changed) return true;
    std::optional<std::string> failure = why_not_writable(path);
    if (!failure) failure = replace_file(path, after);
    if (failure) {
      environment.err << "flowc: cannot write " << path << ": " << *failure << '\n';
      return false;
    }
    environment.err << "formatted " << path << '\n';
    return true;
  }

  cl::SubCommand command_{"fmt", "Format .flow files"};
  cl::list<std::string> paths_{cl::Positional, cl::OneOrMore, cl::desc("FILE…"), cl::sub(command_)};
  cl::opt<bool> check_{
      "check", cl::sub(command_),
      cl::desc("Write nothing; name the files that would change, and fail if any")};
  cl::opt<bool> diff_{"diff", cl::sub(command_),
                      cl::desc("Write nothing; print what would change as a unified diff")};
};

}  // namespace

std::unique_ptr<Command> make_fmt_command() {
  return std::make_unique<FmtCommand>();
}

}  // namespace flowc
