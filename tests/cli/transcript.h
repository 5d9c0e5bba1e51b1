#pragma once

#include <doctest/doctest.h>
#include <llvm/ADT/Optional.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Program.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// Runs flowc as its users do: with a command line, in a directory of its own.
namespace flowc::test {

namespace fs = std::filesystem;

inline std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A directory of its own, which flowc is run in and which goes away.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (fs::temp_directory_path() / "flowc-cli-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  ~Workplace() { fs::remove_all(root_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  /// Texts have `DIR` where this directory's path was.
  std::string relative(std::string text) const {
    const std::string path = root_.string();
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
      text.replace(at, path.size(), "DIR");
    }
    return text;
  }

 private:
  fs::path root_;
};

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline Outcome run(const Workplace& place, const std::vector<std::string>& arguments) {
  std::vector<llvm::StringRef> all{FLOWC};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const std::string out = place.path("stdout");
  const std::string err = place.path("stderr");
  const llvm::Optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(out),
                                                       llvm::StringRef(err)};
  fs::remove(out);  // the redirection does not cut what is there
  fs::remove(err);
  Outcome outcome;
  outcome.exit_code = llvm::sys::ExecuteAndWait(FLOWC, all, llvm::None, redirects);
  outcome.out = place.relative(read(out));
  outcome.err = place.relative(read(err));
  return outcome;
}

}  // namespace flowc::test
