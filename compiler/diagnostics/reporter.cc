#include "diagnostics/reporter.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/assert.h"
#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"

namespace flowc {
namespace {

/// The text of a definition with its arguments in place. Arguments are not looked into for
/// placeholders.
std::string message_of(std::string_view text, const std::vector<std::string>& shown) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool placeholder = i + 2 < text.size() && text[i] == '{' && text[i + 2] == '}' &&
                             text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!placeholder) {
      out += text[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(text[i + 1] - '0');
    FLOW_ASSERT(index < shown.size());
    out += shown[index];
    i += 2;
  }
  return out;
}

/// What a diagnostic says there is not, and where it was looked for; empty of any other diagnostic.
std::string unknown_name(const Definition& definition, const std::vector<std::string>& values) {
  // As a message or as a record, it is the same name that is not there.
  if (definition.id == kNotDeclared.definition.id) return values.back();
  if (definition.id != kNoField.definition.id && definition.id != kNoEnumValue.definition.id &&
      definition.id != kNoCorrelation.definition.id)
    return "";
  if (values.back().starts_with("the ")) return "";  // `the saga's data`: of which saga?
  std::string all;
  for (const std::string& value : values) all += value + '\n';
  return all;
}

std::string alternatives(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < limits::kListedMax; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += '`' + names[i] + '`';
  }
  if (names.size() > limits::kListedMax) {
    out += " or " + std::to_string(names.size() - limits::kListedMax) + " more";
  }
  return out;
}

}  // namespace

