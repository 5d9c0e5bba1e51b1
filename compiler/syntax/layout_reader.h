#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <string_view>
#include <vector>

#include "FlowParser.h"
#include "base/source_map.h"
#include "syntax/layout.h"

namespace flowc {

/// Makes the layout of a file without errors from the trees of its declarations, given in order.
class LayoutReader {
 public:
  /// `comments`: all of the file in order; their spans and kinds.
  LayoutReader(FileId file, const SourceMap& sources, std::vector<LayoutComment> comments);

  void add(antlr4::ParserRuleContext& tree) { walk(tree); }
  Layout finish();

 private:
  void walk(antlr4::ParserRuleContext& context);
  void begin(antlr4::ParserRuleContext& context, std::size_t rule);
  void take(antlr4::Token& token, std::size_t rule);
  void keep_meaning(std::size_t type);
  void put(std::uint32_t begin, std::uint32_t end);
  std::uint32_t line_breaks(std::uint32_t before) const;

  FileId file_;
  std::string_view text_;
  Layout out_;
  LayoutToken next_;                 // what is known of the next token
  std::vector<std::uint32_t> open_;  // brackets
  std::uint32_t comment_ = 0;        // the first that is not behind us
  std::uint32_t end_ = 0;            // of the last token or comment
  std::size_t heading_ = 0;          // index of the keyword of the declaration
  std::size_t last_ = antlr4::Token::EOF;
  std::size_t before_last_ = antlr4::Token::EOF;
  std::size_t last_word_ = antlr4::Token::EOF;  // the last that is no comma
  bool step_ = false;                           // the next begins an item of an orchestrator
};

}  // namespace flowc
