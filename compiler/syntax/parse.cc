#include "syntax/parse.h"

#include <antlr4-runtime.h>

#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "FlowParser.h"
#include "base/assert.h"
#include "diagnostics/catalog.h"
#include "syntax/blocks.h"
#include "syntax/builder.h"
#include "syntax/byte_stream.h"
#include "syntax/encoding.h"
#include "syntax/error_strategy.h"
#include "syntax/layout.h"
#include "syntax/layout_reader.h"
#include "syntax/line_ends.h"
#include "syntax/list_prediction.h"
#include "syntax/outline.h"
#include "syntax/secrets.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

/// The tokens up to the end of the declaration at `next`, and an end of file. Declarations are
/// parsed one by one, because ANTLR's tree is many times as large as the tokens it is of.
std::vector<std::unique_ptr<antlr4::Token>> one_declaration(TokenList::iterator& next,
                                                            TokenList::iterator end) {
  std::vector<std::unique_ptr<antlr4::Token>> list;
  std::size_t type = antlr4::Token::EOF;
  do {
    type = (*next)->getType();
    list.push_back(std::move(*next++));
  } while (next != end && type != grammar::FlowParser::DECLARATION_END);
  if (type == antlr4::Token::EOF) return list;
  auto file_end = std::make_unique<antlr4::CommonToken>(antlr4::Token::EOF);
  file_end->setStartIndex(list.back()->getStartIndex());
  file_end->setStopIndex(list.back()->getStopIndex());
  list.push_back(std::move(file_end));
  return list;
}

/// Reports the signs that mean nothing, but not those behind another error on their line, which
/// they follow from.
void report_signs(const Tokens& tokens, const ErrorStrategy& strategy, const SourceMap& sources,
                  Reporter& reporter) {
  std::uint32_t last = 0;  // line of a sign other than `;`
  for (const ForeignSign& sign : tokens.foreign_signs) {
    const std::uint32_t line = sources.begin(sign.at).line;
    const bool semicolon = sources.text(sign.at) == ";";
    if (semicolon && line == last) continue;
    if (!semicolon) last = line;
    if (strategy.explains(sources.line_begin(sign.at.file, line), sign.at.end)) continue;
    auto reported =
        reporter.error(kForeignCharacter, sign.at, '`' + std::string(sources.text(sign.at)) + '`');
    if (!sign.help.empty()) reported.help(sign.help);
    if (semicolon) reported.fix(sign.at, "");
  }
}

/// Parses a file; and where it has no error, for its layout too if that is asked for.
void parse_into(ast::File& out, SourceMap& sources, Reporter& reporter,
                std::optional<Layout>* layout = nullptr) {
  const Checkpoint checkpoint = reporter.checkpoint();
  if (!check_encoding(out.id, sources, reporter)) {
    out.damaged = true;
    return;
  }
  ByteStream bytes(sources.text(out.id));
  Tokens tokens = read_tokens(out.id, sources, bytes, reporter);
  const auto strategy =
      std::make_shared<ErrorStrategy>(out.id, sources, tokens.unclosed_lines, reporter);
  if (!tokens.complete) {
    out.damaged = true;
    report_signs(tokens, *strategy, sources, reporter);
    return;
  }
  for (const Span secret : secrets_in(out.id, tokens.list)) sources.conceal(secret);
  TokenList balanced = balance_blocks(out.id, sources, std::move(tokens.list), reporter);
  Outline divided = outline(out.id, sources, mark_line_ends(std::move(balanced)), reporter);
  out.damaged = divided.damaged;
  Builder builder(out.id, sources, tokens.documentation, reporter);
  const bool readable = layout != nullptr && tokens.foreign_signs.empty();
  LayoutReader reader(out.id, sources, std::move(tokens.comments));
  for (auto next = divided.list.begin(); next != divided.list.end();) {
    std::vector<std::unique_ptr<antlr4::Token>> list = one_declaration(next, divided.list.end());
    antlr4::ListTokenSource source(std::move(list));
    antlr4::CommonTokenStream stream(&source);
    grammar::FlowParser parser(&stream);
    parser.removeErrorListeners();
    parser.setErrorHandler(strategy);
    // The parser owns it.
    parser.setInterpreter(new ListPrediction(parser));
    grammar::FlowParser::FileContext& tree = *parser.file();
    builder.add(tree, out);
    if (readable && checkpoint.no_new_errors()) reader.add(tree);
  }
  builder.finish(out);
  report_signs(tokens, *strategy, sources, reporter);
  if (readable && checkpoint.no_new_errors()) *layout = reader.finish();
}

template <class Parse>
void without_exceptions(Parse parse) {
  try {
    parse();
  } catch (const antlr4::RuntimeException& error) {
    // The strategy recovers from every syntax error, so this one is ours.
    FLOW_UNREACHABLE(error.what());
  }
}

}  // namespace

std::unique_ptr<ast::File> parse(FileId file, SourceMap& sources, Reporter& reporter) {
  auto out = std::make_unique<ast::File>();
  out->id = file;
  without_exceptions([&] { parse_into(*out, sources, reporter); });
  return out;
}

std::optional<Layout> read_layout(FileId file, SourceMap& sources, Reporter& reporter) {
  ast::File syntax;
  syntax.id = file;
  std::optional<Layout> out;
  without_exceptions([&] { parse_into(syntax, sources, reporter, &out); });
  return out;
}

}  // namespace flowc
