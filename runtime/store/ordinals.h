#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace flow {

/// A set of ordinals as ranges: what is done above a cursor. Its size is the number of gaps, which
/// is bounded by the deliveries in flight. Not thread-safe.
class Ordinals {
 public:
  bool empty() const { return ranges_.empty(); }
  std::uint64_t count() const { return count_; }
  std::uint64_t highest() const { return ranges_.empty() ? 0 : std::prev(ranges_.end())->second; }
  const std::map<std::uint64_t, std::uint64_t>& ranges() const { return ranges_; }
  void clear() {
    ranges_.clear();
    count_ = 0;
  }

  bool contains(std::uint64_t ordinal) const {
    auto after = ranges_.upper_bound(ordinal);
    return after != ranges_.begin() && std::prev(after)->second >= ordinal;
  }

  /// The ordinal must not be in the set.
  void insert(std::uint64_t ordinal) {
    ++count_;
    auto after = ranges_.upper_bound(ordinal);
    const bool joins_next = after != ranges_.end() && after->first == ordinal + 1;
    if (after != ranges_.begin()) {
      auto before = std::prev(after);
      if (before->second + 1 == ordinal) {
        before->second = ordinal;
        if (joins_next) {
          before->second = after->second;
          ranges_.erase(after);
        }
        return;
      }
    }
    if (joins_next) {
      const std::uint64_t last = after->second;
      ranges_.erase(after);
      ranges_.emplace(ordinal, last);
    } else {
      ranges_.emplace(ordinal, ordinal);
    }
  }

  /// Marks the ordinal done: moves the cursor over it and over what follows it, or keeps it for
  /// later.
  void mark(std::uint64_t ordinal, std::uint64_t& cursor) {
    if (ordinal != cursor + 1) {
      insert(ordinal);
      return;
    }
    cursor = ordinal;
    if (!ranges_.empty() && ranges_.begin()->first == cursor + 1) {
      cursor = ranges_.begin()->second;
      count_ -= ranges_.begin()->second - ranges_.begin()->first + 1;
      ranges_.erase(ranges_.begin());
    }
  }

  /// `5-9,11`.
  std::string to_text() const {
    std::string text;
    for (const auto& [first, last] : ranges_) {
      if (!text.empty()) text += ',';
      text += std::to_string(first);
      if (last != first) text.append("-").append(std::to_string(last));
    }
    return text;
  }

  /// Reads what to_text() wrote.
  static Ordinals from_text(std::string_view text) {
    Ordinals set;
    std::uint64_t first = 0, number = 0;
    bool ranged = false;
    for (std::size_t at = 0; at <= text.size(); ++at) {
      const char c = at < text.size() ? text[at] : ',';
      if (c >= '0' && c <= '9') {
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
      } else if (c == '-') {
        first = number;
        number = 0;
        ranged = true;
      } else if (number != 0) {
        if (!ranged) first = number;
        set.ranges_.emplace(first, number);
        set.count_ += number - first + 1;
        number = 0;
        ranged = false;
      }
    }
    return set;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // first, last
  std::uint64_t count_ = 0;
};

}  // namespace flow
