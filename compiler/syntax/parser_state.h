#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include <exception>

namespace flowc {

/// The last token before the one that the parser looks at; null: there is none.
inline const antlr4::Token* previous(antlr4::Parser& parser) {
  return parser.getTokenStream()->LT(-1);
}

inline bool first_on_line(antlr4::Parser& parser, const antlr4::Token& token) {
  antlr4::TokenStream& stream = *parser.getTokenStream();
  if (token.getTokenIndex() == 0) return true;
  return stream.get(token.getTokenIndex() - 1)->getLine() != token.getLine();
}

/// What marks a part of the tree as one that an error is in.
inline std::exception_ptr broken() {
  return std::make_exception_ptr(antlr4::RuntimeException("broken"));
}

}  // namespace flowc
