#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/span.h"
#include "diagnostics/definition.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

class Reporter;

/// Adds places and suggestions to a diagnostic just reported. Ignoring it is fine.
class DiagnosticBuilder {
 public:
  DiagnosticBuilder(Diagnostic& diagnostic, Reporter& reporter)
      : diagnostic_(&diagnostic), reporter_(&reporter) {}

  /// Of a diagnostic that says again what `first` said: only its fix counts, as a further edit of
  /// the first one's.
  DiagnosticBuilder(Diagnostic& spare, Diagnostic& first, Reporter& reporter)
      : diagnostic_(&spare), first_(&first), reporter_(&reporter) {}

  /// Text beside the carets of the diagnostic's own place.
  DiagnosticBuilder& here(std::string text);
  /// Another place that explains it, with its snippet; in another file it is shown below a `:::`
  /// line.
  DiagnosticBuilder& label(Span span, std::string text);
  /// A remark: `= note: text`.
  DiagnosticBuilder& note(std::string text);
  /// A remark on a place, without its snippet: `::: file:line:column: text`.
  DiagnosticBuilder& note(Span span, std::string text);
  /// What to do, in words: `= help: text`.
  DiagnosticBuilder& help(std::string text);
  /// What to do, as an edit. The title is made: "did you mean `x`?", "insert `x`", "remove it".
  DiagnosticBuilder& fix(Span span, std::string replacement);
  /// What to do, as an edit, in the caller's words.
  DiagnosticBuilder& fix(Span span, std::string replacement, std::string title);
  /// The best of suggest() as a fix at `span`; a tie becomes a help without a fix; nothing similar,
  /// nothing.
  DiagnosticBuilder& did_you_mean(Span span, std::string_view written,
                                  const std::vector<std::string>& candidates);
  /// As did_you_mean(); if nothing is similar, all candidates in a help. For the few words that a
  /// place takes.
  DiagnosticBuilder& one_of(Span span, std::string_view written,
                            const std::vector<std::string>& candidates);

 private:
  bool has_room();

  Diagnostic* diagnostic_;
  Diagnostic* first_ = nullptr;
  Reporter* reporter_;
};

/// Remembers how many errors there were. A step succeeded if there is no new one since it began.
class Checkpoint {
 public:
  explicit Checkpoint(const Reporter& reporter);
  bool no_new_errors() const;

 private:
  const Reporter* reporter_;
  std::size_t mistakes_;
};

/// Collects the diagnostics of a compilation. Not thread-safe.
class Reporter {
 public:
  Reporter() = default;
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  template <unsigned id, class... Arguments>
  DiagnosticBuilder error(const ErrorDef<id, Arguments...>& def, Span span,
                          const std::type_identity_t<Arguments>&... arguments) {
    return report(def.definition, span, {arguments.value...}, {std::string(arguments.shown())...});
  }
  template <unsigned id, class... Arguments>
  DiagnosticBuilder warning(const WarningDef<id, Arguments...>& def, Span span,
                            const std::type_identity_t<Arguments>&... arguments) {
    return report(def.definition, span, {arguments.value...}, {std::string(arguments.shown())...});
  }

  bool has_errors() const { return errors_ != 0; }
  /// A name that is not declared, a field or a value that is not there, is one error of a file,
  /// however often it is named.
  std::size_t error_count() const { return errors_; }
  Checkpoint checkpoint() const { return Checkpoint(*this); }

  /// Whether `written` may still be compared with so many names to suggest one of them: mistakes in
  /// their thousands get none, so that the time they take stays bounded. Counts them as compared.
  bool may_compare(std::size_t names);

  /// Takes back the warnings that `allowed` says yes to. Errors are never asked about.
  void remove_warnings(const std::function<bool(const Diagnostic&)>& allowed);

  /// What to show: each (id, span, message) once, sorted by file, offset and id, at most `per_file`
  /// of a file, errors before warnings, and then one note that counts the rest.
  std::vector<Diagnostic> diagnostics(std::size_t per_file = limits::kDiagnosticsPerFile) const;

 private:
  friend class Checkpoint;

  DiagnosticBuilder report(const Definition& definition, Span span, std::vector<std::string> values,
                           std::vector<std::string> shown);

  std::deque<Diagnostic> reported_;                          // a deque: builders point into it
  std::set<const Diagnostic*> removed_;                      // warnings taken back
  std::map<std::pair<FileId, Severity>, std::size_t> kept_;  // of reported_
  std::map<FileId, std::size_t> dropped_;  // past limits::kDiagnosticsKeptPerFile, per file
  Diagnostic spare_;                       // what a builder of a dropped one writes to
  std::size_t errors_ = 0;
  std::size_t repeated_ = 0;  // errors that said again what one before them said
  std::map<std::pair<FileId, std::string>, Diagnostic*> unknown_names_;
  std::size_t compared_ = 0;  // names, for suggestions
};

}  // namespace flowc
