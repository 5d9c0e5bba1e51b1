#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/mutations.h"
#include "diagnostics/render_text.h"
#include "syntax/parse.h"

namespace flowc::test {
namespace {

std::vector<Diagnostic> errors_of(const std::string& text, SourceMap& sources) {
  Reporter reporter;
  parse(sources.add("sample.flow", text), sources, reporter);
  return reporter.diagnostics();
}

/// How many lines the nearest error, or a label of one, is from a line.
std::uint32_t nearest(const std::vector<Diagnostic>& errors, std::uint32_t line,
                      const SourceMap& sources) {
  std::uint32_t least = 1000;
  const auto look = [&](Span span) {
    const std::uint32_t other = sources.begin(span).line;
    least = std::min(least, other > line ? other - line : line - other);
  };
  for (const Diagnostic& error : errors) {
    look(error.span);
    for (const Label& label : error.labels) look(label.span);
  }
  return least;
}

struct Counts {
  int mistakes = 0;
  int silent = 0;         // still a sentence
  int more_than_one = 0;  // errors for one mistake
};

/// Makes a mistake at each piece of each right program: at most three errors, one of them near.
template <class Mutation>
Counts make_mistakes(const Mutation& mutated) {
  Counts counts;
  for (const SampleFile& file : right_programs()) {
    CAPTURE(file.path);
    for (const Piece& piece : pieces(file.text)) {
      const std::string text = mutated(file.text, piece);
      if (text == file.text) continue;
      const std::string word = file.text.substr(piece.begin, piece.end - piece.begin);
      const std::uint32_t line = line_at(file.text, piece.begin);
      SourceMap sources;
      const std::vector<Diagnostic> errors = errors_of(text, sources);
      CAPTURE(word);
      CAPTURE(line);
      CAPTURE(render_text(errors, sources));
      ++counts.mistakes;
      CHECK(errors.size() <= 3);
      if (errors.empty()) {
        ++counts.silent;
        continue;
      }
      if (errors.size() > 1) ++counts.more_than_one;
      // A brace that is missing shows where the next declaration begins.
      CHECK(nearest(errors, line, sources) <= (word == "}" ? 4 : 2));
    }
  }
  MESSAGE(counts.mistakes, " mistakes, ", counts.silent, " silent, ", counts.more_than_one,
          " with more than one error");
  return counts;
}

}  // namespace

TEST_CASE("the programs that the mistakes are made in are right") {
  const std::vector<SampleFile> files = right_programs();
  CHECK(files.size() >= 10);
  for (const SampleFile& file : files) {
    SourceMap sources;
    CHECK_MESSAGE(render_text(errors_of(file.text, sources), sources) == "", file.path);
  }
}

TEST_CASE("a word or sign that is missing: at most three errors, one of them near") {
  const Counts counts = make_mistakes(deleted);
  CHECK(counts.more_than_one <= counts.mistakes / 25);
}

TEST_CASE("a word or sign written twice: at most three errors, one of them near") {
  const Counts counts = make_mistakes(doubled);
  CHECK(counts.more_than_one <= counts.mistakes / 25);
}

TEST_CASE("a word with a letter changed: at most three errors, one of them near") {
  const Counts counts = make_mistakes(misspelt);
  CHECK(counts.more_than_one <= counts.mistakes / 25);
}

}  // namespace flowc::test
