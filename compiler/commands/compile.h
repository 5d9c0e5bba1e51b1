#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "model/program.h"
#include "syntax/ast.h"

namespace llvm {
class raw_ostream;
}  // namespace llvm

namespace flowc {

/// A main file and all it imports, compiled.
struct Compilation {
  std::vector<std::string>
      files;  ///< every file read, in import order, then flow.lock: for a depfile
  std::vector<std::unique_ptr<ast::File>> syntax;  ///< as `files`, without flow.lock
  std::optional<model::Program> program;           ///< only if no error was reported
};

/// Whether what changed since the flow.lock beside the main file is reported.
enum class Against { lock, nothing };

/// The whole front half of flowc: reads, parses, analyses, checks. Every mistake goes to the
/// reporter.
Compilation compile(const FileSystem& files, const std::string& main_path, SourceMap& sources,
                    Reporter& reporter, Against against = Against::lock);

/// Writes what was reported as text, and a last line that counts it. Nothing for nothing.
void print_diagnostics(const Reporter& reporter, const SourceMap& sources, llvm::raw_ostream& out,
                       bool colour);

}  // namespace flowc
