#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "syntax/byte_stream.h"
#include "syntax/layout.h"

namespace flowc {

using TokenList = std::vector<std::unique_ptr<antlr4::CommonToken>>;

/// A sign of ASCII that means nothing, and what to do instead; may be empty.
struct ForeignSign {
  Span at;
  std::string help;
};

/// What a file is made of. What the lexer could not take was reported and is not
/// here, but for `foreign_signs`.
struct Tokens {
  TokenList list;  ///< without comments and end of file
  /// The `///` lines right before a token, by the token's offset.
  std::unordered_map<std::size_t, std::string> documentation;
  std::set<std::size_t> unclosed_lines;  ///< those with a string that is not closed, from 1
  std::vector<LayoutComment> comments;   ///< all of them, where they stand
  /// Not reported yet, at most one of a line beside its `;`: they may follow from what is wrong
  /// before them.
  std::vector<ForeignSign> foreign_signs;
  bool complete = false;  ///< false: a limit was passed and reported; the file is not to be parsed
};

/// Reads all tokens of a file. `bytes` is over the file's text and must outlive the tokens.
Tokens read_tokens(FileId file, const SourceMap& sources, ByteStream& bytes, Reporter& reporter);

/// A token without bytes, right behind `last` and on its line.
std::unique_ptr<antlr4::CommonToken> token_behind(const antlr4::Token& last, std::size_t type);

/// The bytes of a token. A token that flowc put in has none.
Span span_of(FileId file, const antlr4::Token& token);

/// Whether the token is a word: a keyword or any other name.
bool is_word(const antlr4::Token& token);

}  // namespace flowc
