#pragma once

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "base/source_map.h"
#include "commands/compile.h"
#include "diagnostics/diagnostic.h"
#include "diagnostics/reporter.h"

/// Negative tests are written in the bad code itself. After `//`, in a comment of its own or behind
/// the code:
///   expect-error FL0201 @35: text        here, at column 35 of this line (expect-warning and
///   expect-note alike) expect-error FL0201 @-1:35: text     of the line before this one
///   expect-label @-4:9: text             of the diagnostic expected last; `@other.flow:9:45` in
///   another file expect-help: text expect-fix "replacement"
/// `//--- other.flow` begins another file; what stands before the first one is `main.flow`.
namespace flowc::test {

struct SourceText {
  std::string path;
  std::vector<std::string> lines;

  std::string text() const {
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
  }
};

/// What was expected or found, in one form, so that the two compare as text.
struct Finding {
  std::string file;
  unsigned line = 0;
  std::string head;                  ///< `expect-error FL0201 @35: text`, with the column alone
  std::vector<std::string> details;  ///< labels (with absolute places), helps and fixes
};

inline std::vector<SourceText> split(const std::string& text) {
  std::vector<SourceText> files{{"main.flow", {}}};
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.rfind("//--- ", 0) == 0) {
      if (files.size() == 1 && files.front().lines.empty()) files.clear();
      files.push_back({line.substr(6), {}});
    } else {
      files.back().lines.push_back(line);
    }
  }
  return files;
}

struct Compiled {
  SourceMap sources;
  Reporter reporter;
  Compilation compilation;
};

inline void compile_files(const std::vector<SourceText>& files, Compiled& result) {
  MemoryFileSystem disk;
  for (const SourceText& file : files) disk.add(file.path, file.text());
  result.compilation = compile(disk, files.front().path, result.sources, result.reporter);
}

struct Place {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
};

inline int number_of(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// `35`, `-1:35` or `other.flow:9:45` as file, line and column; of a comment at `line` of `file`.
inline Place place_of(std::string_view written, const std::string& file, unsigned line) {
  const std::size_t last = written.rfind(':');
  if (last == std::string_view::npos)
    return {file, line, static_cast<unsigned>(number_of(written))};
  const auto column = static_cast<unsigned>(number_of(written.substr(last + 1)));
  const std::string_view before = written.substr(0, last);
  const std::size_t first = before.rfind(':');
  if (first == std::string_view::npos) {
    return {file, static_cast<unsigned>(static_cast<int>(line) + number_of(before)), column};
  }
  return {std::string(before.substr(0, first)),
          static_cast<unsigned>(number_of(before.substr(first + 1))), column};
}

inline std::string head_text(const std::string& word, const std::string& code, unsigned column,
                             const std::string& message) {
  return word + " " + code + " @" + std::to_string(column) + ": " + message;
}

inline std::string label_text(const Place& place, const std::string& text) {
  return "expect-label @" + place.file + ":" + std::to_string(place.line) + ":" +
         std::to_string(place.column) + ": " + text;
}

/// The expectation of a line: what stands after `// `; empty without one.
inline std::string_view expectation_of(std::string_view line) {
  const std::size_t begin = line.find("// expect-");
  return begin == std::string_view::npos ? std::string_view{} : line.substr(begin + 3);
}

/// Cuts `text` at the first `separator`, and gives what stands before it.
inline std::string_view take(std::string_view& text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
  return before;
}

inline std::vector<Finding> expected_findings(const std::vector<SourceText>& files) {
  std::vector<Finding> findings;
  for (const SourceText& file : files) {
    for (unsigned i = 0; i < file.lines.size(); ++i) {
      const std::string_view whole = expectation_of(file.lines[i]);
      if (whole.empty()) continue;
      std::string_view rest = whole;
      const std::string word(take(rest, " "));
      if (word == "expect-error" || word == "expect-warning" || word == "expect-note") {
        const std::string code(take(rest, " @"));
        const Place place = place_of(take(rest, ": "), file.path, i + 1);
        findings.push_back(
            {place.file, place.line, head_text(word, code, place.column, std::string(rest)), {}});
      } else if (findings.empty()) {
        findings.push_back({file.path, i + 1, "a detail before any diagnostic", {}});
      } else if (word == "expect-label") {
        take(rest, "@");
        const Place place = place_of(take(rest, ": "), file.path, i + 1);
        findings.back().details.push_back(label_text(place, std::string(rest)));
      } else {
        findings.back().details.emplace_back(whole);
      }
    }
  }
  return findings;
}

inline std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) line += c == '\n' ? std::string("\\n") : std::string(1, c);
  return line;
}

