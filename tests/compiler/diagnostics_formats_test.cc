#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/utf16.h"
#include "diagnostics/catalog.h"
#include "diagnostics/render_github.h"
#include "diagnostics/render_json.h"
#include "diagnostics/render_sarif.h"
#include "diagnostics/reporter.h"
#include "support/golden.h"

namespace {

using namespace flowc;
using Json = nlohmann::json;

Span find(const SourceMap& sources, FileId file, std::string_view part) {
  const std::size_t begin = sources.text(file).find(part);
  REQUIRE(begin != std::string_view::npos);
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + part.size())};
}

/// Two files with wide characters before what is wrong, and all that a diagnostic can have.
struct Sample {
  Sample() {
    shop = sources.add("my shop/\xE6\xBC\xA2,1:2.flow",
                       "module acme.shop\n\npublic event OrderPlaced {\n"
                       "  note: string = \"\xE6\xBC\xA2 \xF0\x9F\x98\x80\" total: monney\n}\n"
                       "record Legacy { a: marks  }\n");
    money = sources.add("/lib/money.flow", "module acme.money\npublic record Money {\n}\n");
    reporter.error(kNotDeclared, find(sources, shop, "monney"), "type", "monney")
        .here("100% unknown")
        .label(find(sources, money, "Money"), "similar name, declared here")
        .note(find(sources, money, "module acme.money"), "not imported")
        .note("a remark")
        .help("import it")
        .fix(find(sources, shop, "monney"), "acme.money.Money");
    Span second = find(sources, shop, "marks  }");
    second.end -= 2;
    reporter.error(kNotDeclared, second, "type", "marks");
    reporter.warning(kUnusedRecord, find(sources, shop, "Legacy"), "Legacy");
    reporter.error(kNotClosed, find(sources, money, "{\n}"), "record Money", "the end");
    reporter.error(kEmptyEnum, find(sources, money, "Money"), "Money");
  }

  SourceMap sources;
  FileId shop, money;
  Reporter reporter;
};

void check_region(const Json& region) {
  for (const char* key : {"startLine", "startColumn", "endLine", "endColumn"}) {
    REQUIRE(region.at(key).is_number_unsigned());
    CHECK(region.at(key) >= 1);
  }
  CHECK(region.size() == 4);
  const auto begin = std::pair(region["startLine"].get<int>(), region["startColumn"].get<int>());
  const auto end = std::pair(region["endLine"].get<int>(), region["endColumn"].get<int>());
  CHECK(begin <= end);
}

void check_place(const Json& place) {
  const std::string uri = place.at("artifactLocation").at("uri");
  CHECK(!uri.empty());
  CHECK(uri.find_first_of(" ,\\") == std::string::npos);
  check_region(place.at("region"));
}

}  // namespace

TEST_CASE("UTF-16 code units") {
  CHECK(utf16_units("") == 0);
  CHECK(utf16_units("abc") == 3);
  CHECK(utf16_units("\xC3\xA9") == 1);
  CHECK(utf16_units("\xE6\xBC\xA2") == 1);
  CHECK(utf16_units("\xF0\x9F\x98\x80") == 2);
  CHECK(utf16_units("\xFF\xFE") == 2);
  CHECK(utf16_units("\xE6\xBC") == 2);
  SourceMap sources;
  const FileId file = sources.add("a.flow", "\xEF\xBB\xBF\xF0\x9F\x98\x80 x\r\ny");
  CHECK(utf16_position(sources, file, 8) == Position{1, 4});
  CHECK(utf16_position(sources, file, 11) == Position{2, 1});
  CHECK(utf16_position(sources, file, 999) == Position{2, 2});
}

TEST_CASE("SARIF, in full") {
  const Sample sample;
  check_golden("tests/diagnostics/rendering/sarif.json",
               render_sarif(sample.reporter.diagnostics(), sample.sources, "1.2.3"));
}

