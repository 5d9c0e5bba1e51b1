#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace flow::detail {

/// JSON for standard output, its line's end included. Bytes that are not UTF-8 are replaced, and
/// what could steer a terminal is escaped. `indent` -1: one line.
std::string json_text(const nlohmann::ordered_json& json, int indent = 2);

/// JSON text as it is, on one line and with what could steer a terminal escaped: numbers keep their
/// digits.
std::string json_line(std::string_view json);

}  // namespace flow::detail
