#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

namespace detail {

/// Throw SqlError: poison, `sql_value`, with the parameter's number (from 1) and what to do.
[[noreturn]] void refuse_sql_integer(std::size_t parameter, std::uint64_t value);
[[noreturn]] void refuse_sql_null_pointer(std::size_t parameter);
/// A float that is not a number, and text that is not UTF-8 or holds a NUL.
void check_sql_values(std::span<const SqlValue> values);

template <typename T>
struct IsOptionalValue : std::false_type {};
template <typename T>
struct IsOptionalValue<std::optional<T>> : std::true_type {};

template <typename T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

/// Has a value in SQL that is the same value.
template <typename T>
inline constexpr bool is_sql_value =
    std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::monostate> ||
    (std::is_integral_v<T> && !is_character<T> && sizeof(T) <= sizeof(std::int64_t)) ||
    std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_convertible_v<const T&, std::string_view> ||
    std::is_same_v<T, std::vector<std::byte>> || std::is_same_v<T, SqlValue>;
template <typename T>
inline constexpr bool is_sql_value<std::optional<T>> = is_sql_value<T>;

}  // namespace detail

/// SQL inside the unit of work: it commits with the delivery or not at all. Placeholders are the
/// store's own
/// (`?` on SQLite). The first statement takes the unit's place in the store's write transaction (on
/// SQLite: the only writer), so do slow work before it. Throws flow::SqlError, whose category says
/// if a retry can help. Not thread-safe: used by the handler's own thread. After a timeout fenced
/// the handling, every call throws. A query's handler only reads: SqlError `query_writes`.
///
/// A value arrives as it is or not at all. Integers and bool (0 or 1) become 64-bit integers; an
/// unsigned one above 9223372036854775807 throws. float and double stay doubles, infinities too;
/// one that is not a number throws (SQLite would make it NULL). Text must be UTF-8 without NUL,
/// else it throws: pass bytes. nullptr, std::monostate and an absent std::optional are NULL; a null
/// `const char*` throws. A char array ends at its first NUL, or with the array. Everything else
/// does not compile: enums (pass its to_string() or a number), char (text or number?), long double,
/// pointers, ids, times and decimals (pass their to_string()).
class Sql {
 public:
  virtual ~Sql() = default;

  /// Runs one statement; returns the rows it changed.
  template <typename... Args>
  std::int64_t execute(std::string_view statement, const Args&... args) {
    const std::vector<SqlValue> values = to_values(args...);
    std::int64_t changed = 0;
    run(statement, values, nullptr, &changed);
    return changed;
  }

  /// Runs one statement; returns all its rows.
  template <typename... Args>
  std::vector<SqlRow> query(std::string_view statement, const Args&... args) {
    const std::vector<SqlValue> values = to_values(args...);
    std::vector<SqlRow> rows;
    run(statement, values, &rows, nullptr);
    return rows;
  }

 protected:
  virtual void run(std::string_view statement, std::span<const SqlValue> values,
                   std::vector<SqlRow>* rows, std::int64_t* changed) = 0;

 private:
  template <typename... Args>
  static std::vector<SqlValue> to_values(const Args&... args) {
    std::vector<SqlValue> values;
    values.reserve(sizeof...(args));
    (values.push_back(to_value(values.size() + 1, args)), ...);
    detail::check_sql_values(values);
    return values;
  }

  template <typename T>
  static SqlValue to_value(std::size_t parameter, const T& value) {
    static_assert(detail::is_sql_value<T>,
                  "flow::Sql takes integers, bool, float, double, text, bytes, nullptr and "
                  "std::optional of these: pass the to_string() of an enum, id, time or decimal");
    if constexpr (!detail::is_sql_value<T>) {
      return SqlValue{};  // the assertion says it all
    } else if constexpr (detail::IsOptionalValue<T>::value) {
      return value ? to_value(parameter, *value) : SqlValue{};
    } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::monostate>) {
      return SqlValue{};
    } else if constexpr (std::is_integral_v<T>) {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(std::int64_t)) {
        if (value > static_cast<std::uint64_t>(INT64_MAX))
          detail::refuse_sql_integer(parameter, value);
      }
      return SqlValue{static_cast<std::int64_t>(value)};
    } else if constexpr (std::is_floating_point_v<T>) {
      return SqlValue{static_cast<double>(value)};
    } else if constexpr (std::is_array_v<T>) {
      const std::string_view whole{value, std::extent_v<T>};
      return SqlValue{std::string{whole.substr(0, whole.find('\0'))}};
    } else if constexpr (std::is_pointer_v<T>) {
      if (value == nullptr) detail::refuse_sql_null_pointer(parameter);
      return SqlValue{std::string{value}};
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      return SqlValue{std::string{std::string_view{value}}};
    } else {
      return SqlValue{value};
    }
  }
};

}  // namespace flow
