#include "flow/print.h"

#include <charconv>

#include "core/text.h"

namespace flow::detail {

void print_quoted(std::ostream& out, std::string_view text) {
  std::string quoted;
  if (!append_quoted(quoted, text)) {
    quoted = "\"";
    append_echo(quoted, text, text.size());
    quoted.push_back('"');
  }
  out << quoted;
}

void print_double(std::ostream& out, double value) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out << std::string_view{digits, static_cast<std::size_t>(end - digits)};
  (void)error;
}

}  // namespace flow::detail
