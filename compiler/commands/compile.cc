#include "commands/compile.h"

#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <utility>

#include "checks/checks.h"
#include "commands/allowances.h"
#include "commands/locking.h"
#include "diagnostics/catalog.h"
#include "diagnostics/render_text.h"
#include "sema/analyze.h"

namespace flowc {

Compilation compile(const FileSystem& files, const std::string& main_path, SourceMap& sources,
                    Reporter& reporter, Against against) {
  sema::Analysis analysis = sema::analyze(files, main_path, sources, reporter);
  check_program(analysis.draft, reporter);
  if (against == Against::lock && !reporter.has_errors())
    check_against_lock(files, main_path, analysis.draft.program, analysis.files, sources, reporter);
  apply_allowances(find_allowances(analysis.files, reporter), evolution_rule_names(), reporter);

  Compilation compilation;
  for (std::uint32_t i = 0; i < sources.size(); ++i)
    compilation.files.push_back(sources.path(FileId{i}));
  compilation.syntax = std::move(analysis.files);
  if (!reporter.has_errors()) compilation.program = std::move(analysis.draft.program);
  return compilation;
}

void print_diagnostics(const Reporter& reporter, const SourceMap& sources, llvm::raw_ostream& out,
                       bool colour) {
  const std::vector<Diagnostic> diagnostics = reporter.diagnostics();
  if (diagnostics.empty()) return;
  out << render_text(diagnostics, sources, {colour}) << '\n';
  const std::size_t errors = reporter.error_count();
  const auto warnings = static_cast<std::size_t>(std::count_if(
      diagnostics.begin(), diagnostics.end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::warning; }));
  const auto count = [&out](std::size_t number, const char* word) {
    out << number << ' ' << word << (number == 1 ? "" : "s");
  };
  if (errors != 0) count(errors, "error");
  if (errors != 0 && warnings != 0) out << ", ";
  if (warnings != 0) count(warnings, "warning");
  out << '\n';
}

}  // namespace flowc
