#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shop {

/// A line of the input that is not as it should be.
struct DirtyLine {
  std::string file;
  std::uint64_t line = 0;
  std::string why;
  std::string kept;  ///< what was used of it all the same
};

/// Counts every dirty line and keeps the first kShownMax of them to show. Not thread-safe.
class DirtyLines {
 public:
  static constexpr std::size_t kShownMax = 1000;

  void add(DirtyLine line);
  std::uint64_t total() const { return total_; }
  std::uint64_t of_file(const std::string& file) const;
  const std::map<std::string, std::uint64_t>& by_file() const { return by_file_; }
  const std::vector<DirtyLine>& shown() const { return shown_; }

 private:
  std::uint64_t total_ = 0;
  std::map<std::string, std::uint64_t> by_file_;
  std::vector<DirtyLine> shown_;
};

}  // namespace shop
