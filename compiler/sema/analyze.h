#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "model/draft.h"
#include "syntax/ast.h"

namespace flowc::sema {

/// What is understood of a main file and all it imports.
struct Analysis {
  std::vector<std::unique_ptr<ast::File>> files;  ///< by FileId
  model::Draft draft;                             ///< partial if there were errors
};

/// Reads `main_path` and everything it imports, and lowers it. Every mistake is reported; the draft
/// is complete if there was none. The files read are those of `sources`, in import order.
Analysis analyze(const FileSystem& files, const std::string& main_path, SourceMap& sources,
                 Reporter& reporter);

}  // namespace flowc::sema
