#include "diagnostics/render_sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "base/utf16.h"
#include "diagnostics/catalog.h"

namespace flowc {
namespace {

using Json = nlohmann::ordered_json;

/// A path as a URI reference: absolute ones with `file://`, all bytes but those of plain names
/// escaped.
std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 0x80 && std::isalnum(byte) != 0) || c == '/' || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

Json region(Span span, const SourceMap& sources) {
  const Position begin = utf16_position(sources, span.file, span.begin);
  const Position end = utf16_position(sources, span.file, span.end);
  return {{"startLine", begin.line},
          {"startColumn", begin.column},
          {"endLine", end.line},
          {"endColumn", end.column}};
}

Json artifact(FileId file, const SourceMap& sources) {
  return {{"uri", uri_of(sources.path(file))}};
}

Json place(Span span, const SourceMap& sources) {
  return {{"artifactLocation", artifact(span.file, sources)}, {"region", region(span, sources)}};
}

Json text_of(std::string_view text) {
  return {{"text", text}};
}

/// The page of the catalogue: its title behind `# FL0201: `, and the words before the first
/// example.
Json rule(const Diagnostic& diagnostic) {
  const std::string_view page = catalog_page(diagnostic.id);
  const std::string_view heading = page.substr(0, page.find('\n'));
  const std::size_t colon = heading.find(": ");
  std::string_view words = page.substr(heading.size(), page.find("```") - heading.size());
  while (words.starts_with('\n')) words.remove_prefix(1);
  while (words.ends_with('\n')) words.remove_suffix(1);

  Json out;
  out["id"] = code_of(diagnostic.id);
  if (!diagnostic.name.empty()) out["name"] = diagnostic.name;
  if (colon != std::string_view::npos) out["shortDescription"] = text_of(heading.substr(colon + 2));
  if (!words.empty()) out["fullDescription"] = text_of(words);
  if (!page.empty()) out["help"] = {{"text", words}, {"markdown", page}};
  out["defaultConfiguration"] = {{"level", severity_name(diagnostic.severity)}};
  return out;
}

/// The declaration a place is in, as its first line names it: `event OrderPlaced`. A declaration
/// stands at the left of its line, so that the text is enough, whether it could be parsed or not.
std::string declaration_at(Span span, const SourceMap& sources) {
  constexpr std::size_t kMost = 100;
  for (std::uint32_t line = sources.begin(span).line; line >= 1; --line) {
    std::string_view text = sources.line(span.file, line);
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) continue;
    text = text.substr(0, std::min(text.find_first_of("{(@/"), kMost));
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (text.starts_with("public ")) text.remove_prefix(7);
    return std::string(text);
  }
  return "";
}

std::string module_of(FileId file, const SourceMap& sources) {
  constexpr std::string_view kWord = "module ";
  for (std::uint32_t line = 1; line <= sources.line_count(file); ++line) {
    const std::string_view text = sources.line(file, line);
    if (!text.starts_with(kWord)) continue;
    const std::string_view name = text.substr(kWord.size());
    return std::string(name.substr(0, name.find_first_of(" \t/")));
  }
  return "";
}

Json related(const Diagnostic& diagnostic, const SourceMap& sources) {
  Json out = Json::array();
  const auto add = [&out, &sources](Span span, const std::string& text) {
    Json one;
    one["id"] = out.size() + 1;
    one["physicalLocation"] = place(span, sources);
    if (!text.empty()) one["message"] = text_of(text);
    out.push_back(std::move(one));
  };
  for (const Label& label : diagnostic.labels) add(label.span, label.text);
  for (const Note& note : diagnostic.notes) {
    if (note.span) add(*note.span, note.text);
  }
  return out;
}

Json fixes(const Diagnostic& diagnostic, const SourceMap& sources) {
  Json out = Json::array();
  for (const Fix& fix : diagnostic.fixes) {
    std::map<FileId, Json> changes;
    for (const Edit& edit : fix.edits) {
      Json replacement{{"deletedRegion", region(edit.span, sources)}};
      if (!edit.replacement.empty()) replacement["insertedContent"] = text_of(edit.replacement);
      changes[edit.span.file].push_back(std::move(replacement));
    }
    Json list = Json::array();
    for (auto& [file, replacements] : changes) {
      list.push_back({{"artifactLocation", artifact(file, sources)},
                      {"replacements", std::move(replacements)}});
    }
    out.push_back({{"description", text_of(fix.title)}, {"artifactChanges", std::move(list)}});
  }
  return out;
}

}  // namespace

std::string render_sarif(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
                         std::string_view flowc_version) {
  std::map<unsigned, Json> rules;
  for (const Diagnostic& diagnostic : diagnostics)
    rules.try_emplace(diagnostic.id, rule(diagnostic));

  Json results = Json::array();
  std::map<std::string, unsigned> seen;
  for (const Diagnostic& diagnostic : diagnostics) {
    const std::string code = code_of(diagnostic.id);
    std::string fingerprint =
        fmt::format("{}/{}/{}", code, module_of(diagnostic.span.file, sources),
                    declaration_at(diagnostic.span, sources));
    fingerprint += fmt::format("/{}", ++seen[fingerprint]);
    Json result;
    result["ruleId"] = code;
    result["ruleIndex"] = std::distance(rules.begin(), rules.find(diagnostic.id));
    result["level"] = severity_name(diagnostic.severity);
    result["message"] = text_of(plain_text(diagnostic));
    result["locations"] =
        Json::array({Json{{"physicalLocation", place(diagnostic.span, sources)}}});
    if (Json list = related(diagnostic, sources); !list.empty())
      result["relatedLocations"] = std::move(list);
    if (Json list = fixes(diagnostic, sources); !list.empty()) result["fixes"] = std::move(list);
    result["partialFingerprints"] = {{"declaration/v1", fingerprint}};
    results.push_back(std::move(result));
  }

  Json driver;
  driver["name"] = "flowc";
  driver["version"] = flowc_version;
  driver["rules"] = Json::array();
  for (auto& [id, one] : rules) driver["rules"].push_back(std::move(one));
  Json run;
  run["tool"] = {{"driver", std::move(driver)}};
  run["columnKind"] = "utf16CodeUnits";
  run["results"] = std::move(results);
  Json log;
  log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({std::move(run)});
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace flowc
