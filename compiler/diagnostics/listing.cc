#include "diagnostics/listing.h"

#include <algorithm>

#include "base/limits.h"

namespace flowc {

std::string listing(const std::vector<std::string>& items, std::string_view conjunction) {
  const std::size_t shown = std::min(items.size(), limits::kListedMax);
  const std::size_t left = items.size() - shown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == shown && left == 0;
    if (i > 0) text += last ? ' ' + std::string(conjunction) + ' ' : ", ";
    text += items[i];
  }
  if (left > 0) text += ' ' + std::string(conjunction) + ' ' + std::to_string(left) + " more";
  return text;
}

}  // namespace flowc
