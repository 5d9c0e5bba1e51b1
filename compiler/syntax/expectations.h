#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include <string>
#include <string_view>
#include <vector>

namespace flowc {

/// A body: what its items are called, and the words that may begin one, if those are not names.
struct Body {
  std::size_t rule;
  std::string_view item;      // after "is not"
  std::string_view expected;  // after "expected"
  std::vector<std::string> words;
};

/// The body of that rule of the parser, or null.
const Body* body_of(std::size_t rule);

/// What the parser could have gone on with, in words: "a name", "`{` or `via`". `several` if more
/// than one token was looked at, and what is wrong may be a whole part.
std::string expectation(antlr4::Parser& parser, bool several);

/// Whether names behind this word of a handler are a list, divided by commas.
bool begins_list(const antlr4::Token& word);

/// The words that begin clauses of handlers.
const std::vector<std::string>& clause_words();

/// What has to follow the word of a clause of a handler; empty if it is none.
std::string_view behind_clause(const antlr4::Token& word);

}  // namespace flowc
