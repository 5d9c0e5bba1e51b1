#include "commands/source_files.h"

#include <algorithm>
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

}  // namespace flowc
