#include "flow/sql.h"

#include <cmath>

#include "core/text.h"
#include "flow/handling.h"

namespace flow::detail {

namespace {

[[noreturn]] void refuse(std::size_t parameter, const std::string& what) {
  throw SqlError({Category::poison, "sql_value",
                  "parameter " + std::to_string(parameter) + " of the SQL statement is " + what});
}

}  // namespace

void refuse_sql_integer(std::size_t parameter, std::uint64_t value) {
  refuse(parameter,
         std::to_string(value) +
             ", more than the largest SQL integer, 9223372036854775807: pass it as text");
}

void refuse_sql_null_pointer(std::size_t parameter) {
  refuse(parameter, "a null pointer to text: pass nullptr for NULL");
}

void check_sql_values(std::span<const SqlValue> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const auto* number = std::get_if<double>(&values[i]); number && std::isnan(*number))
      refuse(i + 1, "not a number (NaN), which SQL does not have: pass nullptr for NULL");
    const auto* text = std::get_if<std::string>(&values[i]);
    if (text == nullptr) continue;
    if (!is_utf8(*text)) refuse(i + 1, "text that is not UTF-8: pass it as bytes");
    if (text->find('\0') != std::string::npos)
      refuse(i + 1, "text with a NUL in it, where databases end it: pass it as bytes");
  }
}

}  // namespace flow::detail
