#include "diagnostics/fix.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "diagnostics/catalog.h"

namespace flowc {
namespace {

/// Insertions at an end of another edit count too: which of the two comes first would be a guess.
bool overlap(Span a, Span b) {
  if (a.file != b.file) return false;
  if (a.begin == a.end || b.begin == b.end) return a.begin <= b.end && b.begin <= a.end;
  return a.begin < b.end && b.begin < a.end;
}

/// What an edit does as people would do it: a line that it leaves without a word goes as a whole.
Edit whole_lines(const Edit& edit, const SourceMap& sources) {
  const std::string_view text = sources.text(edit.span.file);
  if (!edit.replacement.empty() || edit.span.begin == edit.span.end) return edit;
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  const std::uint32_t line = sources.line_begin(edit.span.file, sources.begin(edit.span).line);
  std::uint32_t begin = edit.span.begin;
  while (begin > line && blank(text[begin - 1])) --begin;
  std::uint32_t end = edit.span.end;
  while (end < text.size() && blank(text[end])) ++end;
  if (begin != line || end >= text.size() || text[end] != '\n') return edit;
  return {{edit.span.file, begin, end + 1}, ""};
}

Fix whole_lines(const Fix& fix, const SourceMap& sources) {
  Fix whole{fix.title, {}};
  for (const Edit& edit : fix.edits) whole.edits.push_back(whole_lines(edit, sources));
  return whole;
}

bool fits(const Fix& fix, const std::vector<Edit>& taken) {
  return std::none_of(fix.edits.begin(), fix.edits.end(), [&taken](const Edit& edit) {
    return std::any_of(taken.begin(), taken.end(),
                       [&edit](const Edit& other) { return overlap(edit.span, other.span); });
  });
}

bool has_crlf(std::string_view text) {
  const std::size_t line_end = text.find('\n');
  return line_end != std::string_view::npos && line_end > 0 && text[line_end - 1] == '\r';
}

std::string with_line_ends(const std::string& replacement, bool crlf) {
  if (!crlf) return replacement;
  std::string out;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] == '\n' && (i == 0 || replacement[i - 1] != '\r')) out += '\r';
    out += replacement[i];
  }
  return out;
}

/// The order in which flowc looks for mistakes: a mistake of one stage may hide those of the next.
std::size_t stage_of(unsigned id) {
  if (id >= 5 && id <= 9) return 0;  // encoding
  if (id >= 100 && id < 200) return 1;
  if (id < 100) return 2;  // files: imported once the importing file is parsed
  return std::min<std::size_t>(1 + id / 100, 10);
}

using Tally = std::array<std::size_t, 22>;  // errors by stage, then warnings by stage

Tally tally(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
            const SourceMap& known) {
  Tally counts{};
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::note) continue;
    if (!known.find(sources.path(diagnostic.span.file))) continue;
    const std::size_t first = diagnostic.severity == Severity::error ? 0 : 11;
    ++counts[first + stage_of(diagnostic.id)];
  }
  return counts;
}

}  // namespace

std::map<FileId, FixedText> apply_fixes(const std::vector<Diagnostic>& diagnostics,
                                        const SourceMap& sources) {
  std::vector<Edit> edits;
  std::map<FileId, FixedText> files;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.fixes.size() != 1) continue;
    const Fix fix = whole_lines(diagnostic.fixes.front(), sources);
    if (!fits(fix, edits)) continue;
    edits.insert(edits.end(), fix.edits.begin(), fix.edits.end());
    ++files[diagnostic.span.file].fixed;
  }
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.span < b.span; });
  std::map<FileId, std::uint32_t> copied;  // up to this offset
  for (const Edit& edit : edits) {
    const std::string_view text = sources.text(edit.span.file);
    std::string& out = files[edit.span.file].text;
    std::uint32_t& from = copied[edit.span.file];
    out += sources.text(Span{edit.span.file, from, edit.span.begin});
    out += with_line_ends(edit.replacement, has_crlf(text));
    from = edit.span.end;
  }
  for (auto& [file, fixed] : files) fixed.text += sources.text(file).substr(copied[file]);
  return files;
}

bool is_better(const std::vector<Diagnostic>& after, const SourceMap& sources_after,
               const std::vector<Diagnostic>& before, const SourceMap& sources_before) {
  return tally(after, sources_after, sources_before) <
         tally(before, sources_before, sources_before);
}

}  // namespace flowc
