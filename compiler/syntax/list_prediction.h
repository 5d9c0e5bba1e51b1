#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include "FlowParser.h"

namespace flowc {

/// Decides at once whether a list without brackets goes on.
///
/// In the body of an orchestrator a comma also parts items, and each word may name a step: `choose
/// among a, b` may be read as a choice and a step, `sends A` as two steps. The list has the comma,
/// and the emission the word; but ANTLR finds that by reading both ways to the end of the body, at
/// each comma: quadratic. Where the next tokens leave no doubt they decide; elsewhere ANTLR does.
class ListPrediction : public antlr4::atn::ParserATNSimulator {
 public:
  explicit ListPrediction(grammar::FlowParser& reader);

  std::size_t adaptivePredict(antlr4::TokenStream* input, std::size_t decision,
                              antlr4::ParserRuleContext* outer) override;
};

}  // namespace flowc
