#include "emit/output_plan.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/replace_file.h"

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

/// Writes what is `named` into `file`.
std::optional<WriteError> write_into(const std::string& named, const std::string& file,
                                     const std::string& bytes) {
  errno = 0;  // a stream may fail without the system
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return std::nullopt;
  return WriteError{named, std::generic_category().message(errno)};
}

}  // namespace

std::optional<WriteError> write_output(const std::string& path, const std::string& bytes) {
  const fs::path target{path};
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) return WriteError{path, "it is a directory"};
  // A device or a pipe takes the bytes itself: a rename would put a file in its place.
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_into(path, path, bytes);
  if (fs::is_regular_file(status)) {
    if (has_bytes(target, bytes)) return std::nullopt;
    std::optional<std::string> failure = why_not_writable(path);
    if (!failure) failure = replace_file(path, bytes);
    return failure ? std::optional(WriteError{path, *failure}) : std::nullopt;
  }
  if (target.has_parent_path()) {
    fs::create_directories(target.parent_path(), error);
    if (error) return WriteError{target.parent_path().string(), error.message()};
  }
  // Beside the target, because a rename is atomic within one file system only.
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  auto failure = write_into(path, temporary, bytes);
  if (!failure) {
    fs::rename(temporary, target, error);
    if (!error) return std::nullopt;
    failure = WriteError{path, error.message()};
  }
  fs::remove(temporary, error);
  return failure;
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
