#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <vector>

#include "FlowParser.h"
#include "base/source_map.h"
#include "syntax/layout.h"

namespace flowc {

/// Makes the layout from the tree of a file without errors. `comments` are all of the file, in
/// order, with their spans and kinds.
Layout make_layout(FileId file, const SourceMap& sources, grammar::FlowParser::FileContext& tree,
                   std::vector<LayoutComment> comments);

}  // namespace flowc
