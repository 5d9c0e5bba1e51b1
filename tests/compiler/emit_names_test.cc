#include <doctest/doctest.h>

#include "emit/cpp_names.h"
#include "emit/layout.h"

using namespace flowc::cpp;

TEST_CASE("names C++ keeps for itself get an underscore, where they stand in its way") {
  CHECK(escaped("class", Place::member) == "class_");
  CHECK(escaped("co_await", Place::declaration) == "co_await_");
  CHECK(escaped("xor_eq", Place::member) == "xor_eq_");
  CHECK(escaped("errno", Place::member) == "errno_");
  CHECK(escaped("NULL", Place::declaration) == "NULL_");
  CHECK(escaped("std", Place::member) == "std");
  CHECK(escaped("std", Place::declaration) == "std_");
  CHECK(escaped("flow", Place::name_space) == "flow_");
  CHECK(escaped("query", Place::declaration) == "query_");  // generated code's local variable
  CHECK(escaped("query", Place::name_space) == "query");
  CHECK(escaped("order", Place::member) == "order");
}

TEST_CASE("casing") {
  CHECK(snake_case("CustomerNotification") == "customer_notification");
  CHECK(snake_case("HTTPServer") == "http_server");
  CHECK(snake_case("Level3Support") == "level3_support");
  CHECK(snake_case("already_snake") == "already_snake");
  CHECK(snake_case("T") == "t");
  CHECK(camel_case("email_receipt") == "EmailReceipt");
  CHECK(camel_case("x") == "X");
  CHECK(camel_case("alreadyCamel") == "AlreadyCamel");
}

TEST_CASE("namespaces and paths") {
  CHECK(name_space("marketplace.customer") == "marketplace::customer");
  CHECK(name_space("a.namespace.std") == "a::namespace_::std_");
  CHECK(name_space("index") == "index_");
  CHECK(name_space("shop.index") == "shop::index");
  CHECK(output_path("contracts/leads.flow") == "contracts/leads.flow");
  CHECK(output_path("../../shared/./x.flow") == "__/__/shared/x.flow");
}

TEST_CASE("literals read back as the same value") {
  CHECK(string_literal("a\"b\\c") == R"("a\"b\\c")");
  CHECK(string_literal("1\x01"
                       "1") == R"("1\0011")");
  CHECK(string_literal("?\?=") == R"("?\?=")");
  CHECK(string_literal(std::string_view{"a\0b", 3}) == R"(std::string("a\000b", 3))");
  CHECK(string_literal("žluť") == "\"žluť\"");
  CHECK(integer_literal(-5) == "-5");
  CHECK(integer_literal(INT64_MIN) == "-9223372036854775807 - 1");
  CHECK(double_literal(3) == "3.0");
  CHECK(double_literal(0.1) == "0.1");
  CHECK(double_literal(1e300) == "1e+300");
}

TEST_CASE("names that become one stay apart") {
  Scope scope{{"taken"}};
  CHECK(scope.add("free") == "free");
  CHECK(scope.add("free") == "free_");
  CHECK(scope.add("taken") == "taken_");
}

TEST_CASE("a call is broken where clang-format would break it") {
  CHECK(call(0, "f", {"a", "b"}, ";") == "f(a, b);");
  const std::string a(60, 'a');
  const std::string b(50, 'b');
  CHECK(call(2, "f", {a, b}, ";") == "f(" + a + ",\n    " + b + ");");
  const std::string wide(97, 'w');
  CHECK(call(2, "function", {wide}, ";") == "function(" + wide + ");");  // nothing helps
  CHECK(call(0, std::string(80, 'f'), {a}, ";") == std::string(80, 'f') + "(\n    " + a + ");");
}

TEST_CASE("documentation is wrapped, and cannot swallow the line after it") {
  CHECK(doc_lines("", 0).empty());
  CHECK(doc_lines(" a\n\nb", 0) == std::vector<std::string>{"/// a", "///", "/// b"});
  CHECK(doc_lines("path\\", 0) == std::vector<std::string>{"/// path\\ ."});
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  for (const std::string& line : doc_lines(words, 4)) CHECK(line.size() <= kColumns - 4);
  CHECK(doc_lines(words, 4).size() == 4);
}

TEST_CASE("tables have one entry a line, their indices in a column") {
  CHECK(table_lines({"a", "bbb"}) == std::vector<std::string>{"a,    // 0", "bbb,  // 1"});
}
