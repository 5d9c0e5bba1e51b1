#include "cli/json_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace flow::detail {

namespace {

// In JSON text, DEL and the C1 controls can only stand inside of a string.
std::string escaped(std::string_view json, bool one_line) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0U;
    if (byte == 0x7f) {
      out += "\\u007f";
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += one_line && byte < 0x20 ? ' ' : json[i];
    }
  }
  return out;
}

}  // namespace

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return escaped(json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
                 false) +
         '\n';
}

std::string json_line(std::string_view json) {
  return escaped(json, true);
}

}  // namespace flow::detail
