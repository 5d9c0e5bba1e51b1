#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace flow {

/// A value bound to a statement or read from a row; monostate is NULL. Bytes are
/// std::vector<std::byte>.
using SqlValue =
    std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::byte>>;
using SqlRow = std::vector<SqlValue>;

/// SQL inside the unit of work: it commits with the delivery or not at all. Placeholders are the
/// store's own
/// (`?` on SQLite). The first statement takes the unit's place in the store's write transaction (on
/// SQLite: the only writer), so do slow work before it. Throws flow::SqlError, whose category says
/// if a retry can help. Not thread-safe: used by the handler's own thread. After a timeout fenced
/// the handling, every call throws. A query's handler only reads: SqlError `query_writes`.
class Sql {
 public:
  virtual ~Sql() = default;

  /// Runs one statement; returns the rows it changed.
  template <typename... Args>
  std::int64_t execute(std::string_view statement, const Args&... args) {
    const std::vector<SqlValue> values{to_value(args)...};
    std::int64_t changed = 0;
    run(statement, values, nullptr, &changed);
    return changed;
  }

  /// Runs one statement; returns all its rows.
  template <typename... Args>
  std::vector<SqlRow> query(std::string_view statement, const Args&... args) {
    const std::vector<SqlValue> values{to_value(args)...};
    std::vector<SqlRow> rows;
    run(statement, values, &rows, nullptr);
    return rows;
  }

 protected:
  virtual void run(std::string_view statement, std::span<const SqlValue> values,
                   std::vector<SqlRow>* rows, std::int64_t* changed) = 0;

 private:
  template <typename T>
  static SqlValue to_value(const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::monostate>) {
      return SqlValue{};
    } else if constexpr (std::is_integral_v<T>) {
      return SqlValue{static_cast<std::int64_t>(value)};
    } else if constexpr (std::is_floating_point_v<T>) {
      return SqlValue{static_cast<double>(value)};
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      return SqlValue{std::string{std::string_view{value}}};
    } else {
      return SqlValue{value};
    }
  }
};

}  // namespace flow
