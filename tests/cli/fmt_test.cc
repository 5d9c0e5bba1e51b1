#include <doctest/doctest.h>
#include <llvm/ADT/Optional.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Program.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "base/limits.h"
#include "cli/transcript.h"

namespace flowc::test {
namespace {

const char* const kUgly = "module shop\nrecord Item{sku:string,quantity:int32=1}\n";
const char* const kNeat = "module shop\nrecord Item { sku: string  quantity: int32 = 1 }\n";
const char* const kDiff = R"(@@ -1,2 +1,2 @@
 module shop
-record Item{sku:string,quantity:int32=1}
+record Item { sku: string  quantity: int32 = 1 }
)";

/// As run(), with a text on standard input.
Outcome piped(const Workplace& place, const std::string& text,
              const std::vector<std::string>& arguments) {
  place.write("in", text);
  std::vector<llvm::StringRef> all{FLOWC};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const std::string in = place.path("in");
  const std::string out = place.path("out");
  const std::string err = place.path("err");
  const llvm::Optional<llvm::StringRef> redirects[] = {llvm::StringRef(in), llvm::StringRef(out),
                                                       llvm::StringRef(err)};
  fs::remove(out);  // the redirection does not cut what is there
  fs::remove(err);
  const int code = llvm::sys::ExecuteAndWait(FLOWC, all, llvm::None, redirects);
  return {code, read(out), read(err)};
}

}  // namespace

TEST_CASE("fmt rewrites what is not canonical, and says so") {
  Workplace place;
  place.write("ugly.flow", kUgly);
  place.write("neat.flow", kNeat);
  const std::string neat = place.path("neat.flow");
  const auto written = fs::last_write_time(neat);
  const Outcome outcome = run(place, {"fmt", place.path("ugly.flow"), neat});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == "");
  CHECK(outcome.err == "formatted DIR/ugly.flow\n");
  CHECK(read(place.path("ugly.flow")) == kNeat);
  CHECK(fs::last_write_time(neat) == written);
}

TEST_CASE("fmt keeps the mode of a file, follows a link to it, and leaves nothing beside it") {
  Workplace place;
  place.write("src/ugly.flow", kUgly);
  const std::string file = place.path("src/ugly.flow");
  fs::permissions(file, fs::perms::owner_all | fs::perms::group_read);
  fs::create_symlink("src/ugly.flow", place.path("link.flow"));
  CHECK(run(place, {"fmt", place.path("link.flow")}).exit_code == 0);
  CHECK(fs::is_symlink(place.path("link.flow")));
  CHECK(read(file) == kNeat);
  CHECK(fs::status(file).permissions() == (fs::perms::owner_all | fs::perms::group_read));
  CHECK(std::distance(fs::directory_iterator(place.path("src")), {}) == 1);
}

