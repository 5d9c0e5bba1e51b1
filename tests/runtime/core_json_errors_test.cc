#include <doctest/doctest.h>

#include "core_sample.h"
#include "flow/json.h"

using flow::json::decode_payload;

namespace {

template <typename T>
std::string error_of(std::string_view payload, std::size_t limit = flow::limits::kPayloadBytesMax) {
  T value{};
  const auto result = decode_payload(payload, value, limit);
  if (result.ok()) return "none";
  CHECK(result.error().category == flow::Category::poison);
  CHECK(result.error().code == "undecodable");
  return result.error().text;
}

std::string order_with(std::string_view items) {
  return R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","customer":"c","items":)" +
         std::string{items} + R"(,"labels":{},"placed_at":"2026-11-22T20:08:03Z"})";
}

template <typename T>
std::string field_error(std::string_view name, std::string_view value) {
  return error_of<T>("{\"" + std::string{name} + "\":" + std::string{value} + "}");
}

std::string all_error(std::string_view name, std::string_view value) {
  return field_error<sample::Everything>(name, value);
}

}  // namespace

TEST_CASE("an error says where, what was expected and what was found") {
  CHECK(error_of<sample::Order>(order_with(R"([{"sku":"a"},{"sku":"b","quantity":"two"}])")) ==
        R"(items[1].quantity: expected an integer, found a string "two")");
  CHECK(error_of<sample::Order>(order_with(R"([{"quantity":1}])")) ==
        "items[0].sku: is required and missing");
  CHECK(error_of<sample::Order>(order_with(R"([{"sku":"a","sku":"b"}])")) ==
        "items[0].sku: comes twice");
  CHECK(error_of<sample::Order>(order_with("{}")) == "items: expected an array, found an object");
  CHECK(error_of<sample::Order>(order_with("null")) == "items: expected an array, found null");
  CHECK(error_of<sample::Order>("[]") == "expected an object, found an array");
  CHECK(error_of<sample::Order>("{}") == "order_id: is required and missing");
  CHECK(all_error("shelves", R"({"a b":[{"sku":1}]})") ==
        R"(shelves["a b"][0].sku: expected a string, found the number 1)");
  CHECK(all_error("grid", "[[1],[2,[]]]") == "grid[1][1]: expected an integer, found an array");
}

TEST_CASE("each type refuses the others") {
  CHECK(all_error("flag", "1") == "flag: expected true or false, found the number 1");
  CHECK(all_error("flag", "\"true\"") == "flag: expected true or false, found a string \"true\"");
  CHECK(all_error("small", "true") == "small: expected an integer, found true");
  CHECK(all_error("small", "1.5") == "small: expected an integer, found the number 1.5");
  CHECK(all_error("small", "1.0") == "small: expected an integer, found the number 1.0");
  CHECK(all_error("small", "1e3") == "small: expected an integer, found the number 1e3");
  CHECK(all_error("small", "2147483648") ==
        "small: expected an integer from -2147483648 to 2147483647, found the number 2147483648");
  CHECK(all_error("large", "-9223372036854775809") ==
        "large: expected an integer from -9223372036854775808 to 9223372036854775807, "
        "found the number -9223372036854775809");
  CHECK(all_error("ratio", "\"1\"") == "ratio: expected a number, found a string \"1\"");
  CHECK(all_error("ratio", "1e400") ==
        "ratio: expected a number in the range of a float64, found the number 1e400");
  CHECK(all_error("amount", "\"ten\"") ==
        "amount: expected a decimal of at most 38 digits, 28 after the point, found a string "
        "\"ten\"");
  CHECK(all_error("amount", "1e60").starts_with("amount: expected a decimal"));
  CHECK(all_error("text", "5") == "text: expected a string, found the number 5");
  CHECK(all_error("text", "null") == "text: expected a string, found null");
  CHECK(all_error("blob", "\"a\"") == "blob: expected bytes in base 64, found a string \"a\"");
  CHECK(all_error("id", "\"123\"") == "id: expected a uuid, found a string \"123\"");
  CHECK(all_error("id", "123") == "id: expected a uuid, found the number 123");
  CHECK(all_error("at", "\"2026-02-30T00:00:00Z\"") ==
        "at: expected a timestamp as \"2026-01-31T12:00:00Z\", found a string "
        "\"2026-02-30T00:00:00Z\"");
  CHECK(all_error("lasting", "\"15m\"") ==
        "lasting: expected a duration as \"PT15M\", found a string \"15m\"");
  CHECK(all_error("day", "\"2026-02-30\"") ==
        "day: expected a date as \"2026-01-31\", found a string \"2026-02-30\"");
  CHECK(all_error("tier", "\"silver\"") ==
        "tier: expected one of basic, gold, found a string \"silver\"");
  CHECK(all_error("tier", "3") == "tier: expected a string, found the number 3");
  CHECK(all_error("maybe", "\"x\"") == "maybe: expected an integer, found a string \"x\"");
  CHECK(all_error("shelves", "[]") == "shelves: expected an object, found an array");
  CHECK(all_error("shelves", R"({"a":[],"a":[]})") == R"(shelves["a"]: comes twice)");
}

