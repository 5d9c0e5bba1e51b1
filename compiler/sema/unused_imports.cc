#include <vector>

#include "diagnostics/catalog.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

bool runs_something(const ast::File& file) {
  for (const ast::Declaration& declaration : file.declarations) {
    const bool contract = std::holds_alternative<ast::Record>(declaration) ||
                          std::holds_alternative<ast::Enum>(declaration) ||
                          std::holds_alternative<ast::Message>(declaration);
    if (!contract) return true;
  }
  return false;
}

}  // namespace

/// A file that has handlers, channels, services or deployments changes the program by being
/// imported, and so does one that imports such a file. Only an import of mere contracts can be
/// unused.
void report_unused_imports(State& state) {
  std::vector<bool> runs(state.files.size(), false);
  for (const std::uint32_t index : state.dependencies_first) {
    const SourceFile& file = state.files[index];
    runs[index] =
        runs_something(*file.syntax) || file.syntax->lost_something() || file.missing_imports;
    for (const SourceFile::Import& import : file.imports)
      runs[index] = runs[index] || runs[import.file];
  }
  if (state.draft.doubts.types)
    return;  // what could not be resolved may have been meant to come from anywhere
  for (const SourceFile& file : state.files) {
    if (file.syntax->lost_something()) continue;
    for (const SourceFile::Import& import : file.imports) {
      if (import.used || runs[import.file]) continue;
      state.reporter.warning(kUnusedImport, import.syntax->path.span, import.syntax->path.value)
          .here("this file names nothing of it")
          .fix(import.syntax->span, "");
    }
  }
}

}  // namespace flowc::sema
