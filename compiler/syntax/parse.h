#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "syntax/ast.h"

namespace flowc {

/// Parses one file. Never null and never throws: what is wrong is reported, what is right is in the
/// result, on both sides of a mistake. Depends on nothing but the text.
std::unique_ptr<ast::File> parse(FileId file, SourceMap& sources, Reporter& reporter);

/// Reads `path` into `sources` under its normal path. A file that cannot be read is reported, at
/// `import` if it was imported and else at its own first line, and is nothing. A path read before
/// gives the same id again.
std::optional<FileId> load(const FileSystem& files, const std::string& path, SourceMap& sources,
                           Reporter& reporter, std::optional<Span> import = std::nullopt);

}  // namespace flowc
