#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "compiler/expectations.h"
#include "compiler/mutations.h"
#include "diagnostics/fix.h"
#include "diagnostics/render_text.h"

namespace flowc::test {
namespace {

/// Applies fixes until none is left, as `check --fix` does: each round has to be better.
void mend(std::string text) {
  std::size_t round = 0;
  for (; round < limits::kFixRoundsMax; ++round) {
    Compiled before;
    compile_files({{"main.flow", {text}}}, before);
    const std::vector<Diagnostic> reported =
        before.reporter.diagnostics(limits::kDiagnosticsKeptPerFile);
    const auto fixed = apply_fixes(reported, before.sources);
    if (fixed.empty()) return;
    const std::string next = fixed.at(FileId{0}).text;
    Compiled after;
    compile_files({{"main.flow", {next}}}, after);
    const std::vector<Diagnostic> left =
        after.reporter.diagnostics(limits::kDiagnosticsKeptPerFile);
    CAPTURE(render_text(reported, before.sources));
    CAPTURE(render_text(left, after.sources));
    const bool better = is_better(left, after.sources, reported, before.sources);
    CHECK(better);
    if (!better) return;
    text = next.substr(0, next.size() - 1);  // compile_files() ends the last line
  }
  CHECK(round < limits::kFixRoundsMax);
}

template <class Mutation>
void mend_all(const Mutation& mutated) {
  for (const SampleFile& file : right_programs()) {
    for (const Piece& piece : pieces(file.text)) {
      const std::string text = mutated(file.text, piece);
      if (text == file.text) continue;
      CAPTURE(file.path);
      CAPTURE(file.text.substr(piece.begin, piece.end - piece.begin));
      CAPTURE(line_at(file.text, piece.begin));
      mend(text);
    }
  }
}

}  // namespace

TEST_CASE("the fixes of a misspelt word make the program better") {
  mend_all(misspelt);
}

TEST_CASE("the fixes of a missing word or sign make the program better") {
  mend_all(deleted);
}

TEST_CASE("the fixes of a doubled word or sign make the program better") {
  mend_all(doubled);
}

}  // namespace flowc::test
