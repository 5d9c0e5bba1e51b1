#pragma once

#include <string>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

struct TextOptions {
  bool colour = false;  ///< ANSI escapes, for a terminal
};

/// A diagnostic for people: a first line as GCC's, then numbered lines of source with labels, then
/// notes and suggestions. Ends with a newline. Tabs count as four columns, wide characters as two;
/// bytes that are no UTF-8 and control characters are shown as <XX>. The column of the first line
/// is in bytes. A warning has its name behind its code, and a last line says how it is turned off.
std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources,
                        const TextOptions& options = {});

/// All of them, with an empty line between two. How to turn a warning off is said once a name.
std::string render_text(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
                        const TextOptions& options = {});

}  // namespace flowc
