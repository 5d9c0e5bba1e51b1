#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/lock_fixtures.h"
#include "lock/rules.h"
#include "lock/verdict.h"
#include "support/golden.h"

namespace flowc::test {
namespace {

namespace fs = std::filesystem;

const fs::path kFixtures = fs::path(FLOW_SOURCE_DIR) / "tests" / "lock";

/// `old.flow` or `old.lock` of a fixture.
lock::Lock load(const fs::path& folder, const std::string& name) {
  const fs::path program = folder / (name + ".flow");
  if (fs::exists(program)) return compiled(read_text(program));
  return parsed(read_text(folder / (name + ".lock")));
}

std::vector<fs::path> fixtures() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(kFixtures))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

TEST_CASE("each fixture has its verdict") {
  for (const fs::path& folder : fixtures()) {
    const std::string name = folder.filename().string();
    const lock::Verdict verdict = lock::verdict(load(folder, "old"), load(folder, "new"));
    check_golden("tests/lock/" + name + "/verdict.txt", lock::to_text(verdict));
  }
}

TEST_CASE("each rule has a fixture that shows it") {
  for (const lock::Rule& rule : lock::rules()) {
    const std::string verdict = read_text(kFixtures / rule.name / "verdict.txt");
    CHECK_MESSAGE(verdict.find("  " + std::string(rule.name)) != std::string::npos, rule.name);
  }
}

TEST_CASE("a rule says no more than its table does") {
  for (const fs::path& folder : fixtures()) {
    const lock::Verdict verdict = lock::verdict(load(folder, "old"), load(folder, "new"));
    for (const lock::Change& change : verdict.changes) {
      const lock::Rule& rule = lock::rule_of(change.rule);
      CAPTURE(rule.name);
      CHECK((rule.new_reads_old || !change.new_reads_old));
      CHECK((rule.old_reads_new || !change.old_reads_new));
    }
  }
}

TEST_CASE("nothing changes between a program and itself, nor between it and its lock") {
  for (const fs::path& folder : fixtures()) {
    const lock::Lock lock = load(folder, "old");
    CHECK(lock::verdict(lock, lock).changes.empty());
    CHECK(lock::verdict(lock, parsed(lock::to_text(lock))).changes.empty());
  }
}

TEST_CASE("the reference lists the rules as they are") {
  const std::string reference = read_text(fs::path(FLOW_SOURCE_DIR) / "grammar" / "README.md");
  for (const lock::Rule& rule : lock::rules()) {
    std::string row = "| `" + std::string(rule.name) + "` | ";
    row += rule.breaking() ? "FL0" + std::to_string(rule.id) : "";
    row += std::string(rule.breaking() ? " | " : "| ") + lock::to_string(rule.category) + " | ";
    row += rule.new_reads_old ? "may fail" : "";
    row += std::string(rule.new_reads_old ? " | " : "| ");
    row += rule.old_reads_new ? "may fail" : "";
    row += std::string(rule.old_reads_new ? " | " : "| ") + std::string(rule.purpose) + " |\n";
    CHECK_MESSAGE(reference.find(row) != std::string::npos, "grammar/README.md lacks:\n", row);
  }
}

TEST_CASE("the verdict for programs says the same") {
  const lock::Lock before = load(kFixtures / "field_removed", "old");
  const lock::Lock after = load(kFixtures / "field_removed", "new");
  const std::string json = lock::to_json(lock::verdict(before, after));
  CHECK(json.find(R"("rule": "field_removed")") != std::string::npos);
  CHECK(json.find(R"("breaking": true)") != std::string::npos);
  CHECK(json.find(R"("handler": "Analytics.record")") != std::string::npos);
}

}  // namespace
}  // namespace flowc::test
