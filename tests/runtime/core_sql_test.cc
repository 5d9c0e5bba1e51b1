// What becomes of a user's values in SQL: each arrives as it is, or not at all.
#include "flow/sql.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "flow/handling.h"

namespace {

/// Keeps what it was given.
struct FakeSql final : flow::Sql {
  void run(std::string_view, std::span<const flow::SqlValue> values, std::vector<flow::SqlRow>*,
           std::int64_t*) override {
    ++runs;
    last.assign(values.begin(), values.end());
  }
  std::vector<flow::SqlValue> last;
  int runs = 0;
};

template <typename T>
flow::SqlValue bound(const T& value) {
  FakeSql sql;
  sql.execute("?", value);
  REQUIRE(sql.last.size() == 1);
  return sql.last[0];
}

// The text of the refusal; the statement was not run.
template <typename T>
std::string refusal(const T& value) {
  FakeSql sql;
  try {
    sql.query("?, ?", 1, value);
  } catch (const flow::SqlError& thrown) {
    CHECK(thrown.error.category == flow::Category::poison);
    CHECK(thrown.error.code == "sql_value");
    CHECK(thrown.error.text.find("parameter 2 of the SQL statement is ") == 0);
    CHECK(sql.runs == 0);
    return thrown.error.text;
  }
  return "";
}

template <typename T>
using Limits = std::numeric_limits<T>;
using flow::SqlValue;

}  // namespace

TEST_CASE("integers and bools are 64-bit integers") {
  CHECK(bound(true) == SqlValue{std::int64_t{1}});
  CHECK(bound(false) == SqlValue{std::int64_t{0}});
  CHECK(bound(std::int8_t{-128}) == SqlValue{std::int64_t{-128}});
  CHECK(bound(std::uint8_t{255}) == SqlValue{std::int64_t{255}});
  CHECK(bound(Limits<std::uint32_t>::max()) == SqlValue{std::int64_t{4294967295}});
  CHECK(bound(Limits<std::int64_t>::min()) == SqlValue{Limits<std::int64_t>::min()});
  CHECK(bound(std::uint64_t{9223372036854775807U}) == SqlValue{Limits<std::int64_t>::max()});
  CHECK(refusal(std::uint64_t{9223372036854775808U}).find("9223372036854775808, more than") !=
        std::string::npos);
  CHECK(refusal(Limits<std::uint64_t>::max()).find("18446744073709551615, more than") !=
        std::string::npos);
  CHECK(refusal(std::optional{Limits<std::uint64_t>::max()}) != "");
}

TEST_CASE("floats are doubles; what is not a number is refused") {
  CHECK(bound(0.5F) == SqlValue{0.5});
  CHECK(bound(Limits<double>::infinity()) == SqlValue{Limits<double>::infinity()});
  CHECK(std::signbit(std::get<double>(bound(-0.0))));
  CHECK(refusal(std::nan("")).find("NaN") != std::string::npos);
  CHECK(refusal(SqlValue{Limits<double>::quiet_NaN()}) != "");
}

TEST_CASE("text is UTF-8 without NUL") {
  CHECK(bound("literal") == SqlValue{std::string{"literal"}});
  CHECK(bound(std::string{"ö€😀"}) == SqlValue{std::string{"ö€😀"}});
  CHECK(bound(std::string_view{}) == SqlValue{std::string{}});
  const char* pointer = "p";
  CHECK(bound(pointer) == SqlValue{std::string{"p"}});
  const char unterminated[2] = {'a', 'b'};
  CHECK(bound(unterminated) == SqlValue{std::string{"ab"}});
  const char padded[8] = "ab";
  CHECK(bound(padded) == SqlValue{std::string{"ab"}});
  pointer = nullptr;
  CHECK(refusal(pointer).find("a null pointer") != std::string::npos);
  CHECK(refusal(std::string{"a\0b", 3}).find("NUL") != std::string::npos);
  CHECK(refusal(std::string_view{"\xff"}).find("not UTF-8") != std::string::npos);
  CHECK(refusal(SqlValue{std::string{"12345678\xed\xa0\x80"}}).find("not UTF-8") !=
        std::string::npos);
}

TEST_CASE("bytes are any, and what is absent is NULL") {
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}};
  CHECK(bound(bytes) == SqlValue{bytes});
  CHECK(bound(nullptr) == SqlValue{});
  CHECK(bound(std::monostate{}) == SqlValue{});
  CHECK(bound(std::optional<int>{}) == SqlValue{});
  CHECK(bound(std::optional{7}) == SqlValue{std::int64_t{7}});
  CHECK(bound(std::optional<std::string>{"x"}) == SqlValue{std::string{"x"}});
  CHECK(bound(SqlValue{std::int64_t{3}}) == SqlValue{std::int64_t{3}});
}
