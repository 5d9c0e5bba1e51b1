#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "lock/lock.h"
#include "model/program.h"
#include "syntax/ast.h"

namespace flowc {

/// A program and the flow.lock beside its main file.
struct Locking {
  std::string path;
  std::optional<std::string> text;  ///< of flow.lock; absent without one
  std::optional<lock::Lock>
      before;        ///< what it says; absent if it cannot be read, which is reported
  lock::Lock after;  ///< what the program promises
  std::vector<lock::Accepted> accepted;  ///< changes that an `allow` accepts
};

/// Reports every breaking change. Call it for a program without errors.
Locking check_against_lock(const FileSystem& files, const std::string& main_path,
                           const model::Program& program,
                           const std::vector<std::unique_ptr<ast::File>>& syntax,
                           SourceMap& sources, Reporter& reporter);

/// What a flow.lock says; what cannot be read is reported.
std::optional<lock::Lock> read_lock_file(FileId file, const SourceMap& sources, Reporter& reporter);

}  // namespace flowc
