#include "input/dirty_lines.h"

#include <utility>

namespace shop {

void DirtyLines::add(DirtyLine line) {
  ++total_;
  ++by_file_[line.file];
  if (shown_.size() < kShownMax) shown_.push_back(std::move(line));
}

std::uint64_t DirtyLines::of_file(const std::string& file) const {
  const auto found = by_file_.find(file);
  return found == by_file_.end() ? 0 : found->second;
}

}  // namespace shop
