#include "diagnostics/catalog.h"

#include <charconv>
#include <string>

#include "diagnostics/diagnostic.h"

namespace flowc {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "error";
}

std::string code_of(unsigned id) {
  std::string digits = std::to_string(id);
  return "FL" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

std::optional<unsigned> parse_code(std::string_view text) {
  if (text.starts_with("FL") || text.starts_with("fl")) text.remove_prefix(2);
  unsigned id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return id;
}

std::string plain_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.label.empty()) text += '\n' + diagnostic.label;
  for (const Note& note : diagnostic.notes) {
    if (!note.span) text += "\nnote: " + note.text;
  }
  for (const std::string& help : diagnostic.helps) text += "\nhelp: " + help;
  return text;
}

const Definition* find_definition(unsigned id) {
  for (const Definition& definition : kCatalog) {
    if (definition.id == id) return &definition;
  }
  return nullptr;
}

const Definition* find_definition(std::string_view name) {
  for (const Definition& definition : kCatalog) {
    if (!definition.name.empty() && definition.name == name) return &definition;
  }
  return nullptr;
}

namespace {

std::vector<std::string> names_of(Severity severity) {
  std::vector<std::string> names;
  for (const Definition& definition : kCatalog) {
    if (definition.severity == severity && !definition.name.empty())
      names.emplace_back(definition.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> warning_names() {
  return names_of(Severity::warning);
}

std::vector<std::string> evolution_rule_names() {
  return names_of(Severity::error);
}

}  // namespace flowc
