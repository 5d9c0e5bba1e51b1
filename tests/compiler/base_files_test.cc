#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/file_system.h"
#include "base/limits.h"
#include "base/source_map.h"

namespace {

using namespace flowc;

/// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "flowc_base_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string file(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

FileFault fault_of(const FileSystem& files, const std::string& path) {
  const auto text = files.read(path);
  REQUIRE(!text.ok());
  return text.error().fault;
}

}  // namespace

TEST_CASE("the disk gives regular files, and says what else a path is") {
  const TemporaryDirectory directory;
  const RealFileSystem files;
  write(directory.file("a.flow"), std::string("module a\r\n\0", 11));
  const auto text = files.read(directory.file("a.flow"));
  REQUIRE(text.ok());
  CHECK(text.value() == std::string("module a\r\n\0", 11));
  CHECK(fault_of(files, directory.file("none.flow")) == FileFault::missing);
  CHECK(fault_of(files, directory.file("a.flow/b.flow")) == FileFault::missing);
  CHECK(fault_of(files, directory.file("")) == FileFault::directory);
  CHECK(fault_of(files, "/dev/zero") == FileFault::not_regular);
}

TEST_CASE("a pipe that nobody writes to is refused, not waited for") {
  const TemporaryDirectory directory;
  REQUIRE(::mkfifo(directory.file("pipe").c_str(), 0600) == 0);
  CHECK(fault_of(RealFileSystem(), directory.file("pipe")) == FileFault::not_regular);
}

TEST_CASE("a file one byte past the limit is refused, at the limit it is read") {
  const TemporaryDirectory directory;
  write(directory.file("most"), std::string(limits::kFileBytesMax, ' '));
  write(directory.file("more"), std::string(limits::kFileBytesMax + 1, ' '));
  CHECK(RealFileSystem().read(directory.file("most")).ok());
  CHECK(fault_of(RealFileSystem(), directory.file("more")) == FileFault::too_large);
}

TEST_CASE("files in memory are found by any spelling of their path") {
  MemoryFileSystem files;
  files.add("a/b.flow", "module b");
  CHECK(files.read("a/./c/../b.flow").value() == "module b");
  CHECK(fault_of(files, "a") == FileFault::directory);
  CHECK(fault_of(files, "b.flow") == FileFault::missing);
  files.add("large", std::string(limits::kFileBytesMax + 1, ' '));
  CHECK(fault_of(files, "large") == FileFault::too_large);
}

TEST_CASE("an import is relative to the importing file") {
  CHECK(import_path("orders.flow", "contracts/leads.flow") == "contracts/leads.flow");
  CHECK(import_path("a/b/orders.flow", "../leads.flow") == "a/leads.flow");
  CHECK(import_path("../a/orders.flow", "./leads.flow") == "../a/leads.flow");
  CHECK(import_path("a.flow", "/etc/x.flow") == "/etc/x.flow");
}

TEST_CASE("offsets are lines and columns from 1, in bytes") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "ab\r\n\xC3\xA9x\n");
  CHECK(sources.position(file, 0) == Position{1, 1});
  CHECK(sources.position(file, 1) == Position{1, 2});
  CHECK(sources.position(file, 4) == Position{2, 1});
  CHECK(sources.position(file, 6) == Position{2, 3});
  CHECK(sources.position(file, 8) == Position{3, 1});
  CHECK(sources.position(file, 4000) == Position{3, 1});
  CHECK(sources.line(file, 1) == "ab");
  CHECK(sources.line(file, 2) == "\xC3\xA9x");
  CHECK(sources.line(file, 3) == "");
  CHECK(sources.line(file, 9) == "");
  CHECK(sources.line_count(file) == 3);
  CHECK(sources.text(Span{file, 1, 100}) == "b\r\n\xC3\xA9x\n");
}

TEST_CASE("a byte order mark is no column") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "\xEF\xBB\xBFmodule a\nx");
  CHECK(sources.position(file, 3) == Position{1, 1});
  CHECK(sources.position(file, 0) == Position{1, 1});
  CHECK(sources.line(file, 1) == "module a");
  CHECK(sources.position(file, 12) == Position{2, 1});
}

TEST_CASE("files are found by their path") {
  SourceMap sources;
  sources.add("a.flow", "");
  const FileId second = sources.add("b.flow", "");
  CHECK(sources.find("b.flow") == second);
  CHECK(!sources.find("c.flow"));
}
