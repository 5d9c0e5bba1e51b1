#include "diagnostics/suggest.h"

#include <algorithm>
#include <array>

namespace flowc {
namespace {

/// No name is so long that a likeness past this length matters; it bounds the work on hostile
/// input.
constexpr std::size_t kComparedBytesMax = 200;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The word without what people get wrong without mistyping: case, underscores, a plural.
std::string essence(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '_') out += lower(c);
  }
  if (out.size() > 2 && out.ends_with('s')) out.pop_back();
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t bound) {
  const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (apart > bound || a.size() > kComparedBytesMax || b.size() > kComparedBytesMax)
    return bound + 1;
  using Row = std::array<std::size_t, kComparedBytesMax + 1>;
  std::array<Row, 3> rows;  // used in turn; each is filled before it is read
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const Row& last = rows[(i - 1) % 3];
    const Row& before_last = rows[(i + 1) % 3];
    Row& row = rows[i % 3];
    row[0] = i;
    std::size_t smallest = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      smallest = std::min(smallest, row[j]);
    }
    // Two letters that changed places take up two rows: past the bound by more, nothing comes back.
    if (smallest > bound + 1) return bound + 1;
  }
  return std::min(rows[a.size() % 3][b.size()], bound + 1);
}

std::vector<std::string> suggest(std::string_view written,
                                 const std::vector<std::string>& candidates) {
  const std::size_t bound = std::clamp<std::size_t>(written.size() / 3, 1, 4);
  std::vector<std::string> nearest;
  std::size_t smallest = bound + 1;
  const std::string same = essence(written);
  for (const std::string& candidate : candidates) {
    if (candidate == written) continue;
    std::size_t distance = edit_distance(written, candidate, bound);
    // One letter for another is no likeness when there is only one letter.
    if (distance >= written.size() || distance >= candidate.size()) distance = bound + 1;
    if (essence(candidate) == same) distance = 0;
    if (distance > bound || distance > smallest) continue;
    if (distance < smallest) nearest.clear();
    smallest = distance;
    if (std::find(nearest.begin(), nearest.end(), candidate) == nearest.end())
      nearest.push_back(candidate);
  }
  return nearest;
}

}  // namespace flowc
