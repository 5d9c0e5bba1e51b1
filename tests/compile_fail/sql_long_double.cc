// A long double in SQL, which would lose half of its digits.
// expect-compile-error(gcc): static assertion failed
// expect-compile-error(clang): static assertion failed due to requirement 'detail::is_sql_value<
#include "flow/handling.h"

void count(flow::Sql& sql) {
  sql.execute("INSERT INTO counted VALUES (?)", 1.0L);
}
