#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "diagnostics/render_json.h"
#include "diagnostics/render_text.h"
#include "diagnostics/reporter.h"

/// What the fuzz targets of the compiler share. A target is one function that gives flowc an input
/// and returns what it said; the rest is demanded of it here.
namespace flowc::fuzz {

inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "demanded: %s\n", what);
  std::abort();
}

/// One input as files: what stands before the first `//--- name` line is main.flow.
inline MemoryFileSystem files_of(std::string_view input) {
  MemoryFileSystem files;
  std::string name = "main.flow", text;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size() - 1) + 1;
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(end);
    if (line.starts_with("//--- ") && line.ends_with('\n')) {
      files.add(name, std::exchange(text, {}));
      name = line.substr(6, line.size() - 7);
      if (name.empty() || name.find('\0') != std::string::npos) name = "nameless.flow";
    } else {
      text += line;
    }
  }
  files.add(name, text);
  return files;
}

inline void demand_inside(Span span, const SourceMap& sources) {
  demand(span.file.value < sources.size(), "a place in a file that there is");
  demand(span.begin <= span.end, "a place that ends behind its begin");
  demand(span.end <= sources.text(span.file).size(), "a place inside its file");
}

/// All that was reported, in every form; every place of it is looked at.
inline std::string said(const Reporter& reporter, const SourceMap& sources) {
  const std::vector<Diagnostic> diagnostics = reporter.diagnostics();
  demand(reporter.has_errors() || reporter.error_count() == 0, "errors that count");
  for (const Diagnostic& diagnostic : diagnostics) {
    demand(!diagnostic.message.empty(), "a message");
    demand_inside(diagnostic.span, sources);
    for (const Label& label : diagnostic.labels) demand_inside(label.span, sources);
    for (const Note& note : diagnostic.notes) {
      if (note.span) demand_inside(*note.span, sources);
    }
    for (const Fix& fix : diagnostic.fixes) {
      for (const Edit& edit : fix.edits) demand_inside(edit.span, sources);
    }
  }
  return render_text(diagnostics, sources, {}) + render_text(diagnostics, sources, {true}) +
         render_json(diagnostics, sources);
}

/// Runs a target twice: it must say the same.
template <typename Target>
void demand_same(std::string_view input, const Target& target) {
  constexpr std::size_t kBytesMax = 64 * 1024;
  if (input.size() > kBytesMax) return;
  const MemoryFileSystem files = files_of(input);
  demand(target(files) == target(files), "the same answer twice");
}

}  // namespace flowc::fuzz
