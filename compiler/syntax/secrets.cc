#include "syntax/secrets.h"

#include <algorithm>
#include <array>
#include <string>

#include "FlowParser.h"

namespace flowc {
namespace {

using grammar::FlowParser;

/// Steps through tokens; past the end there is nothing of any type.
class Steps {
 public:
  Steps(const TokenList& tokens, std::size_t at) : tokens_(tokens), at_(at) {}

  std::size_t type() const { return at_ < tokens_.size() ? tokens_[at_]->getType() : 0; }
  bool skip(std::size_t type_to_skip) {
    if (type() != type_to_skip) return false;
    ++at_;
    return true;
  }
  const antlr4::Token& token() const { return *tokens_[at_]; }
  bool is_string() const {
    return type() == FlowParser::STRING || type() == FlowParser::UNCLOSED_STRING;
  }

 private:
  const TokenList& tokens_;
  std::size_t at_;
};

bool names_secret(const antlr4::Token& token) {
  constexpr std::array<std::string_view, 4> kSecrets{"secret", "password", "token", "url"};
  const std::string word = token.getText();
  return std::find(kSecrets.begin(), kSecrets.end(), word) != kSecrets.end();
}

}  // namespace

std::vector<Span> secrets_in(FileId file, const TokenList& tokens) {
  std::vector<Span> found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_word(*tokens[i]) || !names_secret(*tokens[i])) continue;
    Steps next(tokens, i + 1);
    if (!next.skip(FlowParser::COLON)) next.skip(FlowParser::EQUALS);
    if (next.skip(FlowParser::ENV) &&
        !(next.skip(FlowParser::LPAREN) && next.skip(FlowParser::STRING) &&
          next.skip(FlowParser::COMMA)))
      continue;
    if (next.is_string()) found.push_back(span_of(file, next.token()));
  }
  return found;
}

}  // namespace flowc
