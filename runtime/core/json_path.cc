#include "core/json_path.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/text.h"
#include "flow/limits.h"

namespace flow::json::detail {

namespace {

struct Level {
  bool object = false;
  std::string_view name{};  // escaped; of the entry, once it is written
  std::size_t item = 0;
};

// After the closing quote of the string at the start; npos when it has none.
std::size_t string_end(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

bool is_identifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || flow::detail::is_digit(c); });
}

}  // namespace

std::string path_at_end(std::string_view written) {
  std::vector<Level> levels;
  bool name_next = false;
  for (std::size_t i = 0; i < written.size();) {
    const char c = written[i];
    if (c == '"') {
      const std::size_t size = string_end(written.substr(i));
      if (size == std::string_view::npos) break;
      if (name_next) levels.back().name = written.substr(i + 1, size - 2);
      name_next = false;
      i += size;
      continue;
    }
    ++i;
    if (c == '{' || c == '[') {
      levels.push_back({.object = c == '{'});
      name_next = c == '{';
    } else if (c == '}' || c == ']') {
      levels.pop_back();
      name_next = false;
    } else if (c == ',' && !levels.empty()) {
      ++levels.back().item;
      levels.back().name = {};
      name_next = levels.back().object;
    }
  }
  std::string path;
  for (const Level& level : levels) {
    if (!level.object) {
      path += '[' + std::to_string(level.item) + ']';
    } else if (is_identifier(level.name)) {
      if (!path.empty()) path += '.';
      flow::detail::append_echo(path, level.name, limits::kEchoBytesMax);
    } else if (level.name.data() != nullptr) {
      path += "[\"";
      flow::detail::append_echo(path, level.name, limits::kEchoBytesMax);
      path += "\"]";
    }
  }
  return path;
}

}  // namespace flow::json::detail
