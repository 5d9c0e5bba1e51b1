#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "base/limits.h"
#include "compiler/format_oracle.h"
#include "support/golden.h"

namespace {

using namespace flowc;
using format_oracle::complaint;
using format_oracle::formatted;

}  // namespace

TEST_CASE("each sample is formatted as its golden") {
  namespace fs = std::filesystem;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(std::string(FLOW_SOURCE_DIR) + "/tests/format")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".before.flow")) continue;
    ++count;
    const std::string text = format_oracle::contents(entry.path());
    const auto result = formatted(text);
    CAPTURE(name);
    REQUIRE_MESSAGE(result.ok, result.text);
    CHECK(complaint(text) == "");
    check_golden("tests/format/" + name.substr(0, name.find('.')) + ".after.flow", result.text);
  }
  CHECK(count >= 10);
}

TEST_CASE(
    "every sample of the tree keeps its meaning and its comments, and a second time changes "
    "nothing") {
  std::size_t count = 0;
  for (const auto& [path, text] :
       format_oracle::samples({"samples", "tests", "grammar", "compiler/diagnostics/catalog"})) {
    CAPTURE(path);
    CHECK(complaint(text, &count) == "");
  }
  CHECK(count > 100);
}

TEST_CASE("the samples, the goldens of generated code and the good cases are canonical") {
  for (const auto& [path, text] :
       format_oracle::samples({"samples", "tests/golden", "tests/diagnostics/good"})) {
    // A case of several files has one form for each of them; the scenarios are long lines, so that
    // what a token left out breaks is few of them.
    if (!path.ends_with(".flow") || text.find("//---") != std::string::npos) continue;
    if (path.ends_with("good/scenarios.flow")) continue;
    CAPTURE(path);
    CHECK(formatted(text).text == text);
  }
}

TEST_CASE("a file with a syntax error has no form") {
  CHECK(!formatted("module a\nrecord R { a int32 }\n").ok);
  CHECK(!formatted("").ok);
  CHECK(!formatted("module a\nchannel c { timeout 1s timeout 2s }\n").ok);
  CHECK(formatted("module a\nrecord R { a: Nowhere }\n").ok);
}

TEST_CASE("byte order marks, CRLF, tabs and blanks at line ends go") {
  CHECK(formatted("\xEF\xBB\xBFmodule a\r\nrecord R {\r\n\ta: int32 // x \t\r\n}\r\n\r\n").text ==
        "module a\n\nrecord R {\n  a: int32  // x\n}\n");
}

TEST_CASE("what the words `allow` and `when` mean does not depend on line breaks put in") {
  // Joined, `allow via x` would begin a declaration, and `match when notify` be a condition.
  CHECK(complaint("module a\nforward A to b, allow\n  via c\n") == "");
  CHECK(complaint("module a\norchestrator O(A) { match, when, unless, sends\n publishes }\n") ==
        "");
}

TEST_CASE("the examples of the reference are canonical") {
  std::size_t count = 0;
  for (const auto& [path, text] : format_oracle::samples({"grammar"})) {
    CAPTURE(text);
    CHECK(formatted(text).text == text);
    ++count;
  }
  CHECK(count > 10);
}

TEST_CASE("what is written is proved to say the same") {
  const auto same = [](const std::string& left, const std::string& right) {
    SourceMap sources;
    Reporter reporter;
    const auto a = read_layout(sources.add("a.flow", left), sources, reporter);
    const auto b = read_layout(sources.add("b.flow", right), sources, reporter);
    REQUIRE((a && b));
    return same_words(*a, sources, *b, sources);
  };
  const std::string text = "module a // x\nrecord R { a: int32, b: [string] = [\"x\"] }\n";
  CHECK(same(text, text));
  CHECK(same(text, "module a  // x \n\n\nrecord R {\na:int32 b:[string]=[\"x\",]\n}"));
  CHECK(!same(text, "module a // y\nrecord R { a: int32, b: [string] = [\"x\"] }\n"));
  CHECK(!same(text, "module a\nrecord R { a: int32, b: [string] = [\"x\"] }\n"));
  CHECK(!same(text, "module a // x\nrecord R { a: int32, b: [string] = [\"y\"] }\n"));
  CHECK(!same(text, "module a // x\nrecord R { a: int32 }\n"));
  CHECK(!same("module a\n/// x\nrecord R {}", "module a /// x\nrecord R {}"));
  CHECK(!same("module a\norchestrator O(A) { match, when, b }",
              "module a\norchestrator O(A) { match when b }"));
}

TEST_CASE("the largest and the most nested files are formatted in time") {
  const auto timed = [](const std::string& text) {
    const std::clock_t begin = std::clock();  // of this process alone, whatever else runs
    SourceMap sources;
    Reporter reporter;
    const auto layout = read_layout(sources.add("test.flow", text), sources, reporter);
    REQUIRE(layout);
    CHECK(!format(*layout, sources).empty());
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  };
  std::string fields = "module a\nrecord R {\n";
  while (fields.size() < 3'850'000)
    fields +=
        "  some_field_of_a_record: [string] = [] // why it is there, and for whom that is meant\n";
  fields += "}";
  std::string comments = "module a\n";
  while (comments.size() < limits::kFileBytesMax - 10) comments += "//\n";
  std::string clauses = "module a\nsaga S {\n state s { on A -> b";
  for (int i = 0; i < 30'000; ++i) clauses += " sends A { a, b = [1] }";
  clauses += "} }";
  std::string nested = "module a\nrecord R { a: A = ";
  const std::size_t depth = limits::kNestingMax - 1;
  for (std::size_t i = 0; i < depth; ++i) nested += "[";
  for (int i = 0; i < 100'000; ++i) nested += "1 ";
  for (std::size_t i = 0; i < depth; ++i) nested += "]";
  nested += "}";
  std::string commas = "module a\nenum E { a";
  for (int i = 0; i < 390'000; ++i) commas += ",//\n";
  commas += "}";
#ifdef FLOW_SANITIZED
  constexpr double seconds_max = 100;  // every access is checked
#else
  constexpr double seconds_max = 20;
#endif
  for (const std::string& text : {fields, comments, clauses, nested, commas}) {
    CHECK(timed(text) < seconds_max);
  }
  CHECK(complaint(nested) == "");
}
