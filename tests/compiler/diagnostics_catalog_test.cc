#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "compiler/expectations.h"
#include "diagnostics/catalog.h"

namespace flowc::test {
namespace {

namespace fs = std::filesystem;

const fs::path kPages = fs::path(FLOW_SOURCE_DIR) / "compiler" / "diagnostics" / "catalog";

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

std::string listed(const Compiled& compiled) {
  std::string text;
  for (const Finding& finding : actual_findings(compiled)) text += describe(finding) + "\n";
  return text;
}

/// The errors, and all other diagnostics of one id.
std::set<unsigned> errors_and(unsigned id, const Compiled& compiled) {
  std::set<unsigned> ids;
  for (const Diagnostic& diagnostic : compiled.reporter.diagnostics()) {
    if (diagnostic.severity == Severity::error || diagnostic.id == id) ids.insert(diagnostic.id);
  }
  return ids;
}

/// A disk on which one file is there and cannot be read, or is read and larger than is told.
class FaultyFileSystem final : public FileSystem {
 public:
  FaultyFileSystem(std::string path, FileError error)
      : path_(std::move(path)), error_(std::move(error)) {}
  Result<std::string, FileError> read(const std::string& path) const override {
    if (path == path_) return error_;
    return std::string("module shop\nimport \"" + path_ + "\"\n");
  }
  std::string canonical(const std::string& path) const override { return path; }

 private:
  std::string path_;
  FileError error_;
};

void compile_text(const std::string& text, Compiled& result) {
  compile_files({{"main.flow", {text}}}, result);
}

void compile_faulty(FileError error, Compiled& result) {
  const FaultyFileSystem files("leads.flow", std::move(error));
  result.compilation = compile(files, "main.flow", result.sources, result.reporter);
}

void compile_chain(Compiled& result) {
  std::vector<SourceText> files;
  for (std::size_t i = 0; i <= limits::kImportDepthMax + 1; ++i) {
    const std::string number = std::to_string(i);
    files.push_back({"f" + number + ".flow",
                     {"module m" + number, "import \"f" + std::to_string(i + 1) + ".flow\""}});
  }
  files.back().lines.pop_back();
  compile_files(files, result);
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

/// Ids whose mistake no page can show as text, because it is in the bytes, in the file system or in
/// the size; each is made here instead.
const std::map<unsigned, std::function<void(Compiled&)>>& made_elsewhere() {
  static const std::map<unsigned, std::function<void(Compiled&)>> all{
      {3,
       [](Compiled& out) {
         compile_faulty({FileFault::unreadable, "Permission denied"}, out);
       }},
      {4,
       [](Compiled& out) {
         compile_faulty({FileFault::too_large, {}}, out);
       }},
      {5, [](Compiled& out) { compile_text("module shop\n// \xFF", out); }},
      {6, [](Compiled& out) { compile_text(std::string("module shop\n\0", 13), out); }},
      {7, [](Compiled& out) { compile_text("module shop\r// x", out); }},
      {8, [](Compiled& out) { compile_text("module shop\n// \xE2\x80\xAE", out); }},
      {9, [](Compiled& out) { compile_text("\xFF\xFEm", out); }},
      {10,
       [](Compiled& out) {
         compile_text("module shop\n" + repeated("}\n", limits::kDiagnosticsPerFile + 1), out);
       }},
      {109,
       [](Compiled& out) {
         compile_text("module shop\nrecord A { a: " + repeated("[", limits::kNestingMax) + " }",
                      out);
       }},
      {112,
       [](Compiled& out) {
         compile_text("module shop\nrecord " + std::string(limits::kTokenBytesMax + 1, 'A') + " {}",
                      out);
       }},
      {120,
       [](Compiled& out) {
         compile_text("module shop\n" + repeated("a ", limits::kTokensMax), out);
       }},
      {214, compile_chain},
  };
  return all;
}

}  // namespace

TEST_CASE("every diagnostic has a page, every page a diagnostic that lives or has retired") {
  std::set<unsigned> ids(kRetiredIds.begin(), kRetiredIds.end());
  for (const Definition& definition : kCatalog) {
    CHECK_MESSAGE(ids.insert(definition.id).second, code_of(definition.id), " has retired");
  }
  std::set<unsigned> pages;
  for (const auto& entry : fs::directory_iterator(kPages)) {
    CAPTURE(entry.path().filename().string());
    const auto id = parse_code(entry.path().stem().string());
    REQUIRE(id);
    pages.insert(*id);
    CHECK(entry.path().filename().string() == code_of(*id) + ".md");
    CHECK(catalog_page(*id).starts_with("# " + code_of(*id) + ": "));
  }
  CHECK(pages == ids);
}

TEST_CASE(
    "the bad example of a page shows its diagnostic and no other error; the good one compiles") {
  for (const Definition& definition : kCatalog) {
    const std::string code = code_of(definition.id);
    const std::string page(catalog_page(definition.id));
    const std::vector<std::string> bad = blocks(page, "bad");
    const std::vector<std::string> good = blocks(page, "good");
    // A version without its upcast is an error of its own: only `flowc diff` meets this one alone.
    const bool elsewhere = made_elsewhere().contains(definition.id) ||
                           definition.id == kUpcastRemoved.definition.id;
    CHECK_MESSAGE(bad.empty() == elsewhere, code, elsewhere ? " has" : " lacks", " a bad example");
    CHECK_MESSAGE((elsewhere || !good.empty()), code, " lacks a good example");
    CHECK_MESSAGE(page.find("```flow\n") == std::string::npos, code,
                  " has an example that is neither bad nor good");
    for (const std::string& text : bad) {
      Compiled compiled;
      compile_files(split(text), compiled);
      CHECK_MESSAGE((errors_and(definition.id, compiled) == std::set<unsigned>{definition.id}),
                    code, ": the bad example reports\n", listed(compiled));
    }
    for (const std::string& text : good) {
      Compiled compiled;
      compile_files(split(text), compiled);
      CHECK_MESSAGE(errors_and(definition.id, compiled).empty(), code,
                    ": the good example reports\n", listed(compiled));
    }
  }
}

TEST_CASE("what no page can show is shown here") {
  for (const auto& [id, make] : made_elsewhere()) {
    Compiled compiled;
    make(compiled);
    std::set<unsigned> ids = errors_and(id, compiled);
    if (id == 10) ids.erase(104);  // the errors that it counts
    CHECK_MESSAGE((ids == std::set<unsigned>{id}), code_of(id), ":\n", listed(compiled));
  }
}

}  // namespace flowc::test
