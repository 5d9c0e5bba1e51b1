#pragma once

#include <llvm/Support/CommandLine.h>

#include <string>
#include <vector>

#include "diagnostics/suggest.h"

namespace flowc {

/// Reads the value of an option that takes one of a few words. LLVM's own would not say which.
template <typename Word>
class WordParser : public llvm::cl::parser<Word> {
 public:
  using llvm::cl::parser<Word>::parser;

  bool parse(llvm::cl::Option& option, llvm::StringRef name, llvm::StringRef written, Word& value) {
    std::vector<std::string> words;
    for (unsigned i = 0; i < this->getNumOptions(); ++i) words.push_back(this->getOption(i).str());
    for (const std::string& word : words)
      if (word == written) return llvm::cl::parser<Word>::parse(option, name, written, value);
    const std::vector<std::string> similar = suggest(written.str(), words);
    std::string text = "there is no `" + written.str() + "`; ";
    if (similar.size() == 1) return option.error(text + "did you mean `" + similar.front() + "`?");
    for (const std::string& word : words)
      text += (&word == &words.front() ? "it takes `" : ", `") + word + '`';
    return option.error(text);
  }
};

/// An option that takes one of a few words: cl::opt with a parser that says which.
template <typename Word>
using WordOption = llvm::cl::opt<Word, false, WordParser<Word>>;

}  // namespace flowc
