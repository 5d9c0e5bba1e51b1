#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

/// A file after fixes.
struct FixedText {
  std::string text;
  std::size_t fixed = 0;  ///< diagnostics of this file that were fixed
};

/// Applies the fixes of diagnostics to the texts they are about, and gives the files that changed.
/// Each fix is applied as a whole or not at all: not when it overlaps one that was taken before it
/// (the order is that of `diagnostics`), and not when its diagnostic offers another one too,
/// because choosing is then the user's. A line feed in a replacement becomes the file's own line
/// end.
std::map<FileId, FixedText> apply_fixes(const std::vector<Diagnostic>& diagnostics,
                                        const SourceMap& sources);

/// Whether what was reported `after` a fix is better than what was reported `before`.
///
/// A mistake may hide others: a file that does not parse is not checked. So the errors are compared
/// as flowc finds them, stage by stage (encoding, syntax, files, names, …), and the first stage
/// with another number decides; with the same errors, the warnings decide in the same way. Files
/// that the fix brought into the compilation are left out: their mistakes were there already.
bool is_better(const std::vector<Diagnostic>& after, const SourceMap& sources_after,
               const std::vector<Diagnostic>& before, const SourceMap& sources_before);

}  // namespace flowc
