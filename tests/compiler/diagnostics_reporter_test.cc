#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/reporter.h"
#include "diagnostics/suggest.h"

namespace {

using namespace flowc;

constexpr Span at(std::uint32_t begin, std::uint32_t file = 0) {
  return {FileId{file}, begin, begin + 1};
}

const std::filesystem::path kDiagnostics =
    std::filesystem::path(FLOW_SOURCE_DIR) / "compiler" / "diagnostics";

std::string source(const std::string& path) {
  std::ifstream in(kDiagnostics / path);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a message has its arguments, each shown as its kind") {
  Reporter reporter;
  reporter.error(kNumberOutOfRange, at(0), "8{1}", "a port");
  reporter.error(kFileTooLarge, at(1), "a.flow", 7u);
  const auto shown = reporter.diagnostics();
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].message == "`8{1}` is out of range: a port");
  CHECK(shown[0].arguments == std::vector<std::string>{"8{1}", "a port"});
  CHECK(shown[1].message == "\"a.flow\" is larger than 7 bytes");
}

TEST_CASE("diagnostics are sorted by file, place and id, and each is shown once") {
  Reporter reporter;
  reporter.error(kClosesNothing, at(5, 1), "}");
  reporter.error(kClosesNothing, at(9), "}");
  reporter.error(kClosesNothing, at(3), "}");
  reporter.error(kBlockComment, at(3));
  reporter.error(kClosesNothing, at(3), "}");
  std::vector<std::pair<unsigned, std::uint32_t>> order;
  for (const Diagnostic& one : reporter.diagnostics()) order.emplace_back(one.id, one.span.begin);
  CHECK(order ==
        std::vector<std::pair<unsigned, std::uint32_t>>{{104, 3}, {113, 3}, {104, 9}, {104, 5}});
}

TEST_CASE("a file shows its first diagnostics and counts the rest") {
  Reporter reporter;
  for (std::uint32_t i = 0; i < 3000; ++i) reporter.error(kBlockComment, at(i));
  reporter.error(kBlockComment, at(0, 1));
  const auto shown = reporter.diagnostics();
  REQUIRE(shown.size() == limits::kDiagnosticsPerFile + 2);
  CHECK(shown[limits::kDiagnosticsPerFile - 1].id == 113);
  CHECK(shown[limits::kDiagnosticsPerFile].severity == Severity::note);
  CHECK(shown[limits::kDiagnosticsPerFile].message == "2950 more in this file, not shown");
  CHECK(shown.back().span.file == FileId{1});
  CHECK(reporter.error_count() == 3001);
}

TEST_CASE("exactly as many as are shown are not counted again") {
  Reporter reporter;
  for (std::uint32_t i = 0; i < limits::kDiagnosticsPerFile; ++i)
    reporter.error(kBlockComment, at(i));
  CHECK(reporter.diagnostics().size() == limits::kDiagnosticsPerFile);
}

TEST_CASE("a checkpoint sees new errors alone") {
  Reporter reporter;
  reporter.error(kBlockComment, at(0));
  const Checkpoint checkpoint = reporter.checkpoint();
  CHECK(checkpoint.no_new_errors());
  reporter.error(kBlockComment, at(1));
  CHECK(!checkpoint.no_new_errors());
}

TEST_CASE("likeness: spelling, case, underscores, plural") {
  const std::vector<std::string> names{"provider_matching", "OrderPlaced", "order", "via", "at"};
  CHECK(suggest("provider_matchng", names) == std::vector<std::string>{"provider_matching"});
  CHECK(suggest("orderplaced", names) == std::vector<std::string>{"OrderPlaced"});
  CHECK(suggest("order_placed", names) == std::vector<std::string>{"OrderPlaced"});
  CHECK(suggest("orders", names) == std::vector<std::string>{"order"});
  CHECK(suggest("vai", names) == std::vector<std::string>{"via"});
  CHECK(suggest("xyz", names).empty());
  CHECK(suggest("x", names).empty());
  CHECK(suggest("via", names).empty());
}

