#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "commands/explain_process.h"
#include "commands/explain_retries.h"
#include "compiler/expectations.h"
#include "diagnostics/render_text.h"

// The language's reference shows programs and what flowc says of programs; both are tried here.
//
// A block ```flow is a program, compiled together with what a comment in front of it declares:
//
//   <!-- with
//   event OrderPlaced { … }
//   //--- another.flow
//   … -->
//
// Any other block is what flowc prints. A comment in front of it has the program, behind a line
// that says what is asked of it; FLOW_UPDATE=1 writes the block anew:
//
//   <!-- shop.flow          <!-- shop.flow explain saga Acceptance
//   …                       …
//   -->                     -->

namespace flowc::test {
namespace {

const std::string kPath = std::string(FLOW_SOURCE_DIR) + "/grammar/README.md";

std::string read_page() {
  std::ifstream in(kPath, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Block {
  std::string language;  ///< behind the opening fence
  std::string comment;   ///< of the comment right before it
  std::size_t begin;     ///< of its content
  std::size_t end;
};

std::string comment_before(const std::string& page, std::size_t fence) {
  constexpr std::string_view kEnd = "-->\n";
  if (fence < kEnd.size() || page.compare(fence - kEnd.size(), kEnd.size(), kEnd) != 0) return "";
  const std::size_t begin = page.rfind("<!-- ", fence) + 5;
  return page.substr(begin, fence - kEnd.size() - begin);
}

std::optional<Block> next_block(const std::string& page, std::size_t from) {
  const std::size_t before = page.find("\n```", from);
  if (before == std::string::npos) return std::nullopt;
  const std::size_t fence = before + 1;
  const std::size_t begin = page.find('\n', fence) + 1;
  return Block{page.substr(fence + 3, begin - fence - 4), comment_before(page, fence), begin,
               page.find("```", begin)};
}

/// The first line of `text`, which is cut off.
std::string take_line(std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  text.erase(0, line.size() + 1);
  return line;
}

/// What flowc answers to the first line of a block's comment, about the program below it.
std::string answer(std::string comment) {
  std::string question = take_line(comment);
  const std::string file = question.substr(0, question.find(' '));
  Compiled compiled;
  compile_files(split("//--- " + file + "\n" + comment), compiled);
  if (question == file) return render_text(compiled.reporter.diagnostics(), compiled.sources);
  if (!compiled.compilation.program) return "the program has errors\n";
  const model::Program& program = *compiled.compilation.program;
  if (question.ends_with(" explain risks")) return explain_risks(program, compiled.sources);
  const std::string name = question.substr(question.rfind(' ') + 1);
  const std::string asked = question.substr(file.size() + 1);
  std::optional<std::string> text;
  if (asked == "explain saga " + name) text = explain_saga(program, name, compiled.sources);
  if (asked == "explain message " + name) text = explain_message(program, name, compiled.sources);
  return text.value_or("nothing answers to: " + question + "\n");
}

}  // namespace

TEST_CASE("the programs of the language's reference compile") {
  const std::string page = read_page();
  std::size_t count = 0;
  std::size_t at = 0;
  while (const std::optional<Block> block = next_block(page, at)) {
    at = block->end + 3;
    if (block->language != "flow") continue;
    std::string context = block->comment;
    if (!context.empty()) CHECK(take_line(context) == "with");
    Compiled compiled;
    compile_files(
        split("//--- main.flow\n" + page.substr(block->begin, block->end - block->begin) + context),
        compiled);
    CHECK(render_text(compiled.reporter.diagnostics(), compiled.sources) == "");
    ++count;
  }
  CHECK(count >= 16);
}

TEST_CASE("what the language's reference shows of flowc is what flowc prints") {
  const std::string page = read_page();
  std::string updated = page;
  std::ptrdiff_t moved = 0;
  std::size_t count = 0;
  std::size_t at = 0;
  while (const std::optional<Block> block = next_block(page, at)) {
    at = block->end + 3;
    if (block->language == "flow") continue;
    const std::string shown = page.substr(block->begin, block->end - block->begin);
    const std::string printed = answer(block->comment);
    updated.replace(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(block->begin) + moved),
                    shown.size(), printed);
    moved +=
        static_cast<std::ptrdiff_t>(printed.size()) - static_cast<std::ptrdiff_t>(shown.size());
    ++count;
    const char* update = std::getenv("FLOW_UPDATE");
    if (update == nullptr || std::string_view(update) != "1") CHECK(printed == shown);
  }
  CHECK(count >= 8);
  if (updated == page || std::getenv("FLOW_UPDATE") == nullptr) return;
  std::ofstream out(kPath, std::ios::binary);
  out << updated;
  REQUIRE(out.good());
}

}  // namespace flowc::test
