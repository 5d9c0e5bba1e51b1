#pragma once

#include <optional>
#include <string>
#include <vector>

namespace flowc {

/// A file to generate. The path is relative to the output directory, '/'-separated.
struct OutputFile {
  std::string path;
  std::string bytes;
};

struct WriteError {
  std::string path;
  std::string detail;  ///< the system's words
};

/// Writes the files below `directory`, creating directories as needed. A file that already has
/// these bytes is not touched, so that nothing is rebuilt for it; any other is replaced as a whole
/// by a rename, so that no reader meets half a file, and keeps its mode; a device or a pipe is
/// written into. Stops at the first error.
[[nodiscard]] std::optional<WriteError> write_outputs(const std::string& directory,
                                                      const std::vector<OutputFile>& files);

/// As write_outputs, for one file at `path`.
[[nodiscard]] std::optional<WriteError> write_output(const std::string& path,
                                                     const std::string& bytes);

/// A dependency file for make and Ninja: `target` is remade when an input changes or goes away.
[[nodiscard]] std::string depfile_text(const std::string& target,
                                       const std::vector<std::string>& inputs);

}  // namespace flowc
