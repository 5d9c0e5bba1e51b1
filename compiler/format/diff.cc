#include "format/diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowc {
namespace {

constexpr std::size_t kContext = 3;
// Bounds of the search: its memory is the square of the differences, 4 MB; its steps take about
// a fifth of a second.
constexpr std::ptrdiff_t kDifferencesMax = 1000;
constexpr std::size_t kStepsMax = 50'000'000;

// A place off the edges, from where no step leads back.
constexpr std::int32_t kNowhere = -(1 << 30);

using Lines = std::vector<std::string_view>;

/// Lines with their line ends.
Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

/// Lines of the one that stand for lines of the other.
struct Hunk {
  std::size_t before = 0;
  std::size_t before_end = 0;
  std::size_t after = 0;
  std::size_t after_end = 0;
};

/// Myers' search for the shortest edit from one list to the other ("An O(ND) Difference
/// Algorithm", 1986), forward, with the furthest places kept for the way back.
class Search {
 public:
  Search(const Lines& before, const Lines& after, Hunk within)
      : before_(before), after_(after), within_(within) {}

  /// The hunks in order.
  std::vector<Hunk> run() {
    if (!search()) return {within_};
    std::vector<Hunk> out;
    std::ptrdiff_t x = width();
    std::ptrdiff_t y = height();
    for (std::ptrdiff_t d = static_cast<std::ptrdiff_t>(trace_.size()) - 1; d > 0; --d) {
      const std::ptrdiff_t k = x - y;
      const std::vector<std::int32_t>& last = trace_[static_cast<std::size_t>(d - 1)];
      const bool down = goes_down(last, k, d);
      const std::ptrdiff_t from_k = down ? k + 1 : k - 1;
      const std::ptrdiff_t from_x = furthest(last, from_k, d - 1);
      const std::ptrdiff_t from_y = from_x - from_k;
      add(out, from_x, from_y, down);
      x = from_x;
      y = from_y;
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  std::ptrdiff_t width() const {
    return static_cast<std::ptrdiff_t>(within_.before_end - within_.before);
  }
  std::ptrdiff_t height() const {
    return static_cast<std::ptrdiff_t>(within_.after_end - within_.after);
  }
  bool same(std::ptrdiff_t x, std::ptrdiff_t y) const {
    return before_[within_.before + static_cast<std::size_t>(x)] ==
           after_[within_.after + static_cast<std::size_t>(y)];
  }

  /// Of the places reached with `d` differences, kept for the diagonals -d, -d + 2 … d.
  static std::ptrdiff_t furthest(const std::vector<std::int32_t>& reached, std::ptrdiff_t k,
                                 std::ptrdiff_t d) {
    if (k < -d || k > d) return kNowhere;
    return reached[static_cast<std::size_t>((k + d) / 2)];
  }
  static bool goes_down(const std::vector<std::int32_t>& last, std::ptrdiff_t k, std::ptrdiff_t d) {
    return furthest(last, k - 1, d - 1) < furthest(last, k + 1, d - 1) || k == -d;
  }

  bool search() {
    std::size_t steps = 0;
    for (std::ptrdiff_t d = 0; d <= kDifferencesMax && d <= width() + height(); ++d) {
      std::vector<std::int32_t> reached(static_cast<std::size_t>(d) + 1, kNowhere);
      bool found = false;
      for (std::ptrdiff_t k = -d; k <= d && !found; k += 2) {
        std::ptrdiff_t x = 0;
        if (d > 0) {
          const std::vector<std::int32_t>& last = trace_.back();
          x = goes_down(last, k, d) ? furthest(last, k + 1, d - 1)
                                    : furthest(last, k - 1, d - 1) + 1;
        }
        // Off the edge: no place of this diagonal can be reached.
        if (x < 0 || x > width() || x - k < 0 || x - k > height()) continue;
        while (x < width() && x - k < height() && same(x, x - k)) {
          ++x;
          ++steps;
        }
        reached[static_cast<std::size_t>((k + d) / 2)] = static_cast<std::int32_t>(x);
        found = x == width() && x - k == height();
      }
      trace_.push_back(std::move(reached));
      if (found) return true;
      steps += static_cast<std::size_t>(d) + 1;
      if (steps > kStepsMax) return false;
    }
    return false;
  }

  /// Adds one removed or added line in front of the hunks found so far.
  void add(std::vector<Hunk>& out, std::ptrdiff_t x, std::ptrdiff_t y, bool down) const {
    const std::size_t before = within_.before + static_cast<std::size_t>(x);
    const std::size_t after = within_.after + static_cast<std::size_t>(y);
    const Hunk one{before, before + (down ? 0U : 1U), after, after + (down ? 1U : 0U)};
    if (!out.empty() && out.back().before == one.before_end && out.back().after == one.after_end) {
      out.back().before = one.before;
      out.back().after = one.after;
    } else {
      out.push_back(one);
    }
  }

  const Lines& before_;
  const Lines& after_;
  Hunk within_;
  std::vector<std::vector<std::int32_t>> trace_;
};

void put_line(std::string& out, char sign, std::string_view line) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

/// `12,3`: the line that a side of a hunk begins with, and how many it has.
std::string range(std::size_t begin, std::size_t end) {
  const std::size_t count = end - begin;
  const std::string first = std::to_string(count == 0 ? begin : begin + 1);
  return count == 1 ? first : first + ',' + std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name) {
  if (before == after) return {};
  const Lines old_lines = lines_of(before);
  const Lines new_lines = lines_of(after);
  Hunk within{0, old_lines.size(), 0, new_lines.size()};
  while (within.before < within.before_end && within.after < within.after_end &&
         old_lines[within.before] == new_lines[within.after]) {
    ++within.before;
    ++within.after;
  }
  while (within.before < within.before_end && within.after < within.after_end &&
         old_lines[within.before_end - 1] == new_lines[within.after_end - 1]) {
    --within.before_end;
    --within.after_end;
  }
  const std::vector<Hunk> hunks = Search(old_lines, new_lines, within).run();

  std::string out = "--- " + std::string(name) + "\n+++ " + std::string(name) + '\n';
  for (std::size_t i = 0; i < hunks.size();) {
    std::size_t end = i + 1;
    while (end < hunks.size() && hunks[end].before - hunks[end - 1].before_end <= 2 * kContext)
      ++end;
    const std::size_t lead = std::min(kContext, hunks[i].before);
    const Hunk& last = hunks[end - 1];
    const std::size_t trail = std::min(kContext, old_lines.size() - last.before_end);
    out += "@@ -" + range(hunks[i].before - lead, last.before_end + trail) + " +" +
           range(hunks[i].after - lead, last.after_end + trail) + " @@\n";
    std::size_t line = hunks[i].before - lead;
    for (; i < end; ++i) {
      for (; line < hunks[i].before; ++line) put_line(out, ' ', old_lines[line]);
      for (; line < hunks[i].before_end; ++line) put_line(out, '-', old_lines[line]);
      for (std::size_t added = hunks[i].after; added < hunks[i].after_end; ++added)
        put_line(out, '+', new_lines[added]);
    }
    for (const std::size_t stop = line + trail; line < stop; ++line)
      put_line(out, ' ', old_lines[line]);
  }
  return out;
}

}  // namespace flowc
