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
#include "syntax/builder.h"
#include "syntax/byte_stream.h"
#include "syntax/encoding.h"
#include "syntax/error_strategy.h"
#include "syntax/layout.h"
#include "syntax/layout_reader.h"
#include "syntax/outline.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

/// Parses a file; and where it has no error, for its layout too if that is asked for.
void parse_into(ast::File& out, const SourceMap& sources, Reporter& reporter,
                std::optional<Layout>* layout = nullptr) {
  const Checkpoint checkpoint = reporter.checkpoint();
  if (!check_encoding(out.id, sources, reporter)) {
    out.damaged = true;
    return;
  }
  ByteStream bytes(sources.text(out.id));
  Tokens tokens = read_tokens(out.id, sources, bytes, reporter);
  if (!tokens.complete) {
    out.damaged = true;
    return;
  }
  Outline divided = outline(out.id, sources, std::move(tokens.list), reporter);
  out.damaged = divided.damaged;
  std::vector<std::unique_ptr<antlr4::Token>> list;
  list.reserve(divided.list.size());
  for (std::unique_ptr<antlr4::CommonToken>& token : divided.list) list.push_back(std::move(token));
  antlr4::ListTokenSource source(std::move(list));
  antlr4::CommonTokenStream stream(&source);
  grammar::FlowParser parser(&stream);
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<ErrorStrategy>(out.id, sources, reporter));
  grammar::FlowParser::FileContext* tree = parser.file();
  Builder(out.id, sources, tokens.documentation, reporter).build(*tree, out);
  if (layout != nullptr && checkpoint.no_new_errors()) {
    LayoutReader reader(out.id, sources, std::move(tokens.comments));
    reader.add(*tree);
    *layout = reader.finish();
  }
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

std::unique_ptr<ast::File> parse(FileId file, const SourceMap& sources, Reporter& reporter) {
  auto out = std::make_unique<ast::File>();
  out->id = file;
  without_exceptions([&] { parse_into(*out, sources, reporter); });
  return out;
}

std::optional<Layout> read_layout(FileId file, const SourceMap& sources, Reporter& reporter) {
  ast::File syntax;
  syntax.id = file;
  std::optional<Layout> out;
  without_exceptions([&] { parse_into(syntax, sources, reporter, &out); });
  return out;
}

}  // namespace flowc
