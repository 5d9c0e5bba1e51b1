#include "diagnostics/render_github.h"

#include <fmt/format.h>

#include <string_view>

#include "base/utf16.h"
#include "diagnostics/shown_line.h"

namespace flowc {
namespace {

/// A text as the value of a command; of a property also without what separates properties.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

/// Line by line made printable: the log is read in terminals too.
std::string printable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string_view command_of(Severity severity) {
  return severity == Severity::note ? "notice" : severity_name(severity);
}

std::string text_of(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::string text = plain_text(diagnostic);
  const auto add = [&text, &sources](Span span, const std::string& words) {
    const Position at = sources.begin(span);
    text += fmt::format("\n{}:{}{}{}", sources.path(span.file), at.line, words.empty() ? "" : ": ",
                        words);
  };
  for (const Label& label : diagnostic.labels) add(label.span, label.text);
  for (const Note& note : diagnostic.notes) {
    if (note.span) add(*note.span, note.text);
  }
  for (const Fix& fix : diagnostic.fixes) text += "\nfix: " + fix.title;
  return text;
}

std::string annotation(const Diagnostic& diagnostic, const SourceMap& sources) {
  const Span span = diagnostic.span;
  const Position begin = utf16_position(sources, span.file, span.begin);
  const Position end = utf16_position(sources, span.file, span.end);
  std::string place =
      fmt::format("file={},line={}", escaped(sources.path(span.file), true), begin.line);
  if (begin.line == end.line) {
    place += fmt::format(",col={},endLine={},endColumn={}", begin.column, end.line, end.column);
  } else {
    place += fmt::format(",endLine={}", end.line);
  }
  std::string title = code_of(diagnostic.id);
  if (!diagnostic.name.empty()) title += ' ' + diagnostic.name;
  return fmt::format("::{} {},title={}::{}\n", command_of(diagnostic.severity), place,
                     escaped(title, true),
                     escaped(printable_lines(text_of(diagnostic, sources)), false));
}

}  // namespace

std::string render_github(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += annotation(diagnostic, sources);
  return out;
}

}  // namespace flowc
