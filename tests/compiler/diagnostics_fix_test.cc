#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "diagnostics/catalog.h"
#include "diagnostics/fix.h"
#include "diagnostics/reporter.h"

namespace {

using namespace flowc;

/// One file, the mistakes reported of it, and what their fixes make of it.
struct Sheet {
  explicit Sheet(std::string text) : file(sources.add("main.flow", std::move(text))) {}

  Span find(std::string_view part, std::size_t from = 0) const {
    const std::size_t begin = sources.text(file).find(part, from);
    REQUIRE(begin != std::string_view::npos);
    return {file, static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(begin + part.size())};
  }
  void fix(Span span, std::string replacement) {
    reporter.error(kClosesNothing, span, "x").fix(span, std::move(replacement));
  }
  std::string fixed() const {
    const auto files = apply_fixes(reporter.diagnostics(), sources);
    return files.empty() ? std::string(sources.text(file)) : files.at(file).text;
  }
  std::size_t count() const {
    const auto files = apply_fixes(reporter.diagnostics(), sources);
    return files.empty() ? 0 : files.at(file).fixed;
  }

  SourceMap sources;
  FileId file;
  Reporter reporter;
};

Diagnostic reported(unsigned id, FileId file = {}, Severity severity = Severity::error) {
  Diagnostic one;
  one.id = id;
  one.severity = severity;
  one.span = {file, 0, 1};
  return one;
}

}  // namespace

TEST_CASE("fixes are applied together, each at its place") {
  Sheet sheet("recrod A { a: strng }\n");
  sheet.fix(sheet.find("strng"), "string");
  sheet.fix(sheet.find("recrod"), "record");
  sheet.fix(sheet.find(" }"), ", b: A }");
  CHECK(sheet.fixed() == "record A { a: string, b: A }\n");
  CHECK(sheet.count() == 3);
}

TEST_CASE("of two that overlap, the first is taken, as a whole") {
  Sheet sheet("one two three\n");
  sheet.fix(sheet.find("one two"), "1 2");
  sheet.fix(sheet.find("two three"), "2 3");
  CHECK(sheet.fixed() == "1 2 three\n");
  CHECK(sheet.count() == 1);
}

TEST_CASE("of two insertions at one place, the first is taken: their order would be a guess") {
  Sheet sheet("a b\n");
  sheet.reporter.error(kClosesNothing, sheet.find("a"), "x").fix({sheet.file, 1, 1}, "}");
  sheet.reporter.error(kClosesNothing, sheet.find("b"), "x").fix({sheet.file, 1, 1}, "]");
  CHECK(sheet.fixed() == "a} b\n");
}

TEST_CASE("a diagnostic with two fixes is the user's to decide") {
  Sheet sheet("one\n");
  sheet.reporter.error(kClosesNothing, sheet.find("one"), "x")
      .fix(sheet.find("one"), "two")
      .fix(sheet.find("one"), "three");
  CHECK(sheet.fixed() == "one\n");
  CHECK(sheet.count() == 0);
}

TEST_CASE("a line that is left without a word goes with what stood on it") {
  Sheet sheet("a\n  }  \nb }\n");
  sheet.fix(sheet.find("}"), "");
  sheet.fix(sheet.find("}", 8), "");
  CHECK(sheet.fixed() == "a\nb \n");

  Sheet last("a\n}");
  last.fix(last.find("}"), "");
  CHECK(last.fixed() == "a\n");
}

TEST_CASE("byte order mark and line ends stay") {
  Sheet sheet("\xEF\xBB\xBFone\r\ntwo\r\nthree\r\n");
  sheet.fix(sheet.find("one"), "1");
  sheet.fix({sheet.file, 8, 8}, "}\n");
  sheet.fix(sheet.find("three"), "");
  CHECK(sheet.fixed() ==
        "\xEF\xBB\xBF"
        "1\r\n}\r\ntwo\r\n");
}

TEST_CASE("a fix of several edits is applied in all its files, or not at all") {
  SourceMap sources;
  const FileId a = sources.add("a.flow", "one two\n");
  const FileId b = sources.add("b.flow", "three\n");
  Diagnostic first = reported(201, a);
  first.fixes = {{"x", {{{a, 0, 3}, "1"}, {{b, 0, 5}, "3"}}}};
  Diagnostic second = reported(201, a);
  second.fixes = {{"x", {{{a, 4, 7}, "2"}, {{b, 4, 5}, "!"}}}};
  const auto files = apply_fixes({first, second}, sources);
  REQUIRE(files.size() == 2);
  CHECK(files.at(a).text == "1 two\n");
  CHECK(files.at(a).fixed == 1);
  CHECK(files.at(b).text == "3\n");
  CHECK(files.at(b).fixed == 0);
}

TEST_CASE("better is fewer errors at the first stage that differs") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "x");
  const auto better = [&sources](std::vector<Diagnostic> after, std::vector<Diagnostic> before) {
    return is_better(after, sources, before, sources);
  };
  CHECK(better({}, {reported(201)}));
  CHECK_FALSE(better({reported(201)}, {reported(201)}));
  CHECK_FALSE(better({reported(201)}, {}));
  // A syntax error hides what follows from it.
  CHECK(better({reported(401), reported(401)}, {reported(101)}));
  CHECK_FALSE(better({reported(101)}, {reported(401), reported(401)}));
  CHECK(better({reported(101), reported(101)}, {reported(5)}));
  // A file that is not found was not looked for before the import could be read.
  CHECK(better({reported(1)}, {reported(106)}));
  // A warning less is better, an error more for it is not.
  CHECK(better({}, {reported(311, file, Severity::warning)}));
  CHECK_FALSE(better({reported(401)}, {reported(311, file, Severity::warning)}));
  CHECK_FALSE(better({reported(802, file, Severity::warning)}, {}));
  CHECK(better({reported(10, file, Severity::note)}, {reported(201)}));
}

TEST_CASE("the mistakes of a file that a fix imports were there before") {
  SourceMap before;
  const FileId main = before.add("main.flow", "x");
  SourceMap after;
  after.add("main.flow", "x");
  const FileId found = after.add("found.flow", "x");
  CHECK(is_better({reported(101, found), reported(201, found)}, after, {reported(106, main)},
                  before));
}
