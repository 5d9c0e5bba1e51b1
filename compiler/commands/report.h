#pragma once

#include <llvm/Support/CommandLine.h>

#include "base/source_map.h"
#include "commands/command.h"
#include "commands/word_option.h"
#include "diagnostics/reporter.h"

namespace flowc {

/// `--format` and `--werror` of the commands that compile.
class ReportOptions {
 public:
  explicit ReportOptions(llvm::cl::SubCommand& command);

  /// Text goes to standard error, with a last line that counts; forms for programs go to standard
  /// output, also when there is nothing to report.
  void print(const Reporter& reporter, const SourceMap& sources,
             const Environment& environment) const;
  /// Whether what was reported fails the command: errors, and with `--werror` warnings.
  bool fails(const Reporter& reporter) const;

 private:
  enum class Format { text, json, sarif, github };

  WordOption<Format> format_;
  llvm::cl::opt<bool> werror_;
};

}  // namespace flowc
