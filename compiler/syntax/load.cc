#include <string>
#include <utility>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "syntax/parse.h"

namespace flowc {
namespace {

void report(const FileError& error, const std::string& path, Span at, Reporter& reporter) {
  switch (error.fault) {
    case FileFault::missing:
      reporter.error(kFileMissing, at, path);
      return;
    case FileFault::directory:
      reporter.error(kFileNotRegular, at, path, "a directory");
      return;
    case FileFault::not_regular:
      reporter.error(kFileNotRegular, at, path, "a device, a pipe or a socket");
      return;
    case FileFault::too_large:
      reporter.error(kFileTooLarge, at, path, limits::kFileBytesMax)
          .help("divide it and `import` its parts");
      return;
    case FileFault::unreadable:
      reporter.error(kFileUnreadable, at, path, error.detail);
      return;
  }
}

}  // namespace

std::optional<FileId> load(const FileSystem& files, const std::string& path, SourceMap& sources,
                           Reporter& reporter, std::optional<Span> import) {
  const std::string normal = normal_path(path);
  if (const std::optional<FileId> known = sources.find(normal)) return known;
  Result<std::string, FileError> text = files.read(normal);
  if (text) return sources.add(normal, std::move(text).value());
  report(text.error(), normal, import ? *import : Span{sources.add(normal, ""), 0, 0}, reporter);
  return std::nullopt;
}

}  // namespace flowc
