#pragma once

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnostics/render_text.h"
#include "format/format.h"
#include "syntax/ast_json.h"
#include "syntax/parse.h"

/// What must hold of every formatted file, judged without what the formatter is made of.
namespace flowc::format_oracle {

/// A file, or nothing that can be formatted: `text` is what was reported then.
struct Formatted {
  bool ok = false;
  std::string text;
  nlohmann::ordered_json syntax;  // without positions
};

inline nlohmann::ordered_json without_positions(nlohmann::ordered_json json) {
  if (json.is_object()) json.erase("at");
  for (auto& part : json) {
    if (part.is_structured()) part = without_positions(std::move(part));
  }
  return json;
}

inline Formatted formatted(const std::string& text) {
  SourceMap sources;
  Reporter reporter;
  const FileId file = sources.add("test.flow", text);
  const std::optional<Layout> layout = read_layout(file, sources, reporter);
  Formatted out;
  if (!layout) {
    out.text = render_text(reporter.diagnostics(), sources);
    return out;
  }
  out.ok = true;
  out.text = format(*layout, sources);
  Reporter again;
  out.syntax = without_positions(to_json(*parse(file, sources, again), sources));
  return out;
}

/// The comments of a file without the blanks at their ends, found by nothing but quotes and
/// slashes.
inline std::vector<std::string> comments(std::string_view text) {
  std::vector<std::string> out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text.substr(i).starts_with("//")) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      std::string_view comment = text.substr(i, end - i);
      while (comment.ends_with('\r') || comment.ends_with(' ') || comment.ends_with('\t'))
        comment.remove_suffix(1);
      out.emplace_back(comment);
      i = end;
    }
  }
  return out;
}

/// What is wrong with what the formatter does to a file; empty if nothing is, or if the file has
/// syntax errors; one without is counted.
inline std::string complaint(const std::string& text, std::size_t* formatted_count = nullptr) {
  const Formatted once = formatted(text);
  if (!once.ok) return "";
  if (formatted_count != nullptr) ++*formatted_count;
  const Formatted twice = formatted(once.text);
  if (!twice.ok) return "the result does not parse:\n" + twice.text;
  if (once.syntax != twice.syntax) {
    return "the syntax has changed: " +
           nlohmann::ordered_json::diff(once.syntax, twice.syntax).dump();
  }
  if (comments(text) != comments(once.text)) return "comments have changed";
  if (twice.text != once.text) return "formatting again changes it:\n" + twice.text;
  if (once.text.find(" \n") != std::string::npos || once.text.find("\n\n\n") != std::string::npos ||
      once.text.find_first_of("\t\r") < once.text.find('"') || !once.text.ends_with('\n')) {
    return "it has superfluous blanks";
  }
  return "";
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The texts of every .flow file below the source tree's `directories`, and of the examples of
/// .md pages there.
inline std::vector<std::pair<std::string, std::string>> samples(
    const std::vector<std::string>& directories) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& directory : directories) {
    for (const auto& entry :
         fs::recursive_directory_iterator(std::string(FLOW_SOURCE_DIR) + '/' + directory)) {
      if (!entry.is_regular_file()) continue;
      const std::string text = contents(entry.path());
      if (entry.path().extension() == ".flow") out.emplace_back(entry.path().string(), text);
      if (entry.path().extension() != ".md") continue;
      for (std::size_t at = text.find("```flow"); at != std::string::npos;
           at = text.find("```flow", at + 1)) {
        const std::size_t begin = text.find('\n', at) + 1;
        out.emplace_back(entry.path().string(),
                         text.substr(begin, text.find("```\n", begin) - begin));
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace flowc::format_oracle
