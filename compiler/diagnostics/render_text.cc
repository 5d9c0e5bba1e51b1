#include "diagnostics/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/limits.h"
#include "diagnostics/definition.h"
#include "diagnostics/shown_line.h"

namespace flowc {
namespace {

/// Labels this near to the diagnostic's line are shown with it, in the order of the file; others
/// below it.
constexpr std::uint32_t kNearLines = 10;

constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kBlue = "\x1b[1;34m";

struct Mark {
  Span span;
  std::string_view text;
  bool primary = false;
};

/// Writes one diagnostic. Lives for one call.
class TextRenderer {
 public:
  TextRenderer(const Diagnostic& diagnostic, const SourceMap& sources, const TextOptions& options,
               bool how_to_allow)
      : diagnostic_(diagnostic),
        sources_(sources),
        options_(options),
        how_to_allow_(how_to_allow) {}

  std::string run() {
    collect();
    first_line();
    near_marks();
    far_marks();
    notes();
    remarks();
    return std::move(out_);
  }

 private:
  void collect() {
    near_.push_back({diagnostic_.span, diagnostic_.label, true});
    const std::uint32_t line = sources_.begin(diagnostic_.span).line;
    for (const Label& label : diagnostic_.labels) {
      const Mark mark{label.span, label.text, false};
      const std::uint32_t other = sources_.begin(label.span).line;
      const std::uint32_t apart = other > line ? other - line : line - other;
      const bool here = label.span.file == diagnostic_.span.file && apart <= kNearLines;
      (here ? near_ : far_).push_back(mark);
    }
    // Marks of one line: the diagnostic's own first, then from left to right.
    std::stable_sort(near_.begin(), near_.end(), [this](const Mark& a, const Mark& b) {
      const Position pa = sources_.begin(a.span), pb = sources_.begin(b.span);
      if (pa.line != pb.line) return pa.line < pb.line;
      if (a.primary != b.primary) return a.primary;
      return pa.column < pb.column;
    });
    std::uint32_t largest = 0;
    for (const Mark& mark : near_) largest = std::max(largest, sources_.begin(mark.span).line);
    for (const Mark& mark : far_) largest = std::max(largest, sources_.begin(mark.span).line);
    width_ = std::max<std::size_t>(4, std::to_string(largest).size());
  }

  std::string_view colour() const {
    switch (diagnostic_.severity) {
      case Severity::error:
        return "\x1b[1;31m";
      case Severity::warning:
        return "\x1b[1;35m";
      case Severity::note:
        return "\x1b[1;36m";
    }
    return kBold;
  }

  std::string painted(std::string_view escape, std::string_view text) const {
    if (!options_.colour || text.empty()) return std::string(text);
    return fmt::format("{}{}{}", escape, text, kPlain);
  }

  void put_line(std::string_view line) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    out_ += line;
    out_ += '\n';
  }

  std::string place(Span span) const {
    const Position at = sources_.begin(span);
    return fmt::format("{}:{}:{}", printable(sources_.path(span.file)), at.line, at.column);
  }

  void first_line() {
    put_line(fmt::format("{} {} {} [{}{}{}]", painted(kBold, place(diagnostic_.span) + ':'),
                         painted(colour(), fmt::format("{}:", severity_name(diagnostic_.severity))),
                         painted(kBold, printable(diagnostic_.message)), code_of(diagnostic_.id),
                         diagnostic_.name.empty() ? "" : " ", diagnostic_.name));
  }

  std::string gutter(std::string_view number) const {
    return painted(kBlue, fmt::format("{:>{}} |", number, width_));
  }

  bool has_snippet(Span span) const {
    if (diagnostic_.severity == Severity::note || sources_.text(span.file).empty()) return false;
    return sources_.line(span.file, sources_.begin(span).line).size() <= limits::kSnippetBytesMax;
  }