TEST_CASE("fmt leaves a read-only file as it is, and fails") {
  Workplace place;
  place.write("ugly.flow", kUgly);
  fs::permissions(place.path("ugly.flow"), fs::perms::owner_read);
  const Outcome outcome = run(place, {"fmt", place.path("ugly.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == "flowc: cannot write DIR/ugly.flow: it is read-only\n");
  CHECK(read(place.path("ugly.flow")) == kUgly);
}

TEST_CASE("fmt --check names what would change, and fails") {
  Workplace place;
  place.write("ugly.flow", kUgly);
  place.write("neat.flow", kNeat);
  const std::vector<std::string> both{"fmt", "--check", place.path("neat.flow"),
                                      place.path("ugly.flow")};
  const Outcome outcome = run(place, both);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out == "DIR/ugly.flow\n");
  CHECK(outcome.err == "");
  CHECK(read(place.path("ugly.flow")) == kUgly);
  CHECK(run(place, {"fmt", "--check", place.path("neat.flow")}).exit_code == 0);
}

TEST_CASE("fmt --diff prints what would change; with --check it fails too") {
  Workplace place;
  place.write("ugly.flow", kUgly);
  const std::string expected = std::string("--- DIR/ugly.flow\n+++ DIR/ugly.flow\n") + kDiff;
  const Outcome outcome = run(place, {"fmt", "--diff", place.path("ugly.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == expected);
  CHECK(read(place.path("ugly.flow")) == kUgly);
  const Outcome checked = run(place, {"fmt", "--check", "--diff", place.path("ugly.flow")});
  CHECK(checked.exit_code == 1);
  CHECK(checked.out == expected);
}

TEST_CASE("fmt - reads standard input and writes standard output") {
  Workplace place;
  const Outcome outcome = piped(place, kUgly, {"fmt", "-"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == kNeat);
  CHECK(outcome.err == "");
  CHECK(piped(place, kNeat, {"fmt", "-"}).out == kNeat);
  CHECK(piped(place, kUgly, {"fmt", "--check", "-"}).exit_code == 1);
  CHECK(piped(place, kUgly, {"fmt", "--diff", "-"}).out ==
        std::string("--- <stdin>\n+++ <stdin>\n") + kDiff);
  const Outcome bad = piped(place, "module shop\nrecord {}\n", {"fmt", "-"});
  CHECK(bad.exit_code == 1);
  CHECK(bad.out == "");
  CHECK(bad.err.starts_with("<stdin>:2:8: error: "));
  const Outcome large = piped(place, std::string(limits::kFileBytesMax + 1, '\n'), {"fmt", "-"});
  CHECK(large.exit_code == 1);
  CHECK(large.err.find("[FL0004]") != std::string::npos);
}

TEST_CASE("fmt goes through directories in order, once, and past links and hidden names") {
  Workplace place;
  place.write("src/b.flow", kUgly);
  place.write("src/a/z.flow", kUgly);
  place.write("src/notes.txt", kUgly);
  place.write("src/.build/copy.flow", kUgly);
  fs::create_directory_symlink("..", place.path("src/a/loop"));
  fs::create_symlink("b.flow", place.path("src/link.flow"));
  const Outcome outcome =
      run(place, {"fmt", place.path("src"), place.path("src/b.flow"), place.path("src/a")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err == "formatted DIR/src/a/z.flow\nformatted DIR/src/b.flow\n");
  CHECK(read(place.path("src/notes.txt")) == kUgly);
  CHECK(read(place.path("src/.build/copy.flow")) == kUgly);
}

TEST_CASE("fmt leaves a file with syntax errors as it is, and formats the others") {
  Workplace place;
  place.write("bad.flow", "module shop\nimport \"nowhere.flow\"\nrecord Item{sku string}\n");
  place.write("good.flow", "module shop\nimport \"nowhere.flow\"\nevent E{a:Unknown}\n");
  const Outcome outcome = run(
      place, {"fmt", place.path("bad.flow"), place.path("good.flow"), place.path("missing.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out == "");
  CHECK(outcome.err.find("formatted DIR/good.flow\n") == 0);
  CHECK(outcome.err.find("DIR/bad.flow:3:17: error: ") != std::string::npos);
  CHECK(outcome.err.find("[FL0001]") != std::string::npos);
  CHECK(outcome.err.find("nowhere") == std::string::npos);
  CHECK(read(place.path("bad.flow")) ==
        "module shop\nimport \"nowhere.flow\"\nrecord Item{sku string}\n");
}

TEST_CASE("fmt writes nothing that flowc could not read again") {
  Workplace place;
  // Each number comes to stand on a line of its own, indented by four hundred blanks.
  constexpr std::size_t kDeep = 200;
  std::string text = "module shop\nrecord R { a: A = " + std::string(kDeep, '[') + '\n';
  for (int i = 0; i < 42'000; ++i) text += "1\n";
  text += std::string(kDeep, ']') + " }\n";
  place.write("large.flow", text);
  const Outcome outcome = run(place, {"fmt", place.path("large.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err ==
        "flowc: DIR/large.flow would be too large once formatted; divide it and `import` its "
        "parts\n");
  CHECK(read(place.path("large.flow")) == text);
}

TEST_CASE("fmt says that it needs files") {
  Workplace place;
  fs::create_directory(place.path("src"));
  const Outcome empty = run(place, {"fmt", "--check", place.path("src")});
  CHECK(empty.exit_code == 1);
  CHECK(empty.err == "flowc: there is no .flow file in DIR/src\n");
  CHECK(run(place, {"fmt"}).exit_code == 2);
  CHECK(run(place, {"fmt", "--chek", place.path("x.flow")}).exit_code == 2);
}

}  // namespace flowc::test
