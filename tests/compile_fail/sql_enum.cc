// An enum in SQL: its number would mean something else once a value is added before it.
// expect-compile-error(gcc): static assertion failed
// expect-compile-error(clang): static assertion failed due to requirement 'detail::is_sql_value<
#include "flow/handling.h"

enum class Colour { red, green };

void count(flow::Sql& sql) {
  sql.execute("INSERT INTO counted VALUES (?)", Colour::green);
}
