#include "syntax/list_prediction.h"

#include "syntax/tokens.h"

namespace flowc {
namespace {

using antlr4::atn::ParserATNSimulator;
using grammar::FlowParser;

ParserATNSimulator& made_by(FlowParser& parser) {
  return *parser.getInterpreter<ParserATNSimulator>();
}

bool begins_emission(std::size_t type) {
  return type == FlowParser::SENDS || type == FlowParser::PUBLISHES;
}

/// Whether it is the loop of a list without brackets that stands among other items.
bool is_list(std::size_t rule) {
  return rule == FlowParser::RuleEmission || rule == FlowParser::RuleOrchestratorItem;
}

/// Whether a comma, names joined by dots and what may stand behind an element follow.
bool element_follows(antlr4::TokenStream& input) {
  if (input.LA(1) != FlowParser::COMMA) return false;
  ssize_t next = 2;
  while (is_word(*input.LT(next)) && input.LA(next + 1) == FlowParser::DOT) next += 2;
  if (!is_word(*input.LT(next))) return false;
  const std::size_t behind = input.LA(next + 1);
  return behind == FlowParser::COMMA || behind == FlowParser::LBRACE ||
         behind == FlowParser::RBRACE || begins_emission(behind);
}

/// Whether `sends A` or `publishes A` follows.
bool emission_follows(antlr4::TokenStream& input) {
  return begins_emission(input.LA(1)) && is_word(*input.LT(2));
}

/// Whether the loop is certainly entered once more.
bool goes_on(const antlr4::atn::DecisionState& loop, antlr4::TokenStream& input) {
  if (!is_list(loop.ruleIndex)) return false;
  if (dynamic_cast<const antlr4::atn::StarLoopEntryState*>(&loop) != nullptr)
    return element_follows(input);
  return dynamic_cast<const antlr4::atn::PlusLoopbackState*>(&loop) != nullptr &&
         emission_follows(input);
}

}  // namespace

ListPrediction::ListPrediction(FlowParser& reader)
    : ParserATNSimulator(&reader, reader.getATN(), made_by(reader).decisionToDFA,
                         made_by(reader).getSharedContextCache()) {}

std::size_t ListPrediction::adaptivePredict(antlr4::TokenStream* input, std::size_t decision,
                                            antlr4::ParserRuleContext* outer) {
  constexpr std::size_t kEnter = 1;  // the loop's alternatives: once more, or past it
  if (goes_on(*atn.decisionToState[decision], *input)) return kEnter;
  return ParserATNSimulator::adaptivePredict(input, decision, outer);
}

}  // namespace flowc
