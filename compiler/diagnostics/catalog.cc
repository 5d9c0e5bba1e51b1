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

}  // namespace flowc
