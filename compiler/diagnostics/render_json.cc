#include "diagnostics/render_json.h"

#include <nlohmann/json.hpp>

#include "diagnostics/definition.h"

namespace flowc {
namespace {

using Json = nlohmann::ordered_json;

void put_place(Json& out, Span span, const SourceMap& sources) {
  const Position begin = sources.begin(span);
  const Position end = sources.end(span);
  out["file"] = sources.path(span.file);
  out["line"] = begin.line;
  out["column"] = begin.column;
  out["end_line"] = end.line;
  out["end_column"] = end.column;
}

Json note_json(const std::string& message, Span span, const SourceMap& sources) {
  Json out;
  out["message"] = message;
  put_place(out, span, sources);
  return out;
}

Json fix_json(const Fix& fix, const SourceMap& sources) {
  Json edits = Json::array();
  for (const Edit& edit : fix.edits) {
    Json out;
    put_place(out, edit.span, sources);
    out["replacement"] = edit.replacement;
    edits.push_back(std::move(out));
  }
  Json out;
  out["title"] = fix.title;
  out["edits"] = std::move(edits);
  return out;
}

Json diagnostic_json(const Diagnostic& diagnostic, const SourceMap& sources) {
  Json out;
  out["severity"] = severity_name(diagnostic.severity);
  out["code"] = code_of(diagnostic.id);
  out["message"] = diagnostic.message;
  put_place(out, diagnostic.span, sources);
  Json arguments = Json::object();
  for (std::size_t i = 0; i < diagnostic.arguments.size(); ++i) {
    arguments[std::to_string(i)] = diagnostic.arguments[i];
  }
  if (!diagnostic.name.empty()) arguments["name"] = diagnostic.name;
  out["args"] = std::move(arguments);
  Json notes = Json::array();
  if (!diagnostic.label.empty())
    notes.push_back(note_json(diagnostic.label, diagnostic.span, sources));
  for (const Label& label : diagnostic.labels)
    notes.push_back(note_json(label.text, label.span, sources));
  for (const Note& note : diagnostic.notes) {
    notes.push_back(note_json(note.text, note.span.value_or(diagnostic.span), sources));
  }
  for (const std::string& help : diagnostic.helps)
    notes.push_back(note_json(help, diagnostic.span, sources));
  out["notes"] = std::move(notes);
  Json fixes = Json::array();
  for (const Fix& fix : diagnostic.fixes) fixes.push_back(fix_json(fix, sources));
  out["fixes"] = std::move(fixes);
  return out;
}

}  // namespace

Json to_json(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics)
    list.push_back(diagnostic_json(diagnostic, sources));
  Json out;
  out["diagnostics"] = std::move(list);
  return out;
}

std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  return to_json(diagnostics, sources).dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace flowc
