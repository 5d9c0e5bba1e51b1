#include "base/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/limits.h"

namespace flowc {
namespace {

/// A file descriptor that is closed when it leaves its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

FileError last_error() {
  const int number = errno;
  if (number == ENOENT || number == ENOTDIR) return {FileFault::missing, {}};
  return {FileFault::unreadable, std::generic_category().message(number)};
}

}  // namespace

Result<std::string, FileError> RealFileSystem::read(const std::string& path) const {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would never return.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) return last_error();
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return last_error();
  if (S_ISDIR(status.st_mode)) return FileError{FileFault::directory, {}};
  if (!S_ISREG(status.st_mode)) return FileError{FileFault::not_regular, {}};
  std::string text;
  // The size is checked while reading: a file may grow, and those of /proc say that they are empty.
  while (text.size() <= limits::kFileBytesMax) {
    char buffer[64 * 1024];
    const ssize_t count = ::read(file.number(), buffer, sizeof buffer);
    if (count == 0) return text;
    if (count < 0 && errno != EINTR) return last_error();
    if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
  }
  return FileError{FileFault::too_large, {}};
}

std::string RealFileSystem::canonical(const std::string& path) const {
  std::error_code fault;
  const std::filesystem::path found = std::filesystem::canonical(path, fault);
  return fault ? path : found.generic_string();
}

void MemoryFileSystem::add(std::string_view path, std::string text) {
  std::string normal = normal_path(path);
  for (std::size_t slash = normal.find('/'); slash != std::string::npos;
       slash = normal.find('/', slash + 1)) {
    directories_.insert(normal.substr(0, slash));
  }
  files_[std::move(normal)] = std::move(text);
}

Result<std::string, FileError> MemoryFileSystem::read(const std::string& path) const {
  const std::string normal = normal_path(path);
  if (directories_.contains(normal) || normal == ".") return FileError{FileFault::directory, {}};
  const auto found = files_.find(normal);
  if (found == files_.end()) return FileError{FileFault::missing, {}};
  if (found->second.size() > limits::kFileBytesMax) return FileError{FileFault::too_large, {}};
  return found->second;
}

std::string MemoryFileSystem::canonical(const std::string& path) const {
  return normal_path(path);
}

void OverlayFileSystem::put(std::string_view path, std::string text) {
  texts_[normal_path(path)] = std::move(text);
}

Result<std::string, FileError> OverlayFileSystem::read(const std::string& path) const {
  const auto found = texts_.find(normal_path(path));
  if (found == texts_.end()) return below_.read(path);
  if (found->second.size() > limits::kFileBytesMax) return FileError{FileFault::too_large, {}};
  return found->second;
}

std::string OverlayFileSystem::canonical(const std::string& path) const {
  return below_.canonical(path);
}

std::string normal_path(std::string_view path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}

std::string import_path(std::string_view importing_file, std::string_view import) {
  const std::filesystem::path directory = std::filesystem::path(importing_file).parent_path();
  return (directory / std::filesystem::path(import)).lexically_normal().generic_string();
}

}  // namespace flowc
