#pragma once

#include <string>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

/// Workflow commands that GitHub shows as annotations, a line each: `::error
/// file=orders.flow,line=3,col=7,endLine=3,endColumn=12,title=FL0201::message`. Columns count from
/// 1 in UTF-16 code units; GitHub takes them for a place within one line only, so a longer one has
/// its lines alone.
std::string render_github(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

}  // namespace flowc
