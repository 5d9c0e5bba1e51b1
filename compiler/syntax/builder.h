#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "FlowParser.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "syntax/ast.h"

namespace flowc {

/// Makes the syntax tree from ANTLR's contexts. After a syntax error any part of a context may be
/// null; what is null was reported. Divided by topic over build_*.cc.
class Builder {
 public:
  using Parser = grammar::FlowParser;
  using Documentation = std::unordered_map<std::size_t, std::string>;

  Builder(FileId file, const SourceMap& sources, const Documentation& documentation,
          Reporter& reporter)
      : file_(file), sources_(sources), documentation_(documentation), reporter_(reporter) {}

  /// Adds the declarations of a part of the file.
  void add(Parser::FileContext& context, ast::File& out);
  /// Behind the last part: what the file as a whole lacks.
  void finish(ast::File& out);

 private:
  // build_file.cc
  void declaration(Parser::DeclarationContext& context, ast::File& out);
  void module(Parser::ModuleContext& context, ast::File& out);
  bool declared(ast::Declared& out, Parser::DeclarationContext& context, Parser::NameContext* name);
  void no_public(Parser::DeclarationContext& context, std::string_view what);
  void unsupported(Parser::UnsupportedContext& context, ast::File& out);
  void unsupported_error(Span span, std::string_view construct);

  // build_values.cc
  Span span(antlr4::ParserRuleContext& context) const;
  Span span(antlr4::tree::TerminalNode& node) const;
  Span span(const antlr4::Token& token) const;
  std::string_view written(Span span) const { return sources_.text(span); }
  std::string documentation(antlr4::ParserRuleContext& context) const;
  std::optional<ast::Name> name(Parser::NameContext* context) const;
  std::optional<ast::Path> path(Parser::PathContext* context) const;
  std::optional<ast::Text> text(Parser::TextContext* context);
  std::optional<ast::Integer> count(Parser::CountContext* context);
  std::optional<ast::Duration> duration(Parser::MeasureContext* context);
  std::optional<ast::Percent> percent(Parser::PercentageContext* context);
  std::optional<ast::Value> value(Parser::ValueContext* context);
  bool number_value(Parser::ValueContext& context, ast::Value& out);
  bool measure_value(Parser::ValueContext& context, ast::Value& out);
  void list_or_map(Parser::ValueContext& context, ast::Value& out);
  std::optional<std::int64_t> microseconds(Span at);
  std::string decoded(Span quoted);
  void decode_escape(std::string_view content, std::size_t& at, std::size_t offset,
                     std::string& out);

  // build_contracts.cc
  void record(Parser::DeclarationContext& context, ast::File& out);
  void enumeration(Parser::DeclarationContext& context, ast::File& out);
  void message(Parser::DeclarationContext& context, ast::File& out);
  void wire(Parser::AttributeContext& context, ast::Message& out);
  bool version(Parser::VersionContext& context);
  void fields(Parser::FieldsContext* context, std::vector<ast::Field>& out, bool& damaged);
  ast::Field field(Parser::FieldContext& context, ast::Name name);
  void field_part(Parser::FieldPartContext& context, ast::Field& out);
  void field_attribute(Parser::AttributeContext& context, ast::Field& out);
  std::optional<ast::Type> type(Parser::TypeContext* context);

  // build_channels.cc
  void channel(Parser::DeclarationContext& context, ast::File& out);
  void setting(Parser::ChannelSettingContext& context, ast::Channel& out);
  std::optional<ast::Retry> retry(Parser::RetryContext* context);
  void retry_later(Parser::RetryLaterContext& context, ast::Retry& out);

  // build_handlers.cc
  void handlers(Parser::DeclarationContext& context, ast::File& out);
  ast::Handler handler(Parser::HandlerContext& context, ast::Name name);
  void clause(Parser::ClauseContext& context, ast::Handler& out);
  void unsupported_clause(Parser::UnsupportedClauseContext& context);
  void service(Parser::DeclarationContext& context, ast::File& out);

  // build_deploy.cc
  void deploy(Parser::DeclarationContext& context, ast::File& out);
  std::optional<ast::Store> store(Parser::StoreContext& context);
  void store_options(Parser::StoreOptionsContext& context, ast::Store& out);
  std::optional<ast::Setting> setting(Parser::SettingContext* context);

  /// Reports a clause that was given before, at `again`; true if so.
  bool given_twice(std::string_view clause, const std::optional<Span>& first, Span again);

  FileId file_;
  const SourceMap& sources_;
  const Documentation& documentation_;
  Reporter& reporter_;
};

}  // namespace flowc
