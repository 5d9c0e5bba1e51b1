#pragma once

#include <optional>
#include <string>
#include <vector>

namespace flowc {

/// The .flow files that arguments mean, each once: a file is itself, a directory all below it in
/// the order of their paths. Names with a leading dot and symbolic links are left out in
/// directories. What is no directory is taken as a file; reading it tells.
std::vector<std::string> source_files(const std::vector<std::string>& arguments);

/// Replaces what a file has, as a whole: no reader meets half of it, and it is as it was if
/// something fails. Its mode stays, and a symbolic link stays one. Returns the system's words for a
/// failure.
std::optional<std::string> replace_file(const std::string& path, const std::string& bytes);

}  // namespace flowc
