#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "syntax/tokens.h"

namespace flowc {

struct Outline {
  TokenList list;  ///< declarations only, each closed and followed by a DECLARATION_END; then the
                   ///< end of file
  bool damaged = false;  ///< something at the top level was reported and left out
};

/// Divides the tokens of a file into its declarations, so that the parser meets each alone: a `}`
/// that is missing is found by the next declaration standing at the left, reported and put in; what
/// begins no declaration is reported once and left out; a mistyped keyword is reported and taken as
/// what it was meant to be.
Outline outline(FileId file, const SourceMap& sources, TokenList tokens, Reporter& reporter);

/// The words that begin declarations, as people are told them.
const std::vector<std::string>& declaration_words();

}  // namespace flowc