DiagnosticBuilder& DiagnosticBuilder::here(std::string text) {
  diagnostic_->label = std::move(text);
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::label(Span span, std::string text) {
  if (has_room()) diagnostic_->labels.push_back({span, std::move(text)});
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::note(std::string text) {
  if (has_room()) diagnostic_->notes.push_back({std::nullopt, std::move(text)});
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::note(Span span, std::string text) {
  if (has_room()) diagnostic_->notes.push_back({span, std::move(text)});
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::help(std::string text) {
  if (has_room()) diagnostic_->helps.push_back(std::move(text));
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::fix(Span span, std::string replacement) {
  std::string title;
  if (replacement.empty()) {
    title = "remove it";
  } else if (span.begin == span.end) {
    title = "insert `" + replacement + "`";
  } else {
    title = "did you mean `" + replacement + "`?";
  }
  return fix(span, std::move(replacement), std::move(title));
}

DiagnosticBuilder& DiagnosticBuilder::fix(Span span, std::string replacement, std::string title) {
  Edit edit{span, std::move(replacement)};
  if (first_ == nullptr) {
    diagnostic_->fixes.push_back({std::move(title), {std::move(edit)}});
  } else if (first_->fixes.size() == 1 &&
             first_->fixes.front().edits.front().replacement == edit.replacement) {
    first_->fixes.front().edits.push_back(std::move(edit));
  }
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::did_you_mean(Span span, std::string_view written,
                                                   const std::vector<std::string>& candidates) {
  if (!reporter_->may_compare(candidates.size())) return *this;
  std::vector<std::string> similar = suggest(written, candidates);
  if (similar.size() == 1) return fix(span, std::move(similar.front()));
  if (!similar.empty()) help("similar: " + alternatives(similar));
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::one_of(Span span, std::string_view written,
                                             const std::vector<std::string>& candidates) {
  if (!suggest(written, candidates).empty()) return did_you_mean(span, written, candidates);
  std::string all;
  for (const std::string& candidate : candidates)
    all += (all.empty() ? "`" : ", `") + candidate + "`";
  return help((candidates.size() == 1 ? "there is only " : "there are: ") + all);
}

bool DiagnosticBuilder::has_room() {
  const std::size_t parts =
      diagnostic_->labels.size() + diagnostic_->notes.size() + diagnostic_->helps.size();
  if (parts < limits::kPartsMax) return true;
  ++diagnostic_->omitted;
  return false;
}

Checkpoint::Checkpoint(const Reporter& reporter)
    : reporter_(&reporter), mistakes_(reporter.errors_ + reporter.repeated_) {}

bool Checkpoint::no_new_errors() const {
  return reporter_->errors_ + reporter_->repeated_ == mistakes_;
}

DiagnosticBuilder Reporter::report(const Definition& definition, Span span,
                                   std::vector<std::string> values,
                                   std::vector<std::string> shown) {
  const std::string unknown = unknown_name(definition, values);
  if (!unknown.empty()) {
    const auto first = unknown_names_.find({span.file, unknown});
    if (first != unknown_names_.end()) {
      ++repeated_;
      DiagnosticBuilder(*first->second, *this).label(span, "and here");
      spare_ = Diagnostic{};
      return DiagnosticBuilder(spare_, *first->second, *this);
    }
  }
  if (definition.severity == Severity::error) ++errors_;
  std::size_t& kept = kept_[{span.file, definition.severity}];
  const bool many = reported_.size() >= limits::kDiagnosticsKept;
  if (kept >= (many ? limits::kDiagnosticsPerFile : limits::kDiagnosticsKeptPerFile)) {
    ++dropped_[span.file];
    spare_ = Diagnostic{};
    return DiagnosticBuilder(spare_, *this);
  }
  ++kept;
  Diagnostic& made = reported_.emplace_back();
  made.id = definition.id;
  made.severity = definition.severity;
  made.name = definition.name;
  made.message = message_of(definition.text, shown);
  made.span = span;
  if (!unknown.empty()) unknown_names_[{span.file, unknown}] = &made;
  made.arguments = std::move(values);
  return DiagnosticBuilder(made, *this);
}

bool Reporter::may_compare(std::size_t names) {
  if (compared_ + names > limits::kComparisonsMax) return false;
  compared_ += names;
  return true;
}

void Reporter::remove_warnings(const std::function<bool(const Diagnostic&)>& allowed) {
  for (const Diagnostic& diagnostic : reported_) {
    // Marked only: builders may point into the list.
    if (diagnostic.severity == Severity::warning && allowed(diagnostic))
      removed_.insert(&diagnostic);
  }
}

std::vector<Diagnostic> Reporter::diagnostics(std::size_t per_file) const {
  std::vector<const Diagnostic*> sorted;
  std::set<std::tuple<unsigned, Span, std::string_view>> seen;
  for (const Diagnostic& diagnostic : reported_) {
    if (removed_.contains(&diagnostic)) continue;
    if (seen.emplace(diagnostic.id, diagnostic.span, diagnostic.message).second)
      sorted.push_back(&diagnostic);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tuple(a->span.file, a->span.begin, a->id) <
           std::tuple(b->span.file, b->span.begin, b->id);
  });
  std::vector<Diagnostic> shown;
  for (std::size_t i = 0; i < sorted.size();) {
    const FileId file = sorted[i]->span.file;
    const auto errors = kept_.find({file, Severity::error});
    std::size_t error_room = per_file;
    std::size_t other_room =
        error_room - std::min(error_room, errors == kept_.end() ? 0 : errors->second);
    std::size_t of_file = 0, of_shown = shown.size();
    for (; i < sorted.size() && sorted[i]->span.file == file; ++i, ++of_file) {
      std::size_t& room = sorted[i]->severity == Severity::error ? error_room : other_room;
      if (room == 0) continue;
      --room;
      Diagnostic& copy = shown.emplace_back(*sorted[i]);
      if (copy.omitted != 0)
        copy.notes.push_back({std::nullopt, "and " + std::to_string(copy.omitted) + " more"});
    }
    const auto dropped = dropped_.find(file);
    if (dropped != dropped_.end()) of_file += dropped->second;
    of_shown = shown.size() - of_shown;
    if (of_file == of_shown) continue;
    const std::string rest = std::to_string(of_file - of_shown);
    Diagnostic& more = shown.emplace_back();
    more.id = kMoreDiagnostics.definition.id;
    more.severity = Severity::note;
    more.message = message_of(kMoreDiagnostics.definition.text, {rest});
    more.arguments = {rest};
    more.span = {file, sorted[i - 1]->span.begin, sorted[i - 1]->span.begin};
  }
  return shown;
}

}  // namespace flowc
