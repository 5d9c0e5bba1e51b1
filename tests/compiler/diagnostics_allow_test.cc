#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "diagnostics/allow.h"
#include "diagnostics/catalog.h"

namespace {

using namespace flowc;

constexpr Span at(std::uint32_t begin, std::uint32_t end, std::uint32_t file = 0) {
  return {FileId{file}, begin, end};
}

/// `allow RULE` at 100 of file 0, of what is in the ranges.
Allowance allow(const std::string& rule, std::vector<Span> ranges = {}) {
  return {rule, at(106, 106 + static_cast<std::uint32_t>(rule.size())), std::move(ranges),
          at(100, 106 + static_cast<std::uint32_t>(rule.size()))};
}

std::vector<unsigned> ids(const Reporter& reporter) {
  std::vector<unsigned> all;
  for (const Diagnostic& diagnostic : reporter.diagnostics()) all.push_back(diagnostic.id);
  return all;
}

using Ids = std::vector<unsigned>;

}  // namespace

TEST_CASE("an allowance takes back the warnings of its name in its file, and no others") {
  Reporter reporter;
  reporter.warning(kUnusedRecord, at(10, 14), "A");
  reporter.warning(kUnusedRecord, at(50, 54), "B");
  reporter.warning(kUnusedEnum, at(60, 64), "C");
  reporter.warning(kUnusedRecord, at(10, 14, 1), "D");
  apply_allowances({allow("unused_record")}, {}, reporter);
  CHECK(ids(reporter) == Ids{312, 311});
}

TEST_CASE("an allowance of a declaration covers what begins in it") {
  Reporter reporter;
  reporter.warning(kUnusedRecord, at(10, 14), "A");
  reporter.warning(kUnusedRecord, at(50, 54), "B");
  reporter.warning(kUnusedRecord, at(70, 74), "C");
  apply_allowances({allow("unused_record", {at(8, 20), at(70, 80)})}, {}, reporter);
  REQUIRE(ids(reporter) == Ids{311});
  CHECK(reporter.diagnostics().front().span.begin == 50);
}

TEST_CASE("an error is never taken back") {
  Reporter reporter;
  reporter.error(kNotDeclared, at(10, 14), "type", "uid");
  apply_allowances({allow("FL0201")}, {}, reporter);
  CHECK(ids(reporter) == Ids{201, 811});
}

TEST_CASE("a name that no warning has, with what it may have meant") {
  Reporter reporter;
  apply_allowances({allow("unused_recrod")}, {"field_removed"}, reporter);
  REQUIRE(ids(reporter) == Ids{810});
  CHECK(reporter.diagnostics().front().fixes.front().edits.front().replacement == "unused_record");

  Reporter coded;
  apply_allowances({allow("FL0311")}, {}, coded);
  REQUIRE(ids(coded) == Ids{810});
  CHECK(coded.diagnostics().front().fixes.front().edits.front().replacement == "unused_record");

  Reporter evolved;
  apply_allowances({allow("field_remved")}, {"field_removed"}, evolved);
  REQUIRE(ids(evolved) == Ids{810});
  CHECK(evolved.diagnostics().front().fixes.front().edits.front().replacement == "field_removed");
}

TEST_CASE("rules of evolution are for others to look at") {
  Reporter reporter;
  apply_allowances({allow("field_removed")}, {"field_removed"}, reporter);
  CHECK(ids(reporter).empty());
}

TEST_CASE("an allowance that nothing needs is warned of, but not beside errors") {
  Reporter reporter;
  apply_allowances({allow("unused_record")}, {}, reporter);
  REQUIRE(ids(reporter) == Ids{812});
  CHECK(reporter.diagnostics().front().span == at(100, 119));

  Reporter failed;
  failed.error(kNotDeclared, at(10, 14), "type", "uid");
  apply_allowances({allow("unused_record")}, {}, failed);
  CHECK(ids(failed) == Ids{201});
}

TEST_CASE("allowing what is not needed can be allowed, and be not needed itself") {
  Reporter reporter;
  apply_allowances({allow("unused_record"), allow("unused_allow")}, {}, reporter);
  CHECK(ids(reporter).empty());

  Reporter idle;
  apply_allowances({allow("unused_allow")}, {}, idle);
  REQUIRE(ids(idle) == Ids{812});
  CHECK(idle.diagnostics().front().message == "`allow` of `unused_allow` has nothing to allow");
}

TEST_CASE("two allowances of one warning are both needed") {
  Reporter reporter;
  reporter.warning(kUnusedRecord, at(10, 14), "A");
  apply_allowances({allow("unused_record"), allow("unused_record", {at(0, 20)})}, {}, reporter);
  CHECK(ids(reporter).empty());
}
