#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/source_map.h"
#include "syntax/ast.h"

namespace flowc {

/// The syntax of a file for `flowc dump --after=parse`. Places are "line:column" of their first
/// byte. Members that are absent in the syntax are absent here.
nlohmann::ordered_json to_json(const ast::File& file, const SourceMap& sources);

}  // namespace flowc
