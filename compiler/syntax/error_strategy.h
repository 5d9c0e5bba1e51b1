#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/reporter.h"

namespace flowc {

/// Reports a syntax error once, in flowc's own words, and goes on behind the smallest item that
/// holds it: a field, a setting, a handler, else the declaration. An item ends before a line that
/// starts no further right than it does, or before the `}` that closes what it is in.
class ErrorStrategy final : public antlr4::DefaultErrorStrategy {
 public:
  /// `unclosed_lines` have strings that are not closed, which is reported: what else is wrong there
  /// follows from it. Outlives the strategy.
  ErrorStrategy(FileId file, const SourceMap& sources, const std::set<std::size_t>& unclosed_lines,
                Reporter& reporter)
      : file_(file), sources_(sources), unclosed_lines_(unclosed_lines), reporter_(reporter) {}

  void reset(antlr4::Parser*) override { reported_ = false; }
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser* parser) override;
  bool inErrorRecoveryMode(antlr4::Parser*) override { return reported_; }
  void reportMatch(antlr4::Parser*) override {}

  /// Whether an error was reported between the two places of the file, or what stands before `end`
  /// was left out because of one.
  bool explains(std::uint32_t begin, std::uint32_t end) const {
    const auto first = places_.lower_bound(begin);
    if (first != places_.end() && *first < end) return true;
    const auto behind = left_out_.lower_bound(end);
    return behind != left_out_.begin() && std::prev(behind)->second >= end;
  }

 private:
  template <class Def, class... Arguments>
  DiagnosticBuilder report(const Def& def, Span at, const Arguments&... arguments) {
    places_.insert(at.begin);
    last_place_ = at.begin;
    return reporter_.error(def, at, arguments...);
  }

  void unexpected(antlr4::Parser& parser, antlr4::Token& found, const std::string& expected);
  bool mistyped(antlr4::Parser& parser, antlr4::Token& found);
  // field_mistakes.cc
  bool broken_field(antlr4::Parser& parser, const antlr4::ParserRuleContext& field,
                    antlr4::Token& found);
  bool no_part(const antlr4::Token& before, const antlr4::Token& word);

  bool second_name(antlr4::Parser& parser, const antlr4::Token& word);
  bool comma_left_out(antlr4::Parser& parser, const antlr4::Token& word);
  static bool goes_on(antlr4::Parser& parser);
  static void break_before(const antlr4::ParserRuleContext& item);
  static const antlr4::Token* break_item(antlr4::ParserRuleContext& body,
                                         const antlr4::Token& found);
  bool explained(const antlr4::Token& found);
  bool misread(antlr4::Parser& parser, antlr4::Token& found);
  bool clause_for_name(antlr4::Parser& parser, const antlr4::Token& word);
  bool list_of_brackets(antlr4::Parser& parser, const antlr4::Token& last,
                        const antlr4::Token& before, antlr4::Token& found);
  bool emission_on_slip(antlr4::ParserRuleContext& items, const antlr4::Token& found);
  bool broken_condition(antlr4::Parser& parser, const antlr4::Token& last, antlr4::Token& found);
  bool broken_transition(const antlr4::Token& last, const antlr4::Token& before,
                         const antlr4::Token& found);
  bool broken_example(antlr4::Parser& parser, const antlr4::Token& last,
                      const antlr4::Token& before, antlr4::Token& found);
  void unknown_item(antlr4::Parser& parser, antlr4::Token& found);
  std::string shown(const antlr4::Token& token) const;
  std::string text(const antlr4::Token& token) const;
  void leave_out(antlr4::Parser& parser, const antlr4::Token* start);
  void skip_item(antlr4::Parser& parser, const antlr4::Token* start);

  FileId file_;
  const SourceMap& sources_;
  const std::set<std::size_t>& unclosed_lines_;
  Reporter& reporter_;
  std::set<std::uint32_t> places_;                   // where errors were reported
  std::optional<std::uint32_t> last_place_;          // and nothing left out since
  std::map<std::uint32_t, std::uint32_t> left_out_;  // from errors to where reading goes on
  bool reported_ = false;                            // and not yet recovered from
};

}  // namespace flowc
