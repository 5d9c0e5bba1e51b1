#pragma once

#include <string>

#include "base/source_map.h"
#include "syntax/layout.h"

namespace flowc {

/// The text of a file in canonical form (grammar/README.md, "Formatting"). Every comment is kept,
/// at the same word. Formatting the result again changes nothing.
std::string format(const Layout& layout, const SourceMap& sources);

/// Whether two files have the same words, signs and comments in the same order; commas and the
/// space around them aside. What flowc fmt proves of its own work before it writes.
bool same_words(const Layout& left, const SourceMap& left_sources, const Layout& right,
                const SourceMap& right_sources);

}  // namespace flowc
