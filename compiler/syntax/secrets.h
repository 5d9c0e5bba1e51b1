#pragma once

#include <vector>

#include "base/span.h"
#include "syntax/tokens.h"

namespace flowc {

/// The strings that may be secrets, by the word in front of them (`secret`, `password`, `token`,
/// `url`), and the default of an `env(…)` there. From the tokens: a file that does not parse shows
/// its lines too, and has no options to go by.
std::vector<Span> secrets_in(FileId file, const TokenList& tokens);

}  // namespace flowc
