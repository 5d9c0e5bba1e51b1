#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "compiler/expectations.h"
#include "diagnostics/catalog.h"
#include "diagnostics/fix.h"

namespace flowc::test {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(FLOW_SOURCE_DIR) / "tests" / "diagnostics";

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> flow_files(const fs::path& directory) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".flow") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool updating() {
  return std::getenv("FLOW_UPDATE") != nullptr;
}

/// The files with the fixes of some diagnostics.
std::vector<SourceText> fixed(const std::vector<SourceText>& files, const SourceMap& sources,
                              const std::vector<Diagnostic>& diagnostics) {
  std::vector<SourceText> result = files;
  for (const auto& [id, text] : apply_fixes(diagnostics, sources)) {
    for (SourceText& file : result) {
      if (file.path == sources.path(id)) file.lines = split(text.text).front().lines;
    }
  }
  return result;
}

/// Ids that need a file system, a size or a lock that no case can have: diagnostics_catalog_test.cc
/// and the locks of tests/lock show them.
const std::set<unsigned> kTestedElsewhere{3, 4, 112, 120, 214, 716, 725, 727, 728, 729, 731};

std::string errors_of(const Compiled& compiled) {
  std::string text;
  for (const Finding& finding : actual_findings(compiled)) text += describe(finding) + "\n";
  return text;
}

TEST_CASE("every case reports exactly what it expects") {
  for (const fs::path& path : flow_files(kCases)) {
    CAPTURE(path.filename().string());
    const std::string text = read(path);
    const std::vector<SourceText> files = split(text);
    Compiled compiled;
    compile_files(files, compiled);
    const std::string different = differences(expected_findings(files), actual_findings(compiled));
    if (!different.empty() && updating()) {
      const std::vector<SourceText> code = bare(files);
      Compiled first;
      compile_files(code, first);
      const std::vector<SourceText> placed = with_expectations(code, actual_findings(first));
      Compiled second;
      compile_files(placed, second);
      // Labels moved down with the lines; the second text has the same lines, with the labels' new
      // places.
      std::vector<Finding> findings = actual_findings(first);
      const std::vector<Finding> moved = actual_findings(second);
      for (std::size_t i = 0; i < findings.size() && i < moved.size(); ++i)
        findings[i].details = moved[i].details;
      std::ofstream(path, std::ios::binary) << joined(with_expectations(code, findings));
    }
    CHECK_MESSAGE(different.empty(), path.filename().string(), ":\n", different);
    CHECK_MESSAGE(!compiled.reporter.diagnostics().empty(),
                  "a case that reports nothing belongs into good/");
  }
}

TEST_CASE("the cases of good/ compile without a word") {
  for (const fs::path& path : flow_files(kCases / "good")) {
    Compiled compiled;
    compile_files(split(read(path)), compiled);
    const std::string errors = errors_of(compiled);
    CHECK_MESSAGE(errors.empty(), path.filename().string(), ":\n", errors);
    CHECK(compiled.compilation.program.has_value());
  }
}

TEST_CASE("a fix that is offered makes the program better") {
  for (const fs::path& path : flow_files(kCases)) {
    const std::vector<SourceText> files = split(read(path));
    Compiled before;
    compile_files(files, before);
    const std::vector<Diagnostic> reported = before.reporter.diagnostics();
    for (const Diagnostic& diagnostic : reported) {
      if (diagnostic.fixes.empty()) continue;
      CAPTURE(path.filename().string());
      CAPTURE(diagnostic.message);
      CHECK_MESSAGE(diagnostic.fixes.size() == 1, "which of them is for the user to choose");
      Compiled after;
      compile_files(fixed(files, before.sources, {diagnostic}), after);
      CHECK_MESSAGE(
          is_better(after.reporter.diagnostics(), after.sources, reported, before.sources),
          diagnostic.fixes.front().title, "\n", errors_of(after));
    }
  }
}

TEST_CASE(
    "all fixes of a case, applied until none is left, leave what has no fix and nothing new") {
  int with_fixes = 0;
  for (const fs::path& path : flow_files(kCases)) {
    const std::string text = read(path);
    if (text.find("expect-fix") == std::string::npos) continue;
    ++with_fixes;
    std::vector<SourceText> files = split(text);
    Compiled before;
    compile_files(files, before);
    std::size_t without_fix = 0;
    for (const Diagnostic& diagnostic : before.reporter.diagnostics())
      without_fix += diagnostic.fixes.empty() ? 1 : 0;
    for (std::size_t round = 0; round < limits::kFixRoundsMax; ++round) {
      Compiled now;
      compile_files(files, now);
      files = fixed(files, now.sources, now.reporter.diagnostics());
    }
    Compiled after;
    compile_files(files, after);
    const std::vector<Diagnostic> left = after.reporter.diagnostics();
    CHECK_MESSAGE(apply_fixes(left, after.sources).empty(), path.filename().string());
    CHECK_MESSAGE(left.size() <= without_fix, path.filename().string(), ":\n", errors_of(after));
    if (without_fix == 0) CHECK(after.compilation.program.has_value());
  }
  CHECK(with_fixes >= 15);
}

TEST_CASE("every diagnostic is expected by a case, and no case expects one that is gone") {
  std::set<std::string> expected;
  for (const fs::path& path : flow_files(kCases)) {
    const std::string text = read(path);
    for (const Finding& finding : expected_findings(split(text))) {
      const auto id = parse_code(finding.head.substr(finding.head.find(" FL") + 1, 6));
      REQUIRE_MESSAGE(id, path.filename().string(), ": ", finding.head);
      CHECK_MESSAGE(find_definition(*id) != nullptr, path.filename().string(), ": ", finding.head);
    }
    for (std::size_t at = text.find("FL"); at != std::string::npos; at = text.find("FL", at + 1)) {
      expected.insert(text.substr(at, 6));
    }
  }
  for (const Definition& definition : kCatalog) {
    if (kTestedElsewhere.count(definition.id) != 0) continue;
    CHECK_MESSAGE(expected.count(code_of(definition.id)) == 1, code_of(definition.id),
                  " has no case: ", definition.text);
  }
}

TEST_CASE("one mistake at any token: never a crash, and one error as a rule") {
  std::size_t texts = 0;
  std::size_t more = 0;  // of which there was more than one error
  for (const fs::path& path : flow_files(kCases / "good")) {
    const std::string text = read(path);
    if (text.size() > 4000) continue;
    for (std::size_t begin = 0; begin < text.size();) {
      const auto in_word = [&text](std::size_t i) {
        return i < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '_');
      };
      std::size_t end = begin + 1;
      while (in_word(begin) && in_word(end)) ++end;
      if (std::isspace(static_cast<unsigned char>(text[begin])) == 0) {
        Compiled compiled;
        compile_files(split(text.substr(0, begin) + text.substr(end)), compiled);
        ++texts;
        if (compiled.reporter.error_count() > 1) ++more;
        CHECK_MESSAGE(compiled.reporter.error_count() <= 4, path.filename().string(),
                      ", without \"", text.substr(begin, end - begin), "\" at ", begin, ":\n",
                      errors_of(compiled));
      }
      begin = end;
    }
  }
  REQUIRE(texts > 1000);
  CHECK_MESSAGE(more * 100 <= texts * 8, more, " of ", texts);
}

}  // namespace
}  // namespace flowc::test
