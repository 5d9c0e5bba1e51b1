#pragma once

#include <string>
#include <string_view>

namespace flowc {

/// How `before` became `after`, as a unified diff with three lines of context, both sides named
/// `name`; empty if they are equal. The shortest there is, unless that would take long: then what
/// is between the first and the last difference is replaced as a whole.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace flowc