inline std::vector<Finding> actual_findings(const Compiled& compiled) {
  std::vector<Finding> findings;
  const SourceMap& sources = compiled.sources;
  for (const Diagnostic& diagnostic : compiled.reporter.diagnostics()) {
    const Position at = sources.begin(diagnostic.span);
    Finding finding{sources.path(diagnostic.span.file),
                    at.line,
                    head_text("expect-" + std::string(severity_name(diagnostic.severity)),
                              code_of(diagnostic.id), at.column, diagnostic.message),
                    {}};
    for (const Label& label : diagnostic.labels) {
      const Position begin = sources.begin(label.span);
      finding.details.push_back(
          label_text({sources.path(label.span.file), begin.line, begin.column}, label.text));
    }
    for (const std::string& help : diagnostic.helps)
      finding.details.push_back("expect-help: " + help);
    for (const Fix& fix : diagnostic.fixes) {
      for (const Edit& edit : fix.edits)
        finding.details.push_back("expect-fix \"" + on_one_line(edit.replacement) + "\"");
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

inline std::string describe(const Finding& finding) {
  return finding.file + ":" + std::to_string(finding.line) + ": // " + finding.head;
}

/// What is expected and absent, and what is there and not expected, as lines; empty if all is as
/// expected. Each diagnostic has to be expected; of its details those that are written down have to
/// be there.
inline std::string differences(std::vector<Finding> expected, std::vector<Finding> actual) {
  std::string text;
  for (const Finding& wanted : expected) {
    const auto found =
        std::find_if(actual.begin(), actual.end(), [&wanted](const Finding& finding) {
          return finding.file == wanted.file && finding.line == wanted.line &&
                 finding.head == wanted.head;
        });
    if (found == actual.end()) {
      text += "missing: " + describe(wanted) + "\n";
      continue;
    }
    for (const std::string& detail : wanted.details) {
      if (std::find(found->details.begin(), found->details.end(), detail) != found->details.end())
        continue;
      text += "missing: " + describe(wanted) + "\n    // " + detail + "\n";
      for (const std::string& other : found->details) text += "  it has: // " + other + "\n";
    }
    actual.erase(found);
  }
  for (const Finding& finding : actual) {
    text += "not expected: " + describe(finding) + "\n";
    for (const std::string& detail : finding.details) text += "    // " + detail + "\n";
  }
  return text;
}

/// Without the expectations that stand on lines of their own.
inline std::vector<SourceText> bare(std::vector<SourceText> files) {
  for (SourceText& file : files) {
    std::erase_if(file.lines,
                  [](const std::string& line) { return line.rfind("// expect-", 0) == 0; });
  }
  return files;
}

/// Bare files with the expectations that would pass, each below its line: what FLOW_UPDATE=1
/// writes. The second time the places are those of the text that the first one made.
inline std::vector<SourceText> with_expectations(const std::vector<SourceText>& files,
                                                 const std::vector<Finding>& findings) {
  std::vector<SourceText> result;
  for (const SourceText& file : files) {
    SourceText& written = result.emplace_back(SourceText{file.path, {}});
    for (unsigned i = 0; i < file.lines.size(); ++i) {
      written.lines.push_back(file.lines[i]);
      int below = 0;
      for (const Finding& finding : findings) {
        if (finding.file != file.path || finding.line != i + 1) continue;
        std::string head = finding.head;
        head.insert(head.find('@') + 1, std::to_string(--below) + ":");
        written.lines.push_back("// " + head);
        for (const std::string& detail : finding.details) written.lines.push_back("// " + detail);
        below -= static_cast<int>(finding.details.size());
      }
    }
  }
  return result;
}

inline std::string joined(const std::vector<SourceText>& files) {
  std::string text;
  for (const SourceText& file : files) {
    if (files.size() > 1) text += "//--- " + file.path + "\n";
    text += file.text();
  }
  return text;
}

}  // namespace flowc::test