  void source_line(Span span) {
    const std::uint32_t line = sources_.begin(span).line;
    put_line(fmt::format("{} {}", gutter(std::to_string(line)),
                         shown_line(sources_.line(span.file, line)).text));
  }

  void mark_line(const Mark& mark) {
    const Position begin = sources_.begin(mark.span);
    const Position end = sources_.end(mark.span);
    const std::string_view line = sources_.line(mark.span.file, begin.line);
    const std::size_t from = std::min<std::size_t>(begin.column - 1, line.size());
    const std::size_t to = end.line == begin.line
                               ? std::clamp<std::size_t>(end.column - 1, from, line.size())
                               : line.size();
    const std::size_t before = shown_line(line.substr(0, from)).columns;
    const std::size_t marked =
        std::max<std::size_t>(1, shown_line(line.substr(from, to - from)).columns);
    std::string marks(marked, mark.primary ? '^' : '-');
    if (!mark.text.empty()) marks += ' ' + printable(mark.text);
    put_line(fmt::format("{} {}{}", gutter(""), std::string(before, ' '),
                         painted(mark.primary ? colour() : kBlue, marks)));
  }

  void near_marks() {
    std::uint32_t last = 0;
    for (const Mark& mark : near_) {
      if (!has_snippet(mark.span)) {
        if (!mark.text.empty()) place_line(mark.span, mark.text);
        continue;
      }
      const std::uint32_t line = sources_.begin(mark.span).line;
      if (last == 0) put_line(gutter(""));
      if (last != 0 && line > last + 1)
        put_line(painted(kBlue, fmt::format("{:>{}}", "...", width_)));
      if (line != last) source_line(mark.span);
      mark_line(mark);
      last = line;
    }
  }

  void far_marks() {
    for (const Mark& mark : far_) {
      const bool other_file = mark.span.file != diagnostic_.span.file;
      if (!has_snippet(mark.span)) {
        place_line(mark.span, mark.text);
        continue;
      }
      if (other_file) place_line(mark.span, "");
      put_line(gutter(""));
      source_line(mark.span);
      mark_line(mark);
    }
  }

  void place_line(Span span, std::string_view text) {
    put_line(fmt::format("{} {}{}{}", painted(kBlue, fmt::format("{:>{}}", ":::", width_ + 3)),
                         place(span), text.empty() ? "" : ": ", printable(text)));
  }

  void remark(std::string_view kind, std::string_view text) {
    put_line(fmt::format("{} {} {}", painted(kBlue, fmt::format("{:>{}}", "=", width_ + 2)),
                         painted(kBold, kind), printable(text)));
  }

  void notes() {
    for (const Note& note : diagnostic_.notes) {
      if (note.span) place_line(*note.span, note.text);
    }
    for (const Note& note : diagnostic_.notes) {
      if (!note.span) remark("note:", note.text);
    }
  }

  void remarks() {
    for (const Fix& fix : diagnostic_.fixes) remark("fix:", fix.title);
    for (const std::string& help : diagnostic_.helps) remark("help:", help);
    if (how_to_allow_ && diagnostic_.severity == Severity::warning && !diagnostic_.name.empty())
      remark("note:", fmt::format("`allow {}` in the file turns it off", diagnostic_.name));
  }

  const Diagnostic& diagnostic_;
  const SourceMap& sources_;
  const TextOptions& options_;
  bool how_to_allow_;
  std::vector<Mark> near_;  // the diagnostic's own place, and labels shown with it
  std::vector<Mark> far_;
  std::size_t width_ = 4;
  std::string out_;
};

}  // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources,
                        const TextOptions& options) {
  return TextRenderer(diagnostic, sources, options, true).run();
}

std::string render_text(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
                        const TextOptions& options) {
  std::string out;
  std::set<std::string_view> named;  // how a warning is turned off is said with its first one
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    const bool how_to_allow = named.insert(diagnostic.name).second;
    out += TextRenderer(diagnostic, sources, options, how_to_allow).run();
  }
  return out;
}

}  // namespace flowc
