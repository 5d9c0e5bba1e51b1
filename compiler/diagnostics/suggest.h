#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowc {

/// Edits (insert, delete, replace, swap two neighbours) between two words, or `bound + 1` when more
/// than `bound`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t bound);

/// The candidates nearest to what was written, in the candidates' order: those that differ by case,
/// `_` or a plural `s` alone, else those at the smallest distance: at most a third of the length,
/// and 1 to 4. Several are a tie, to be named and not applied. `written` itself is never among
/// them.
std::vector<std::string> suggest(std::string_view written,
                                 const std::vector<std::string>& candidates);

}  // namespace flowc
