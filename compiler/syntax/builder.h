#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "FlowParser.h"
#include "base/source_map.h"
#include "diagnostics/reporter.h"
#include "syntax/ast.h"

namespace flowc {

/// Where something that may be absent stands.
template <class T>
std::optional<Span> place_of(const std::optional<T>& part) {
  return part ? std::optional(part->span) : std::nullopt;
}

/// Where a list begins, if it has anything.
template <class T>
std::optional<Span> place_of(const std::vector<T>& list) {
  return list.empty() ? std::nullopt : std::optional(list.front().span);
}

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
  void allow(Parser::AllowContext& context, ast::File& out);

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
  void check_digits(Span at);
  std::optional<ast::Value> value(Parser::ValueContext* context);
  void number_value(Parser::ValueContext& context, ast::Value& out);
  bool measure_value(Parser::ValueContext& context, ast::Value& out);
  void list_or_map(Parser::ValueContext& context, ast::Value& out);
  void map_entries(const std::vector<Parser::MapEntryContext*>& entries, ast::Value& out);
  std::optional<std::int64_t> microseconds(Span at);
  std::string decoded(Span quoted);
  void decode_escape(std::string_view content, std::size_t& at, std::size_t offset,
                     std::string& out);

  // build_contracts.cc
  void record(Parser::DeclarationContext& context, ast::File& out);
  void enumeration(Parser::DeclarationContext& context, ast::File& out);
  void message(Parser::DeclarationContext& context, ast::File& out);
  void message_attribute(Parser::AttributeContext& context, ast::Message& out);
  void fields(Parser::FieldsContext* context, std::vector<ast::Field>& out, bool& damaged);
  bool ends_line(Span word) const;
  ast::Field field(Parser::FieldContext& context, ast::Name name);
  void field_part(Parser::FieldPartContext& context, ast::Field& out);
  void field_attribute(Parser::AttributeContext& context, ast::Field& out);
  std::optional<ast::Type> type(Parser::TypeContext* context);

  // build_mapping.cc
  std::optional<ast::Integer> version(Parser::VersionContext* context);
  void upcast(Parser::DeclarationContext& context, ast::File& out);
  ast::Mapping mapping(Parser::MappingContext* context);
  std::optional<ast::Expression> expression(Parser::ExpressionContext* context);
  std::optional<ast::Expression> operand(Parser::OperandContext* context);
  std::optional<ast::Path> dotted(Parser::DottedContext* context) const;
  void emission(Parser::EmissionContext& context, std::vector<ast::Emission>& out, bool& damaged);

  // build_channels.cc
  void channel(Parser::DeclarationContext& context, ast::File& out);
  void setting(Parser::ChannelSettingContext& context, ast::Channel& out);
  std::optional<ast::Retry> retry(Parser::RetryContext* context);
  void retry_later(Parser::RetryLaterContext& context, ast::Retry& out);

  // build_handlers.cc
  void handlers(Parser::DeclarationContext& context, ast::File& out);
  void steps(Parser::DeclarationContext& context, ast::File& out);
  void handler_items(Parser::HandlerItemsContext* items, std::vector<ast::Handler>& handlers,
                     std::vector<ast::Text>& retired, bool& damaged);
  bool declassifies_nothing(Parser::HandlerContext& context, ast::Handler& before);
  ast::Handler handler(Parser::HandlerContext& context, ast::Name name);
  void clause(Parser::ClauseContext& context, ast::Handler& out);
  bool routing_clause(Parser::ClauseContext& context, ast::Handler& out);
  void policy_clause(Parser::ClauseContext& context, ast::Handler& out);

  // build_saga.cc
  void head_clause(Parser::HeadClauseContext& context, ast::Head& out);
  std::optional<ast::EndpointId> endpoint_id(Parser::TextContext* id, Parser::OldIdsContext* old);
  void orchestrator(Parser::DeclarationContext& context, ast::File& out);
  bool no_step(Parser::OrchestratorItemContext& item, Parser::OrchestratorItemContext& next,
               const ast::Orchestrator& so_far);
  void orchestrator_item(Parser::OrchestratorItemContext& context, ast::Orchestrator& out);
  void saga(Parser::DeclarationContext& context, ast::File& out);
  void saga_item(Parser::SagaItemContext& context, ast::Saga& out);
  void saga_deadline(Parser::SagaItemContext& context, ast::Saga& out);
  void saga_state(Parser::SagaItemContext& context, ast::Saga& out);
  ast::Transition transition(Parser::TransitionContext& context);

  // build_partners.cc
  void publisher(Parser::DeclarationContext& context, ast::File& out);
  void publisher_setting(Parser::PublisherSettingContext& context, ast::Publisher& out);
  void names(const std::vector<Parser::NameContext*>& contexts, std::vector<ast::Name>& out) const;
  void forward(Parser::DeclarationContext& context, ast::File& out);
  void translate(Parser::DeclarationContext& context, ast::File& out);

  // build_deploy.cc
  void service(Parser::DeclarationContext& context, ast::File& out);
  void deploy(Parser::DeclarationContext& context, ast::File& out);
  void deploy_items(Parser::DeployItemsContext& items, ast::Deploy& out);
  void placement(Parser::PlacementContext& context, ast::ServicePlacement& out);
  std::optional<ast::Place> placed(Parser::PlaceContext* context);
  std::optional<ast::Setting> setting(Parser::SettingContext* context);
  void scenario(Parser::DeclarationContext& context, ast::File& out);
  std::optional<ast::ScenarioItem> scenario_item(Parser::ScenarioItemContext& context);

  /// Reports a clause that was given before, at `again`; true if so.
  bool given_twice(std::string_view clause, const std::optional<Span>& first, Span again);

  FileId file_;
  const SourceMap& sources_;
  const Documentation& documentation_;
  Reporter& reporter_;
};

}  // namespace flowc