TEST_CASE("likeness: a distance of a third of the length is alike, one more is not") {
  CHECK(suggest("abcdef", {"abcdXY"}) == std::vector<std::string>{"abcdXY"});
  CHECK(suggest("abcdef", {"abcXYZ"}).empty());
  CHECK(edit_distance("kitten", "sitting", 5) == 3);
  CHECK(edit_distance("ab", "ba", 5) == 1);
  CHECK(edit_distance("kitten", "sitting", 2) == 3);
  CHECK(edit_distance(std::string(100'000, 'a'), std::string(100'000, 'b'), 9) == 10);
}

TEST_CASE("a tie names both and fixes neither") {
  Reporter reporter;
  reporter.error(kBlockComment, at(0)).did_you_mean(at(0), "cat", {"bat", "hat", "dog"});
  reporter.error(kBlockComment, at(1)).did_you_mean(at(1), "cat", {"bat", "dog"});
  const auto shown = reporter.diagnostics();
  CHECK(shown[0].fixes.empty());
  CHECK(shown[0].helps == std::vector<std::string>{"similar: `bat` or `hat`"});
  REQUIRE(shown[1].fixes.size() == 1);
  CHECK(shown[1].fixes[0].title == "did you mean `bat`?");
  CHECK(shown[1].fixes[0].edits[0].replacement == "bat");
}

TEST_CASE("codes") {
  CHECK(code_of(1) == "FL0001");
  CHECK(code_of(12345) == "FL12345");
  CHECK(parse_code("FL0201") == 201u);
  CHECK(parse_code("fl201") == 201u);
  CHECK(parse_code("201") == 201u);
  CHECK(!parse_code("FL"));
  CHECK(!parse_code("FL02x"));
  CHECK(!parse_code("99999999999"));
}

TEST_CASE("every definition is in the catalogue") {
  const std::regex declared(R"((?:Error|Warning|Note)Def<(\d+))");
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kDiagnostics)) {
    const std::string header = entry.path().filename().string();
    if (!header.starts_with("catalog_") || !header.ends_with(".h")) continue;
    const std::string text = source(header);
    count += static_cast<std::size_t>(std::distance(
        std::sregex_iterator(text.begin(), text.end(), declared), std::sregex_iterator()));
  }
  CHECK(count == kCatalog.size());
}

TEST_CASE("messages keep to the style: lower case, no full stop, no blame") {
  for (const Definition& definition : kCatalog) {
    CAPTURE(definition.text);
    REQUIRE(!definition.text.empty());
    CHECK(!(definition.text.front() >= 'A' && definition.text.front() <= 'Z' &&
            !definition.text.starts_with("UTF")));
    CHECK(!definition.text.ends_with('.'));
    CHECK(definition.text.find("invalid") == std::string_view::npos);
    CHECK(definition.text.find("illegal") == std::string_view::npos);
  }
}

TEST_CASE("every warning has a name of its own; of errors only rules of evolution may") {
  for (const Definition& definition : kCatalog) {
    CAPTURE(code_of(definition.id));
    if (definition.severity == Severity::warning) {
      CHECK(!definition.name.empty());
    } else if (!is_evolution_rule(definition.id)) {
      CHECK(definition.name.empty());
    }
    if (!definition.name.empty()) CHECK(find_definition(definition.name) == &definition);
  }
  CHECK(find_definition("unused_record")->id == 311);
  CHECK(find_definition("") == nullptr);
  CHECK(find_definition("unused_recrod") == nullptr);
  constexpr std::array kTwins{
      Definition{1, Severity::warning, "a", "one"}, Definition{2, Severity::error, "b", ""},
      Definition{3, Severity::error, "c", ""}, Definition{4, Severity::warning, "d", "one"}};
  static_assert(!names_are_unique(kTwins));
  static_assert(!detail::is_rule_name("UnusedRecord") && !detail::is_rule_name("") &&
                !detail::is_rule_name("1st") && detail::is_rule_name("unused_record_2"));
}

TEST_CASE("warnings can be taken back, errors cannot") {
  Reporter reporter;
  reporter.warning(kUnusedRecord, at(0), "A");
  reporter.error(kBlockComment, at(1));
  auto builder = reporter.warning(kUnusedRecord, at(2), "B");
  reporter.remove_warnings([](const Diagnostic& one) {
    CHECK(one.severity == Severity::warning);
    return one.span.begin == 0;
  });
  builder.help("a builder may live longer");
  const auto shown = reporter.diagnostics();
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].id == 113);
  CHECK(shown[1].helps.size() == 1);
}