TEST_CASE("an error repeats little of the payload, and nothing that cannot be printed") {
  const std::string longer(1000, 'x');
  CHECK(all_error("id", '"' + longer + '"') ==
        "id: expected a uuid, found a string \"" + std::string(39, 'x') + "…\"");
  CHECK(all_error("id", "\"\x7f\\n\"") == "id: expected a uuid, found a string \"\\x7f\\n\"");
  // Cut between characters, never within one.
  std::string euros;
  for (int i = 0; i < 30; ++i) euros += "€";
  CHECK(all_error("id", '"' + euros + '"').find("\xe2\x82\"") == std::string::npos);
  CHECK(field_error<sample::Everything>(longer, "nul").size() < 200);
}

TEST_CASE("a hidden field's value is never repeated") {
  CHECK(all_error("secret", "4711") == "secret: expected a string, found a number");
  CHECK(all_error("secret", "\"abc\\x\"") ==
        "secret: not JSON: expected a string without unknown escapes, found a string at byte 10");
  CHECK(all_error("secret", "4711x") ==
        "secret: not JSON: expected a string, found something else at byte 10");
}

TEST_CASE("what is not JSON is refused, in fields that nobody knows too") {
  using sample::Item;
  CHECK(error_of<Item>("") == "the payload is empty, where a JSON document is needed");
  CHECK(error_of<Item>(" \n") == "the payload is empty, where a JSON document is needed");
  CHECK(error_of<Item>("hello") == "not JSON: expected an object, found `hello` at byte 0");
  CHECK(error_of<Item>("{") ==
        "not JSON: expected a name in quotes, found the end of the payload at byte 1");
  CHECK(error_of<Item>(R"({"sku")") ==
        "not JSON: expected `:`, found the end of the payload at byte 6");
  CHECK(error_of<Item>(R"({"sku":)") ==
        "sku: not JSON: expected a string, found the end of the payload at byte 7");
  CHECK(error_of<Item>(R"({"sku":"a")") ==
        "not JSON: expected `,` or `}`, found the end of the payload at byte 10");
  CHECK(error_of<Item>(R"({"sku":"a)") == "the payload is not JSON: a string has no end");
  CHECK(error_of<Item>(R"({"sku":"a"}})") ==
        "not JSON: expected the end of the payload, found `}` at byte 11");
  CHECK(error_of<Item>(R"({"sku":"a"}{})") ==
        "not JSON: expected the end of the payload, found an object at byte 11");
  CHECK(error_of<Item>(R"({"sku":"a",})") ==
        "not JSON: expected a value after `,`, found `}` at byte 11");
  CHECK(error_of<Item>(R"({"sku" "a"})") ==
        "not JSON: expected `:`, found a string \"a\" at byte 7");
  CHECK(error_of<Item>(R"({sku:"a"})") ==
        "not JSON: expected a name in quotes, found `sku` at byte 1");
  CHECK(error_of<Item>("\xef\xbb\xbf{}").starts_with("not JSON: expected an object, found `"));
  CHECK(error_of<Item>("{\"sku\":\"\xff\"}") == "the payload is not UTF-8");
  CHECK(error_of<Item>("{\"sku\":\"\xed\xa0\x80\"}") == "the payload is not UTF-8");
  CHECK(error_of<Item>("{\"sku\":\"a\nb\"}") ==
        "the payload is not JSON: a control character stands unescaped in a string");
  for (const std::string_view value : {"nul",
                                       "nulll",
                                       "True",
                                       "tru",
                                       "01",
                                       "-",
                                       "1.",
                                       ".5",
                                       "+1",
                                       "1e",
                                       "1e+",
                                       "0x1",
                                       "--1",
                                       "1 2",
                                       "NaN",
                                       "'a'",
                                       "[1,]",
                                       "[1 2]",
                                       "[,1]",
                                       "[",
                                       "[}",
                                       "{\"a\":1,}",
                                       "{\"a\"}",
                                       "{1:2}",
                                       "{\"a\":}",
                                       "\"\\x\"",
                                       "\"\\u12g4\"",
                                       "\"\\ud800\"",
                                       "\"\\udc00\"",
                                       "\"\\ud800\\u0041\"",
                                       "{\"\\x\":1}",
                                       "1\"a\"",
                                       "\"a\"b",
                                       "\"a\"\"b\"",
                                       "tru\"e\"",
                                       "1\f",
                                       "[1\f]",
                                       "[1\x1a]",
                                       "[1,\v2]",
                                       "/**/1",
                                       "1//",
                                       "\x01",
                                       ""}) {
    CAPTURE(value);
    const std::string unknown = R"({"sku":"a","new":)" + std::string{value} + "}";
    CHECK(error_of<Item>(unknown) != "none");
    CHECK(error_of<sample::Everything>("{\"text\":" + std::string{value} + "}") != "none");
  }
}

TEST_CASE("limits: one below and one past") {
  const auto nested = [](int depth) {
    std::string payload;
    for (int i = 0; i < depth; ++i) payload += "[";
    for (int i = 0; i < depth; ++i) payload += "]";
    return payload;
  };
  constexpr int kDepth = flow::limits::kNestingMax;
  const auto unknown = [&](int depth) { return R"({"sku":"a","new":)" + nested(depth) + "}"; };
  CHECK(error_of<sample::Item>(unknown(kDepth - 1)) == "none");
  CHECK(error_of<sample::Item>(unknown(kDepth)) == "new: nested deeper than 64 levels");
  CHECK(error_of<sample::Item>(unknown(1'000'000)) == "new: nested deeper than 64 levels");

  std::string tree = R"({"children":[)";
  std::string deep;
  for (int i = 0; i < kDepth / 2; ++i) deep += tree;
  std::string closed = deep;
  for (int i = 0; i < kDepth / 2; ++i) closed += "]}";
  CHECK(error_of<sample::Tree>(closed) == "none");
  CHECK(error_of<sample::Tree>(deep + "{}").find("nested deeper than 64 levels") !=
        std::string::npos);

  const std::string payload = R"({"sku":"a"})";
  CHECK(error_of<sample::Item>(payload, payload.size()) == "none");
  CHECK(error_of<sample::Item>(payload, payload.size() - 1) ==
        "the payload has 11 bytes, the limit is 10");
  const std::string large(flow::limits::kPayloadBytesMax + 1, ' ');
  CHECK(error_of<sample::Item>(large) == "the payload has 16777217 bytes, the limit is 16777216");
}

TEST_CASE("siblings do not count as nesting") {
  std::string payload = "[";
  for (int i = 0; i < 500; ++i) payload += i == 0 ? "[[]]" : ",[[]]";
  payload += "]";
  CHECK(error_of<std::vector<std::vector<std::vector<bool>>>>(payload) == "none");
  CHECK(error_of<sample::Item>(R"({"sku":"a","new":)" + payload + "}") == "none");
}

TEST_CASE("after an error every call is false and the first error stays") {
  flow::json::Reader in{"[1,\"x\"]"};
  flow::json::Array array{in};
  std::int32_t value = 0;
  CHECK(array.next());
  std::string text;
  CHECK_FALSE(in.read(text));
  const std::string first = in.error().text;
  CHECK(first == "[0]: expected a string, found the number 1");
  CHECK_FALSE(in.read(value));
  CHECK_FALSE(array.next());
  CHECK_FALSE(array.finish());
  CHECK_FALSE(in.fail("another"));
  CHECK_FALSE(in.finish());
  CHECK(in.error().text == first);
}

TEST_CASE("a string of 16 MiB of unknown fields is read in time") {
  std::string payload = "{";
  while (payload.size() < flow::limits::kPayloadBytesMax - 40) payload += "\"a\":0,";
  payload += "\"sku\":\"z\"}";
  CHECK(error_of<sample::Item>(payload) == "none");
}
