#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/render_text.h"
#include "support/golden.h"
#include "syntax/ast_json.h"
#include "syntax/parse.h"

namespace {

using namespace flowc;

struct Parsed {
  SourceMap sources;
  std::unique_ptr<ast::File> file;
  std::vector<Diagnostic> diagnostics;

  std::vector<unsigned> ids() const {
    std::vector<unsigned> out;
    for (const Diagnostic& one : diagnostics) out.push_back(one.id);
    return out;
  }
  std::string text() const { return render_text(diagnostics, sources); }
};

std::unique_ptr<Parsed> parsed(const std::string& text) {
  auto out = std::make_unique<Parsed>();
  Reporter reporter;
  const FileId id = out->sources.add("test.flow", text);
  out->file = parse(id, out->sources, reporter);
  out->diagnostics = reporter.diagnostics();
  return out;
}

using Ids = std::vector<unsigned>;

Ids ids_of(const std::string& text) {
  return parsed(text)->ids();
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const ast::Field& field(const Parsed& parsed, std::size_t index = 0) {
  return std::get<ast::Record>(parsed.file->declarations.at(0)).fields.at(index);
}

}  // namespace

TEST_CASE("each syntax sample has the tree of its golden") {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FLOW_SOURCE_DIR) + "/tests/syntax")) {
    if (entry.path().extension() != ".flow") continue;
    ++count;
    const auto result = parsed(contents(entry.path()));
    nlohmann::ordered_json out = to_json(*result->file, result->sources);
    for (const Diagnostic& one : result->diagnostics) {
      const Position at = result->sources.begin(one.span);
      out["diagnostics"].push_back(code_of(one.id) + " at " + std::to_string(at.line) + ':' +
                                   std::to_string(at.column) + ": " + one.message);
    }
    check_golden("tests/syntax/" + entry.path().stem().string() + ".ast.json", out.dump(2) + '\n');
  }
  CHECK(count >= 6);
}

TEST_CASE("the examples of the catalogue's syntax pages say what they should") {
  for (const Definition& definition : kSyntaxDefinitions) {
    const std::string page(catalog_page(definition.id));
    CAPTURE(page);
    const auto block = [&page](const std::string& fence) {
      const std::size_t begin = page.find(fence);
      if (begin == std::string::npos) return std::string();
      const std::size_t text = begin + fence.size();
      // The files behind `//---` are for the checks of imports.
      return page.substr(text, std::min(page.find("```\n", text), page.find("//---", text)) - text);
    };
    const std::string bad = block("```flow bad\n");
    if (bad.empty() || definition.id < 100)
      continue;
    const Ids found = ids_of(bad);
    CHECK(std::find(found.begin(), found.end(), definition.id) != found.end());
    CHECK(ids_of(block("```flow good\n")).empty());
  }
}

TEST_CASE("the examples of the language's reference parse") {
  const std::string page = contents(std::string(FLOW_SOURCE_DIR) + "/grammar/README.md");
  std::size_t count = 0;
  for (std::size_t at = page.find("```flow\n"); at != std::string::npos;
       at = page.find("```flow\n", at + 1)) {
    const std::string example = page.substr(at + 8, page.find("```\n", at + 8) - at - 8);
    CAPTURE(example);
    CHECK(parsed(example)->text() == "");
    ++count;
  }
  CHECK(count >= 5);
}

TEST_CASE("every word of the language may be any name") {
  const std::string grammar = contents(std::string(FLOW_SOURCE_DIR) + "/grammar/FlowLexer.g4");
  std::vector<std::string> words;
  for (std::size_t at = grammar.find(": '"); at != std::string::npos;
       at = grammar.find(": '", at + 1)) {
    const std::string word = grammar.substr(at + 3, grammar.find('\'', at + 3) - at - 3);
    if (!word.empty() && word.front() >= 'a' && word.front() <= 'z') words.push_back(word);
  }
  CHECK(words.size() > 50);
  for (const std::string& w : words) {
    const auto result =
        parsed("module " + w + "." + w + "\nrecord " + w + " {\n  " + w + ": " + w + " = " + w +
               "\n  a: [" + w + "]\n  key " + w + ": {string: " + w + "?}\n}\nenum " + w + " { " +
               w + ", a\n" + w + "\n}\nevent " + w + " { key " + w + ": uuid }\nchannel " + w +
               " { concurrency 1 }\nhandlers " + w + " {\n  " + w + "(" + w + ") via " + w +
               " sends " + w + ", " + w + "\n  " + w + "(" + w + "." + w + ") -> " + w + " then " +
               w + "\n}\nservice " + w + " { " + w + " " + w + " }\ndeploy " + w + " { store " + w +
               ": memory }\n");
    CAPTURE(w);
    CHECK(result->text() == "");
    CHECK(result->file->declarations.size() == 7);
  }
}

