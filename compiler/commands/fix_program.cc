#include "commands/fix_program.h"

#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/replace_file.h"
#include "commands/compile.h"
#include "diagnostics/fix.h"

namespace flowc {
namespace {

/// A program as it is with the texts of an overlay, and all that is wrong with it.
struct Checked {
  SourceMap sources;
  std::vector<Diagnostic> diagnostics;
};

std::unique_ptr<Checked> check(const FileSystem& files, const std::string& main_path) {
  auto checked = std::make_unique<Checked>();
  Reporter reporter;
  compile(files, main_path, checked->sources, reporter);
  checked->diagnostics = reporter.diagnostics(limits::kDiagnosticsKeptPerFile);
  return checked;
}

struct EditedFile {
  std::string original;  // as it was read
  FixedText fixed;
};

using EditedFiles = std::map<std::string, EditedFile>;  // by path

EditedFiles joined(EditedFiles edited, const std::map<FileId, FixedText>& fixes,
                   const SourceMap& sources) {
  for (const auto& [id, fixed] : fixes) {
    const auto [file, first] = edited.try_emplace(sources.path(id));
    if (first) file->second.original = sources.text(id);
    file->second.fixed.text = fixed.text;
    file->second.fixed.fixed += fixed.fixed;
  }
  return edited;
}

std::optional<std::string> why_not_now(const std::string& path, const EditedFile& file,
                                       const FileSystem& files) {
  const auto text = files.read(path);
  if (!text || text.value() != file.original) return "it has changed meanwhile";
  return why_not_writable(path);
}

bool write(const EditedFiles& edited, const Checked& left, const Environment& environment) {
  const auto failed = [&environment](const std::string& path, const std::string& detail) {
    environment.err << "flowc: cannot fix " << path << ": " << detail << '\n';
    return false;
  };
  // All are asked before the first is touched: half a program's fixes may be worse than none.
  for (const auto& [path, file] : edited) {
    if (const auto detail = why_not_now(path, file, environment.files))
      return failed(path, *detail);
  }
  for (const auto& [path, file] : edited) {
    if (const auto detail = replace_file(path, file.fixed.text)) return failed(path, *detail);
    const auto id = left.sources.find(path);
    const auto rest = std::count_if(
        left.diagnostics.begin(), left.diagnostics.end(), [&id](const Diagnostic& diagnostic) {
          return diagnostic.severity != Severity::note && diagnostic.span.file == id;
        });
    environment.err << "fixed " << file.fixed.fixed << " of "
                    << file.fixed.fixed + static_cast<std::size_t>(rest) << " in " << path << '\n';
  }
  return true;
}

}  // namespace

bool fix_program(const std::string& main_path, const Environment& environment) {
  EditedFiles edited;
  std::unique_ptr<Checked> checked = check(environment.files, main_path);
  for (std::size_t round = 0; round < limits::kFixRoundsMax; ++round) {
    const std::map<FileId, FixedText> fixes = apply_fixes(checked->diagnostics, checked->sources);
    if (fixes.empty()) break;
    EditedFiles tried = joined(edited, fixes, checked->sources);
    OverlayFileSystem overlay(environment.files);
    for (const auto& [path, file] : tried) overlay.put(path, file.fixed.text);
    std::unique_ptr<Checked> after = check(overlay, main_path);
    if (!is_better(after->diagnostics, after->sources, checked->diagnostics, checked->sources)) {
      environment.err << "flowc: the fixes would make it no better; nothing was written\n";
      return false;
    }
    edited = std::move(tried);
    checked = std::move(after);
  }
  return write(edited, *checked, environment);
}

}  // namespace flowc
