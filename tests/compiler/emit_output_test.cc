#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "emit/output_plan.h"

namespace {

namespace fs = std::filesystem;

/// A directory of its own, removed at the end.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (fs::temp_directory_path() / "flow-output-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDirectory() { fs::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("files are written with their directories, and nothing else is left") {
  TempDirectory directory;
  const auto error =
      flowc::write_outputs(directory.path().string(), {{"a/b/x.h", "one"}, {"y.h", ""}});
  CHECK_FALSE(error.has_value());
  CHECK(text_of(directory.path() / "a/b/x.h") == "one");
  CHECK(fs::exists(directory.path() / "y.h"));
  CHECK(std::distance(fs::recursive_directory_iterator{directory.path()}, {}) == 4);
}

TEST_CASE("a file that has the bytes already is not touched, another is replaced") {
  TempDirectory directory;
  const std::string root = directory.path().string();
  const fs::path file = directory.path() / "x.h";
  REQUIRE_FALSE(flowc::write_outputs(root, {{"x.h", "same"}}).has_value());
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours{1};
  fs::last_write_time(file, old);
  REQUIRE_FALSE(flowc::write_outputs(root, {{"x.h", "same"}}).has_value());
  CHECK(fs::last_write_time(file) == old);
  REQUIRE_FALSE(flowc::write_outputs(root, {{"x.h", "else"}}).has_value());
  CHECK(fs::last_write_time(file) != old);
  CHECK(text_of(file) == "else");
}

TEST_CASE("a replaced file keeps its mode, a link leads on, what is read-only stays") {
  TempDirectory directory;
  const std::string root = directory.path().string();
  const fs::path file = directory.path() / "x.h";
  REQUIRE_FALSE(flowc::write_outputs(root, {{"x.h", "one"}}).has_value());
  fs::permissions(file, fs::perms::owner_all);
  fs::create_symlink("x.h", directory.path() / "link.h");
  REQUIRE_FALSE(flowc::write_outputs(root, {{"link.h", "two"}}).has_value());
  CHECK(fs::is_symlink(directory.path() / "link.h"));
  CHECK(text_of(file) == "two");
  CHECK(fs::status(file).permissions() == fs::perms::owner_all);
  fs::permissions(file, fs::perms::owner_read);
  const auto error = flowc::write_outputs(root, {{"x.h", "three"}});
  REQUIRE(error.has_value());
  CHECK(error->detail == "it is read-only");
  CHECK(text_of(file) == "two");
  CHECK(std::distance(fs::directory_iterator{directory.path()}, {}) == 2);
}

TEST_CASE("what cannot be written is an error that names it") {
  TempDirectory directory;
  std::ofstream{directory.path() / "file"} << "no directory";
  const auto error = flowc::write_outputs(directory.path().string(), {{"file/x.h", "text"}});
  REQUIRE(error.has_value());
  CHECK(error->path.find("file") != std::string::npos);
  CHECK_FALSE(error->detail.empty());
}

TEST_CASE("a dependency file names the inputs, escaped as make reads them") {
  CHECK(flowc::depfile_text("out/x.h", {"a b.flow", "c#$.flow"}) ==
        "out/x.h: \\\n  a\\ b.flow \\\n  c\\#$$.flow\n");
}
