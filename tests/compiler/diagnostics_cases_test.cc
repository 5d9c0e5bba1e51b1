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

#include "compiler/expectations.h"
#include "diagnostics/catalog.h"

namespace flowc::test {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(FLOW_SOURCE_DIR) / "tests" / "diagnostics";
const fs::path kPages = fs::path(FLOW_SOURCE_DIR) / "compiler" / "diagnostics" / "catalog";

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

/// The files with one fix applied: its edits from the last to the first.
std::vector<SourceText> fixed(const std::vector<SourceText>& files, const SourceMap& sources,
                              const Fix& fix) {
  std::vector<SourceText> result = files;
  std::vector<Edit> edits = fix.edits;
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.span.begin > b.span.begin; });
  for (const Edit& edit : edits) {
    for (SourceText& file : result) {
      if (file.path != sources.path(edit.span.file)) continue;
      std::string text = file.text();
      text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
      file.lines = split(text).front().lines;
    }
  }
  return result;
}

/// Ids that need a file system, a size that no case can have, or two versions of what `tests/lock`
/// has as locks; unit tests cover them.
const std::set<unsigned> kTestedElsewhere{2,   3,   4,   112, 120, 214,
                                          716, 725, 727, 728, 729, 731};

/// The code of the blocks of a page: ```flow bad and ```flow good.
std::vector<std::string> blocks(const std::string& page, const std::string& kind) {
  std::vector<std::string> found;
  const std::string opening = "```flow " + kind + "\n";
  for (std::size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at)) {
    at += opening.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

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
    for (const Diagnostic& diagnostic : before.reporter.diagnostics()) {
      for (const Fix& fix : diagnostic.fixes) {
        Compiled after;
        compile_files(fixed(files, before.sources, fix), after);
        CHECK_MESSAGE(after.reporter.error_count() <= before.reporter.error_count(),
                      path.filename().string(), ": ", fix.title, "\n", errors_of(after));
        for (const Diagnostic& left : after.reporter.diagnostics()) {
          const bool same = left.id == diagnostic.id && left.span.begin == diagnostic.span.begin &&
                            left.span.file == diagnostic.span.file;
          CHECK_MESSAGE(!same, path.filename().string(), ": ", code_of(diagnostic.id),
                        " is still there after: ", fix.title, "\n", errors_of(after));
        }
      }
    }
  }
}

TEST_CASE("every diagnostic is expected by a case, and no case expects one that is gone") {
  std::set<std::string> expected;
  for (const fs::path& path : flow_files(kCases)) {
    const std::string text = read(path);
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

TEST_CASE("every diagnostic has a page, whose bad example shows it and whose good one compiles") {
  for (const Definition& definition : kCatalog) {
    const std::string code = code_of(definition.id);
    const std::string page(catalog_page(definition.id));
    CHECK_MESSAGE(page.rfind("# " + code + ": ", 0) == 0, code,
                  " has no page, or it has another title");
    for (const std::string& bad : blocks(page, "bad")) {
      Compiled compiled;
      compile_files(split(bad), compiled);
      const std::string errors = errors_of(compiled);
      CHECK_MESSAGE(errors.find(code) != std::string::npos, code,
                    ": the bad example does not show it:\n", errors);
    }
    for (const std::string& good : blocks(page, "good")) {
      Compiled compiled;
      compile_files(split(good), compiled);
      CHECK_MESSAGE(!compiled.reporter.has_errors(), code, ": the good example does not compile:\n",
                    errors_of(compiled));
    }
  }
}

TEST_CASE("every page belongs to a diagnostic") {
  for (const auto& entry : fs::directory_iterator(kPages)) {
    const auto id = parse_code(entry.path().stem().string());
    REQUIRE(id);
    CHECK_MESSAGE(!catalog_page(*id).empty(), entry.path().filename().string());
    bool live = false;
    for (const Definition& definition : kCatalog) live = live || definition.id == *id;
    CHECK_MESSAGE(live, entry.path().filename().string(), " has no diagnostic");
  }
}

TEST_CASE("one mistake at any token: never a crash, and not a flood") {
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
        CHECK_MESSAGE(compiled.reporter.error_count() <= 6, path.filename().string(),
                      ", without \"", text.substr(begin, end - begin), "\" at ", begin, ":\n",
                      errors_of(compiled));
      }
      begin = end;
    }
  }
}

}  // namespace
}  // namespace flowc::test
