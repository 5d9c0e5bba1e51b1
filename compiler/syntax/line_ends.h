#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include "syntax/tokens.h"

namespace flowc {

/// Puts a LINE_END behind a line that breaks off before a name, where the next line begins an item
/// of its own: `a(A) via` over `b(B) via work`. Newlines are no tokens, so the parser would take
/// `b` as the channel of `a`, and report what is left of it. Only where no right text goes on so.
TokenList mark_line_ends(TokenList tokens);

}  // namespace flowc