TEST_CASE("line ends and byte order marks") {
  CHECK(ids_of("\xEF\xBB\xBFmodule a\r\nrecord R {\r\n  a: int32\r\n}\r\n").empty());
  CHECK(ids_of("module a\rrecord R { }\n") == Ids{7});
  CHECK(ids_of("module a\n\r") == Ids{7});
  CHECK(ids_of(std::string("module a\n\0", 10)) == Ids{6});
  CHECK(ids_of("\xFF\xFEm\0") == Ids{9});
  CHECK(ids_of("module a\n// \xC3\x28 \xE2\x82\n") == Ids{5, 5});
  CHECK(ids_of("module a\nrecord R { a: string = \"\xE2\x80\xAE\" }\n") == Ids{8});
  CHECK(ids_of("module a // \xE2\x81\xA6 x\n") == Ids{8});
  CHECK(ids_of("module a // caf\xC3\xA9 \xF0\x9F\x98\x80\n").empty());
}

TEST_CASE("values") {
  const auto value = [](const std::string& text) {
    const auto result = parsed("module a\nrecord R { x: t = " + text + " }");
    CAPTURE(result->text());
    CHECK(result->diagnostics.empty());
    return *field(*result).default_value;
  };
  CHECK(value("1_000_000").integer == 1'000'000);
  CHECK(value("-9223372036854775808").integer == std::numeric_limits<std::int64_t>::min());
  CHECK(value("9223372036854775807").integer == std::numeric_limits<std::int64_t>::max());
  CHECK(value("9223372036854775808").wide);
  CHECK(value("-9_223_372_036_854_775_809").text == "-9223372036854775809");
  CHECK(value("-1_0.50").text == "-10.50");
  CHECK(value("true").boolean);
  CHECK(value("250ms").integer == 250'000);
  CHECK(value("2h").integer == 7'200'000'000);
  CHECK(value("30d").integer == 2'592'000'000'000);
  CHECK(value("64KiB").integer == 65'536);
  CHECK(value("64KiB").kind == ast::Value::Kind::size);
  CHECK(value("20%").integer == 20);
  CHECK(value("gold").kind == ast::Value::Kind::name);
  CHECK(value("[]").kind == ast::Value::Kind::list);
  CHECK(value("{}").kind == ast::Value::Kind::map);
  CHECK(value("[1, 2 3]").elements.size() == 3);
  CHECK(value("{a: 1, \"b\": 2}").keys.at(1).text == "b");
  CHECK(value(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")").text ==
        "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(value(R"("ends with \\")").text == "ends with \\");
}

TEST_CASE("values out of range and of no form are errors, one each") {
  const auto of = [](const std::string& text) {
    return ids_of("module a\nrecord R { x: t = " + text + "\n y: int32 }");
  };
  // What a whole number may be is a matter of its type.
  CHECK(of("9223372036854775808") == Ids{});
  CHECK(of("200_000_000d") == Ids{110});
  CHECK(of("99999999999GiB") == Ids{110});
  CHECK(of("-5s") == Ids{110});
  CHECK(of("2h30m") == Ids{111});
  CHECK(of("1.5h") == Ids{111});
  CHECK(of("5 parsecs") == Ids{101});
  CHECK(of("\"abc") == Ids{106});
  CHECK(of("\"\\x\"") == Ids{107});
  CHECK(of("\"\\u12\"") == Ids{107});
  CHECK(of("\"\\ud800\"") == Ids{107});
  CHECK(of("'abc'") == Ids{105});
  CHECK(of("\xE2\x80\x9C"
           "abc\xE2\x80\x9D") == Ids{105});
  CHECK(of("1;") == Ids{105});
  CHECK(of("/* x */ 1") == Ids{113});
  CHECK(of("caf\xC3\xA9") == Ids{108});
}

TEST_CASE("documentation goes to what stands below it") {
  const auto result = parsed(
      "/// Shop.\nmodule a\n\n/// One.\n/// Two.\nrecord R {\n  /// Deep.\n  a: int32 /// not of "
      "b\n  b: int32\n}\n// no\nenum E { x }\n");
  const auto& record = std::get<ast::Record>(result->file->declarations.at(0));
  CHECK(result->file->module->documentation == "Shop.");
  CHECK(record.documentation == "One.\nTwo.");
  CHECK(record.fields.at(0).documentation == "Deep.");
  CHECK(record.fields.at(1).documentation == "");
  CHECK(std::get<ast::Enum>(result->file->declarations.at(1)).documentation == "");
}

TEST_CASE("clauses and settings come at most once") {
  CHECK(ids_of("module a\nhandlers H { a(B) via c via d }") == Ids{115});
  CHECK(ids_of("module a\nhandlers H { a(B) sends C sends D inline inline at \"x\" at \"y\" }") ==
        Ids{115, 115, 115});
  CHECK(ids_of("module a\nchannel c { timeout 1s timeout 2s retry now 1 retry now 2 }") ==
        Ids{115, 115});
  CHECK(ids_of("module a\nrecord R { a: string = \"\" = \"\" @personal @personal was \"b\" was "
               "\"c\" }") == Ids{115, 115, 115});
  CHECK(ids_of("module a\nrecord R { a: string?? }") == Ids{115});
}

TEST_CASE("the module is said once, first") {
  CHECK(ids_of("") == Ids{116});
  CHECK(ids_of("record R { }") == Ids{116});
  CHECK(ids_of("record R { }\nmodule a") == Ids{119});
  CHECK(ids_of("module a\nmodule b") == Ids{117});
  CHECK(ids_of("modul a.b") == Ids{102});
}

TEST_CASE("bounds: one past each is an error, at each it is none") {
  const auto nested = [](std::size_t depth) {
    return "module a\nrecord R { x: " + std::string(depth - 1, '[') + "int32" +
           std::string(depth - 1, ']') + " }";
  };
  CHECK(ids_of(nested(limits::kNestingMax)).empty());
  CHECK(ids_of(nested(limits::kNestingMax + 1)) == Ids{109});
  const auto word = [](std::size_t bytes) {
    return "module a\nrecord R { " + std::string(bytes, 'x') + ": int32 }";
  };
  CHECK(ids_of(word(limits::kNameBytesMax)).empty());
  CHECK(ids_of(word(limits::kNameBytesMax + 1)) == Ids{112});
  const auto path = [](std::size_t bytes) {
    std::string out = "module ab";
    while (out.size() < bytes + 7) out += ".x";
    return out;
  };
  static_assert(limits::kPathBytesMax % 2 == 0);
  CHECK(ids_of(path(limits::kPathBytesMax)).empty());
  CHECK(ids_of(path(limits::kPathBytesMax + 2)) == Ids{112});
  CHECK(ids_of("module a\nrecord R { x: string = \"" +
               std::string(limits::kTokenBytesMax - 2, 'x') + "\" }")
            .empty());
  CHECK(ids_of("module a\nrecord R { x: string = \"" +
               std::string(limits::kTokenBytesMax - 1, 'x') + "\" }") == Ids{112});
  const auto many = [](std::size_t words) {
    std::string out = "module a\nenum E { ";  // five words and signs, and one `}`
    for (std::size_t i = 0; i < words - 6; ++i) out += "x ";
    return out + "}";
  };
  CHECK(ids_of(many(limits::kTokensMax)).empty());
  CHECK(ids_of(many(limits::kTokensMax + 1)) == Ids{120});
}

TEST_CASE("hostile files end in an error, quickly") {
  for (const char* piece :
       {"{",         "[",   "(",      "}", "{}",      "record R {", "\"",   "\\",
        "\xFF",      ";",   "/*",     "a", "1",       "@",          "'x' ", "handlers H { a(B) ",
        "module a ", "x: ", "{ x: {", "-", "event E "}) {
    std::string text = "module a\nrecord R { a: ";
    while (text.size() < 300'000) text += piece;
    const auto result = parsed(text);
    CAPTURE(piece);
    CHECK(!result->diagnostics.empty());
    CHECK(result->diagnostics.size() <= limits::kDiagnosticsPerFile + 1);
  }
}

TEST_CASE("a file is read once, and what cannot be read is said at its import") {
  MemoryFileSystem files;
  files.add("a/b.flow", "module b");
  SourceMap sources;
  Reporter reporter;
  const auto first = load(files, "a/b.flow", sources, reporter);
  REQUIRE(first);
  CHECK(load(files, "./a/x/../b.flow", sources, reporter) == first);
  CHECK(!reporter.has_errors());
  CHECK(!load(files, "a/c.flow", sources, reporter, Span{*first, 0, 6}));
  CHECK(!load(files, "a", sources, reporter, Span{*first, 7, 8}));
  CHECK(!load(files, "main.flow", sources, reporter));
  const auto shown = reporter.diagnostics();
  REQUIRE(shown.size() == 3);
  CHECK(shown[0].message == "there is no file \"a/c.flow\"");
  CHECK(shown[1].message == "\"a\" is a directory, not a file");
  CHECK(sources.path(shown[2].span.file) == "main.flow");
}
