// An id in SQL without saying how: as text, or as bytes?
// expect-compile-error(gcc): static assertion failed
// expect-compile-error(clang): static assertion failed due to requirement 'detail::is_sql_value<
#include "flow/handling.h"

void count(flow::Sql& sql) {
  sql.execute("INSERT INTO counted VALUES (?)", flow::Uuid{});
}
