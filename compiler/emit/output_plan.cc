#include "emit/output_plan.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace flowc {

namespace {

namespace fs = std::filesystem;

bool has_bytes(const fs::path& path, const std::string& bytes) {
  std::error_code ignored;
  if (fs::file_size(path, ignored) != bytes.size() || ignored) return false;
  std::ifstream in{path, std::ios::binary};
  const std::string found{std::istreambuf_iterator<char>{in}, {}};
  return in && found == bytes;
}

/// Make's escapes, which Ninja reads as well.
std::string depfile_path(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == ' ' || c == '#' || c == '\\') out += '\\';
    if (c == '$') out += '$';
    out += c;
  }
  return out;
}

}  // namespace

std::optional<WriteError> write_output(const std::string& path, const std::string& bytes) {
  const fs::path target{path};
  if (has_bytes(target, bytes)) return std::nullopt;
  std::error_code error;
  if (target.has_parent_path()) {
    fs::create_directories(target.parent_path(), error);
    if (error) return WriteError{target.parent_path().string(), error.message()};
  }
  // Beside the target, because a rename is atomic within one file system only.
  const fs::path temporary{path + ".tmp" + std::to_string(::getpid())};
  {
    std::ofstream out{temporary, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      const std::string detail = std::generic_category().message(errno);
      fs::remove(temporary, error);
      return WriteError{path, detail};
    }
  }
  fs::rename(temporary, target, error);
  if (error) {
    const std::string detail = error.message();
    fs::remove(temporary, error);
    return WriteError{path, detail};
  }
  return std::nullopt;
}

std::optional<WriteError> write_outputs(const std::string& directory,
                                        const std::vector<OutputFile>& files) {
  for (const OutputFile& file : files) {
    if (auto error = write_output((fs::path{directory} / file.path).string(), file.bytes))
      return error;
  }
  return std::nullopt;
}

std::string depfile_text(const std::string& target, const std::vector<std::string>& inputs) {
  std::string text = depfile_path(target) + ":";
  for (const std::string& input : inputs) text += " \\\n  " + depfile_path(input);
  text += '\n';
  return text;
}

}  // namespace flowc
