#include <doctest/doctest.h>

#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "format/diff.h"

namespace {

using flowc::unified_diff;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

/// Applies a unified diff as `patch` does, and checks every line it says is there.
std::string patched(const std::string& before, const std::string& diff) {
  const std::vector<std::string> old_lines = lines_of(before);
  const std::vector<std::string> edits = lines_of(diff);
  std::string out;
  std::size_t line = 0;
  for (std::size_t i = 2; i < edits.size(); ++i) {
    const std::string& edit = edits[i];
    if (edit.starts_with("@@")) {
      std::size_t first = std::stoul(edit.substr(4));
      const bool none = edit.substr(0, edit.find(' ', 4)).ends_with(",0");
      if (!none) --first;
      for (; line < first; ++line) out += old_lines.at(line);
      continue;
    }
    std::string text = edit.substr(1);
    if (i + 1 < edits.size() && edits[i + 1].starts_with('\\')) text.pop_back();
    if (edit[0] == ' ' || edit[0] == '-') {
      REQUIRE(old_lines.at(line) == text);
      ++line;
    }
    if (edit[0] == ' ' || edit[0] == '+') out += text;
  }
  for (; line < old_lines.size(); ++line) out += old_lines[line];
  return out;
}

std::size_t changed_lines(const std::string& diff) {
  std::size_t count = 0;
  const std::vector<std::string> edits = lines_of(diff);
  for (std::size_t i = 2; i < edits.size(); ++i) count += edits[i][0] == '-' || edits[i][0] == '+';
  return count;
}

}  // namespace

TEST_CASE("a diff has what changed with three lines around it") {
  CHECK(unified_diff("a\n", "a\n", "x.flow") == "");
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "x.flow") ==
        "--- x.flow\n+++ x.flow\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  CHECK(unified_diff("", "a\n", "x") == "--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n");
  CHECK(unified_diff("a\nb", "a\nb\n", "x") ==
        "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
}

TEST_CASE("changes far apart are hunks of their own") {
  std::string before;
  for (int i = 0; i < 30; ++i) before += std::to_string(i) + '\n';
  std::string after = before;
  after.replace(after.find("3\n"), 1, "x");
  after.replace(after.find("25\n"), 2, "y");
  const std::string diff = unified_diff(before, after, "x");
  CHECK(diff.find("@@ -1,7 +1,7 @@") != std::string::npos);
  CHECK(diff.find("@@ -23,7 +23,7 @@") != std::string::npos);
  CHECK(patched(before, diff) == after);
}

TEST_CASE("a diff applied gives the other side, and is the shortest") {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string before;
    std::string after;
    for (auto i = random() % 12; i > 0; --i)
      before += std::string(1, static_cast<char>('a' + random() % 3)) + '\n';
    for (auto i = random() % 12; i > 0; --i)
      after += std::string(1, static_cast<char>('a' + random() % 3)) + '\n';
    if (random() % 4 == 0 && !after.empty()) after.pop_back();
    const std::string diff = unified_diff(before, after, "x");
    CAPTURE(before);
    CAPTURE(after);
    REQUIRE(patched(before, diff) == after);
    // The longest common subsequence, by the textbook's table.
    const auto a = lines_of(before);
    const auto b = lines_of(after);
    std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                                 std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 1; i <= a.size(); ++i)
      for (std::size_t j = 1; j <= b.size(); ++j)
        common[i][j] = a[i - 1] == b[j - 1] ? common[i - 1][j - 1] + 1
                                            : std::max(common[i - 1][j], common[i][j - 1]);
    REQUIRE(changed_lines(diff) == a.size() + b.size() - 2 * common[a.size()][b.size()]);
  }
}

TEST_CASE("files that have nothing in common are replaced, in time") {
  std::string before;
  std::string after;
  for (int i = 0; i < 400'000; ++i) {
    before += std::to_string(i) + '\n';
    after += std::to_string(i) + " \n";
  }
  const std::clock_t begin = std::clock();
  const std::string diff = unified_diff(before, after, "x");
  CHECK(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < 10);
  CHECK(changed_lines(diff) == 800'000);
}
