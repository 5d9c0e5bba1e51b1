// A pointer in SQL, which would be bound as nothing that anyone meant.
// expect-compile-error(gcc): static assertion failed
// expect-compile-error(clang): static assertion failed due to requirement 'detail::is_sql_value<
#include "flow/handling.h"

void count(flow::Sql& sql) {
  sql.execute("INSERT INTO counted VALUES (?)", static_cast<const int*>(nullptr));
}
