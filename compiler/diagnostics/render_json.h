#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/source_map.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

/// `{"diagnostics":[…]}`. Labels, notes and helps are all `notes`; a help or a note without a place
/// of its own has the diagnostic's. `args` maps "0", "1", … to the arguments, and "name" to the
/// name of a warning. Lines and columns count from 1, in bytes; the end is one past the last byte.
/// Bytes that are no UTF-8 become U+FFFD.
nlohmann::ordered_json to_json(const std::vector<Diagnostic>& diagnostics,
                               const SourceMap& sources);

/// The same as text, with a newline at its end.
std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

}  // namespace flowc