TEST_CASE("SARIF has the form that 2.1.0 asks for") {
  const Sample sample;
  const Json log =
      Json::parse(render_sarif(sample.reporter.diagnostics(), sample.sources, "1.2.3"));
  CHECK(log.at("version") == "2.1.0");
  REQUIRE(log.at("runs").size() == 1);
  const Json& run = log["runs"][0];
  CHECK(run.at("columnKind") == "utf16CodeUnits");
  const Json& rules = run.at("tool").at("driver").at("rules");
  std::set<std::string> ids;
  for (const Json& rule : rules) {
    CHECK(ids.insert(rule.at("id")).second);
    CHECK(!rule.at("shortDescription").at("text").get<std::string>().empty());
    CHECK(!rule.at("help").at("text").get<std::string>().empty());
    CHECK(rule.at("help").at("markdown").get<std::string>().starts_with("# FL"));
  }
  std::set<std::string> fingerprints;
  for (const Json& result : run.at("results")) {
    CHECK(rules.at(result.at("ruleIndex").get<std::size_t>()).at("id") == result.at("ruleId"));
    CHECK(!result.at("message").at("text").get<std::string>().empty());
    REQUIRE(result.at("locations").size() == 1);
    check_place(result["locations"][0].at("physicalLocation"));
    for (const Json& related : result.value("relatedLocations", Json::array()))
      check_place(related.at("physicalLocation"));
    for (const Json& fix : result.value("fixes", Json::array())) {
      CHECK(!fix.at("description").at("text").get<std::string>().empty());
      for (const Json& change : fix.at("artifactChanges")) {
        for (const Json& replacement : change.at("replacements"))
          check_region(replacement.at("deletedRegion"));
      }
    }
    CHECK(fingerprints.insert(result.at("partialFingerprints").at("declaration/v1")).second);
  }
}

TEST_CASE("a fingerprint does not change with the lines above") {
  const auto fingerprint = [](const std::string& before) {
    SourceMap sources;
    const FileId file = sources.add("a.flow", "module m\n" + before + "record Legacy { }\n");
    Reporter reporter;
    reporter.warning(kUnusedRecord, find(sources, file, "Legacy"), "Legacy");
    const Json log = Json::parse(render_sarif(reporter.diagnostics(), sources, "1"));
    return log["runs"][0]["results"][0]["partialFingerprints"]["declaration/v1"];
  };
  CHECK(fingerprint("") == "FL0311/m/record Legacy/1");
  CHECK(fingerprint("record Other {\n  a: string\n}\n\n") == fingerprint(""));
}

TEST_CASE("SARIF without diagnostics is a run without results") {
  const Json log = Json::parse(render_sarif({}, SourceMap{}, "1.2.3"));
  CHECK(log["runs"][0]["results"] == Json::array());
  CHECK(log["runs"][0]["tool"]["driver"]["rules"] == Json::array());
}

TEST_CASE("GitHub's annotations, in full") {
  const Sample sample;
  check_golden("tests/diagnostics/rendering/github.txt",
               render_github(sample.reporter.diagnostics(), sample.sources));
  CHECK(render_github({}, sample.sources).empty());
}

TEST_CASE("a text cannot begin a command of its own, or end a property") {
  SourceMap sources;
  const FileId file = sources.add("a,line=7::x%\n.flow", "x\n");
  Reporter reporter;
  reporter.error(kNotDeclared, {file, 0, 1}, "type", "a\r\n::error::b%\x1B[0m");
  const std::string text = render_github(reporter.diagnostics(), sources);
  CHECK(text ==
        "::error file=a%2Cline=7%3A%3Ax%25%0A.flow,line=1,col=1,endLine=1,endColumn=2,title=FL0201"
        "::type `a<0D>%0A::error::b%25<1B>[0m` is not declared\n");
}

TEST_CASE("the JSON of any diagnostic has exactly the form that others read") {
  const Sample sample;
  const Json json = to_json(sample.reporter.diagnostics(), sample.sources);
  const auto keys = [](const Json& object) {
    std::set<std::string> all;
    for (const auto& [key, value] : object.items()) all.insert(key);
    return all;
  };
  const std::set<std::string> place{"file", "line", "column", "end_line", "end_column"};
  const auto with = [&place](std::set<std::string> more) {
    more.insert(place.begin(), place.end());
    return more;
  };
  const auto check_numbers = [](const Json& object) {
    for (const char* key : {"line", "column", "end_line", "end_column"})
      CHECK(object.at(key).get<int>() >= 1);
  };
  CHECK(keys(json) == std::set<std::string>{"diagnostics"});
  REQUIRE(json["diagnostics"].size() == 5);
  for (const Json& one : json["diagnostics"]) {
    CHECK(keys(one) == with({"severity", "code", "message", "args", "notes", "fixes"}));
    CHECK(std::set<std::string>{"error", "warning", "note"}.contains(one["severity"]));
    check_numbers(one);
    CHECK(one["args"].is_object());
    for (const Json& note : one["notes"]) {
      CHECK(keys(note) == with({"message"}));
      check_numbers(note);
    }
    for (const Json& fix : one["fixes"]) {
      CHECK(keys(fix) == std::set<std::string>{"title", "edits"});
      for (const Json& edit : fix["edits"]) {
        CHECK(keys(edit) == with({"replacement"}));
        check_numbers(edit);
      }
    }
  }
}
