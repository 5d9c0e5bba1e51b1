#include "commands/source_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/file_system.h"

namespace flowc {
namespace {

namespace fs = std::filesystem;

/// The .flow files below a directory. What cannot be entered is left out.
void collect(const fs::path& directory, std::vector<std::string>& out) {
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".flow" && !entry->is_symlink(ignored) &&
               entry->is_regular_file(ignored)) {
      out.push_back(entry->path().string());
    }
  }
}

std::string last_error() {
  return std::generic_category().message(errno);
}

bool write_all(int file, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

std::vector<std::string> source_files(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    std::vector<std::string> found;
    std::error_code ignored;
    if (fs::is_directory(argument, ignored)) {
      collect(argument, found);
      std::sort(found.begin(), found.end());
    } else {
      found.push_back(argument);
    }
    for (std::string& file : found) {
      if (seen.insert(normal_path(file)).second) out.push_back(std::move(file));
    }
  }
  return out;
}

std::optional<std::string> replace_file(const std::string& path, const std::string& bytes) {
  std::error_code error;
  const std::string target = fs::canonical(path, error).string();
  if (error) return error.message();
  // A rename asks the directory alone; a file that may not be written stays as it is all the same.
  if (::access(target.c_str(), W_OK) != 0) return last_error();
  struct stat status {};
  if (::stat(target.c_str(), &status) != 0) return last_error();
  // Beside the target, because a rename is atomic within one file system only.
  std::string temporary = target + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());
  if (file < 0) return last_error();
  bool done = write_all(file, bytes) && ::fchmod(file, status.st_mode & 07777) == 0;
  std::string failure = done ? "" : last_error();
  if (::close(file) != 0 && done) {
    failure = last_error();
    done = false;
  }
  if (done && ::rename(temporary.c_str(), target.c_str()) == 0) return std::nullopt;
  if (done) failure = last_error();
  ::unlink(temporary.c_str());
  return failure;
}

}  // namespace flowc
