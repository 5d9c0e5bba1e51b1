#pragma once

#include "diagnostics/reporter.h"
#include "syntax/tokens.h"

namespace flowc {

/// Finds a brace too few or too many within a declaration by how its lines are indented, reports it
/// there, and puts it in or leaves it out, so that the lines behind it are read as what they are.
/// Looks only at files that open more braces than they close, or fewer: how a right file is
/// indented is its author's affair. What a declaration as a whole lacks is left to outline().
TokenList balance_blocks(FileId file, const SourceMap& sources, TokenList tokens,
                         Reporter& reporter);

}  // namespace flowc
