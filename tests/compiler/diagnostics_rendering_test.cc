#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/render_json.h"
#include "diagnostics/render_text.h"
#include "diagnostics/reporter.h"
#include "support/golden.h"

namespace {

using namespace flowc;

/// The span of the first `part` in a file.
Span find(const SourceMap& sources, FileId file, std::string_view part) {
  const std::size_t begin = sources.text(file).find(part);
  REQUIRE(begin != std::string_view::npos);
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + part.size())};
}

void check(const std::string& name, const Reporter& reporter, const SourceMap& sources,
           bool colour = false) {
  check_golden("tests/diagnostics/rendering/" + name + ".txt",
               render_text(reporter.diagnostics(), sources, {colour}));
}

constexpr ErrorDef<201, Word, Name> kMissing{"{0} {1} is not declared"};
constexpr ErrorDef<210, Quoted> kTwice{"endpoint id {0} names two handlers"};
constexpr WarningDef<801, Word, Name> kCase{"not_upper_camel",
                                            "{0} {1} is not written in UpperCamel"};

}  // namespace

TEST_CASE("labels near the place stand in the order of the file") {
  SourceMap sources;
  const FileId file = sources.add(
      "orders.flow",
      "\n\n\n\n\n\nevent OrderPlaced {\n\n\n\n\ncommand Start { key order_id: uuid }\n");
  Reporter reporter;
  reporter.error(kNotClosed, find(sources, file, "command"), "event OrderPlaced", "`command`")
      .here("expected a field or `}`")
      .label(find(sources, file, "{"), "opened here")
      .fix(find(sources, file, "command"), "}\ncommand", "insert `}` before line 12");
  check("near_labels", reporter, sources);
}

TEST_CASE("labels far from the place stand below it") {
  SourceMap sources;
  const FileId file =
      sources.add("customer.flow", "channel provider_matching {\n" + std::string(20, '\n') +
                                       "  start(A) via provider_matchng  sends B\n");
  Reporter reporter;
  reporter.error(kMissing, find(sources, file, "provider_matchng"), "channel", "provider_matchng")
      .label(find(sources, file, "provider_matching"), "similar name, declared here")
      .did_you_mean(find(sources, file, "provider_matchng"), "provider_matchng",
                    {"provider_matching"});
  check("far_labels", reporter, sources);
}

TEST_CASE("labels in other files have their place above them") {
  SourceMap sources;
  const FileId mail = sources.add(
      "customer/mail.flow", "  mail(OrderPlaced) via notifications at \"customer.receipt\"\n");
  const FileId notify = sources.add(
      "customer/notify.flow", "  receipt(OrderPlaced) via notifications at \"customer.receipt\"\n");
  const FileId lock = sources.add("flow.lock", "x\n");
  Reporter reporter;
  reporter.error(kTwice, find(sources, mail, "\"customer.receipt\""), "customer.receipt")
      .here("`Mail.mail` would receive deliveries of `Notify.receipt`")
      .label(find(sources, notify, "\"customer.receipt\""), "first used here")
      .note(find(sources, lock, "x"), "locked in version 1")
      .note("both are in service `customer`")
      .help("an endpoint id is what travels in stored messages; give one handler another id");
  reporter.warning(kCase, find(sources, notify, "receipt"), "handler", "receipt");
  check("several_files", reporter, sources);
}

TEST_CASE(
    "tabs, wide and combining characters, bytes that are no text: the carets stand below what they "
    "mean") {
  SourceMap sources;
  const std::string before =
      "\tn: string = \"\xE6\xBC\xA2\xE5\xAD\x97 e\xCC\x81 \xF0\x9F\x98\x80\" ";
  const FileId file = sources.add("wide.flow", before + "wrong\tx\nb: \xFF\xFE\x1B[31m wrong2\n");
  Reporter reporter;
  reporter.error(kMissing, find(sources, file, "wrong\tx"), "name", "wrong\tx").here("with a tab");
  reporter.error(kMissing, find(sources, file, "wrong2"), "name", "wrong2");
  reporter.error(kNotUtf8, find(sources, file, "\xFF\xFE"));
  check("wide", reporter, sources);
}

TEST_CASE("several marks on a line, spans over lines, the end of the file") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "x(A) via b via c\r\nrecord R {\r\n  a: int32\r\n");
  Reporter reporter;
  reporter.error(kGivenTwice, find(sources, file, "via c"), "via")
      .here("again")
      .label(find(sources, file, "via b"), "first given here");
  reporter.error(kMissing, {file, 18, 40}, "all", "of it");
  const auto end = static_cast<std::uint32_t>(sources.text(file).size());
  reporter.error(kExpected, {file, end, end}, "`}`", "the end of the file")
      .fix({file, end, end}, "}");
  check("marks", reporter, sources);
}

