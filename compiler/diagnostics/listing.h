#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowc {

/// `a, b and c` for messages, with `conjunction` before the last; past limits::kListedMax the rest
/// is counted: `a, b, c and 4 more`. The items are taken as they are.
std::string listing(const std::vector<std::string>& items, std::string_view conjunction);

}  // namespace flowc
