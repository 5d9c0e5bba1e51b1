#pragma once

#include <string>
#include <vector>

namespace flowc {

/// The .flow files that arguments mean, each once: a file is itself, a directory all below it in
/// the order of their paths. Names with a leading dot and symbolic links are left out in
/// directories. What is no directory is taken as a file; reading it tells.
std::vector<std::string> source_files(const std::vector<std::string>& arguments);

}  // namespace flowc
