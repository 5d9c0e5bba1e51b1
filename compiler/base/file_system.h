#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flowc {

/// Why a file could not be read.
enum class FileFault {
  missing,      ///< no such file
  directory,    ///< it is a directory
  not_regular,  ///< a device, a socket, a pipe
  too_large,    ///< more than limits::kFileBytesMax
  unreadable    ///< permission denied, an I/O error
};

struct FileError {
  FileFault fault = FileFault::missing;
  std::string detail;  ///< the system's words for `unreadable`, otherwise empty
};

/// Where source files come from. Reading a file is the only thing that the front half of flowc asks
/// of the outside. Implementations are safe to use from several threads at once.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// The bytes of a regular file of at most limits::kFileBytesMax.
  virtual Result<std::string, FileError> read(const std::string& path) const = 0;
  /// One path for all paths of a file: links are followed where the file system has them. The path
  /// itself where that is not possible.
  virtual std::string canonical(const std::string& path) const = 0;
};

/// The disk. Relative paths are from the working directory. Never blocks on a pipe or a device.
class RealFileSystem final : public FileSystem {
 public:
  Result<std::string, FileError> read(const std::string& path) const override;
  std::string canonical(const std::string& path) const override;
};

/// Files in memory, for tests and for editors. Paths are compared as lexically_normal() gives them.
class MemoryFileSystem final : public FileSystem {
 public:
  /// Adds or replaces a file. The directories on its way exist from then on.
  void add(std::string_view path, std::string text);
  Result<std::string, FileError> read(const std::string& path) const override;
  std::string canonical(const std::string& path) const override;

 private:
  std::map<std::string, std::string, std::less<>> files_;
  std::set<std::string, std::less<>> directories_;
};

/// Another file system with some of its files replaced: what an editor has open, or what a fix
/// would write. Does not own the one below.
class OverlayFileSystem final : public FileSystem {
 public:
  explicit OverlayFileSystem(const FileSystem& below) : below_(below) {}
  void put(std::string_view path, std::string text);
  Result<std::string, FileError> read(const std::string& path) const override;
  std::string canonical(const std::string& path) const override;

 private:
  const FileSystem& below_;
  std::map<std::string, std::string, std::less<>> texts_;
};

/// `a/./b/../c.flow` as `a/c.flow`: '/'-separated, no `.` and no `..` that can be folded. Does not
/// look at the disk.
std::string normal_path(std::string_view path);

/// The path of an import: `import` relative to the directory of `importing_file`, normal. An
/// absolute `import` stays as it is.
std::string import_path(std::string_view importing_file, std::string_view import);

}  // namespace flowc