TEST_CASE(
    "an over-long line is not shown, a line number may have six digits, a file may have no text") {
  SourceMap sources;
  const FileId file = sources.add("long.flow", std::string(limits::kSnippetBytesMax + 1, 'x') +
                                                   '\n' + std::string(123'455, '\n') + "y\n");
  const FileId absent = sources.add("absent.flow", "");
  Reporter reporter;
  reporter.error(kMissing, {file, 5, 8}, "name", "x").here("not shown").help("write shorter lines");
  reporter.error(kMissing, find(sources, file, "y"), "name", "y").label({file, 1, 2}, "another");
  reporter.error(kFileMissing, {absent, 0, 0}, "absent.flow");
  check("long", reporter, sources);
}

TEST_CASE("colour") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "chanel x {\n}\n");
  Reporter reporter;
  reporter.error(kNotADeclaration, find(sources, file, "chanel"), "`chanel`")
      .label(find(sources, file, "}"), "here")
      .fix(find(sources, file, "chanel"), "channel");
  check("colour", reporter, sources, true);
}

TEST_CASE("JSON has the form that others read") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "one\ntwo \xC3\xA9 x\n");
  const FileId other = sources.add("b.flow", "three\n");
  Reporter reporter;
  reporter.error(kMissing, find(sources, file, "x"), "channel", "x")
      .here("used here")
      .label(find(sources, other, "three"), "similar")
      .note("remark")
      .help("declare it")
      .fix(find(sources, file, "x"), "y");
  const auto json = nlohmann::json::parse(render_json(reporter.diagnostics(), sources));
  const auto expected = nlohmann::json::parse(R"({"diagnostics":[{
    "severity":"error","code":"FL0201","message":"channel `x` is not declared","file":"a.flow",
    "line":2,"column":8,"end_line":2,"end_column":9,"args":{"0":"channel","1":"x"},
    "notes":[
      {"message":"used here","file":"a.flow","line":2,"column":8,"end_line":2,"end_column":9},
      {"message":"similar","file":"b.flow","line":1,"column":1,"end_line":1,"end_column":6},
      {"message":"remark","file":"a.flow","line":2,"column":8,"end_line":2,"end_column":9},
      {"message":"declare it","file":"a.flow","line":2,"column":8,"end_line":2,"end_column":9}],
    "fixes":[{"title":"did you mean `y`?","edits":[
      {"file":"a.flow","line":2,"column":8,"end_line":2,"end_column":9,"replacement":"y"}]}]}]})");
  CHECK(json == expected);
}

TEST_CASE("how a warning is turned off is said once a name") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "event one\nevent two\nrecord Three\n");
  Reporter reporter;
  reporter.warning(kCase, find(sources, file, "one"), "event", "one");
  reporter.warning(kCase, find(sources, file, "two"), "event", "two");
  reporter.warning(kUnusedRecord, find(sources, file, "Three"), "Three");
  check("warnings", reporter, sources);
}

TEST_CASE("labels over several files and lines, with tabs and wide characters before them") {
  SourceMap sources;
  const std::string wide = "\xE6\xBC\xA2\xE5\xAD\x97";
  const FileId mail =
      sources.add("mail.flow", "\t\tmail(A) at \"" + wide + "\"\tvia x\n\n\tvia y\n");
  const FileId notify = sources.add("notify.flow", "// " + wide + "\n\treceipt(A)\tat \"" + wide +
                                                       "\" via x\n\nrecord R {\n\ta: B\n}\n");
  const FileId far = sources.add("far.flow", std::string(limits::kSnippetBytesMax + 1, 'x') + '\n');
  Reporter reporter;
  reporter.error(kTwice, find(sources, mail, '"' + wide + '"'), wide)
      .here("second")
      .label(find(sources, mail, "via x"), "on this line")
      .label(find(sources, mail, "via y"), "on a later one")
      .label(find(sources, notify, '"' + wide + '"'), "first")
      .label(find(sources, notify, "record R {\n\ta: B\n}"), "a span over lines: its first")
      .label(find(sources, far, "xxx"), "a line too long to show");
  check("many_labels", reporter, sources);
}

TEST_CASE("JSON of a warning has its name among the arguments") {
  SourceMap sources;
  const FileId file = sources.add("a.flow", "event one\n");
  Reporter reporter;
  reporter.warning(kCase, find(sources, file, "one"), "event", "one");
  const auto json = nlohmann::json::parse(render_json(reporter.diagnostics(), sources));
  const auto expected =
      nlohmann::json::parse(R"({"0":"event","1":"one","name":"not_upper_camel"})");
  CHECK(json["diagnostics"][0]["args"] == expected);
}

TEST_CASE("JSON without diagnostics, and of bytes that are no text") {
  SourceMap sources;
  CHECK(render_json({}, sources) == "{\"diagnostics\":[]}\n");
  const FileId file = sources.add("\xFF.flow", "x");
  Reporter reporter;
  reporter.error(kMissing, {file, 0, 1}, "name", "\xFF");
  CHECK(nlohmann::json::accept(render_json(reporter.diagnostics(), sources)));
}
