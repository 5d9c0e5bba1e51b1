// The generated structs: defaults, comparison, printing, and the codec both ways.
#include <doctest/doctest.h>

#include <sstream>

#include "flow/limits.h"
#include "deepest.flow.h"
#include "defaults.flow.h"
#include "names.flow.h"
#include "recursion.flow.h"
#include "types.flow.h"

namespace {

namespace t = golden::types;
namespace r = golden::recursion;

t::ThingSeen sample() {
  t::ThingSeen thing;
  thing.thing_id = flow::Uuid::from_string("0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b");
  thing.flag = true;
  thing.small = -3;
  thing.big = 9'007'199'254'740'993;
  thing.ratio = 0.1;
  thing.price = flow::Decimal::from_string("12.50");
  thing.name = "Ann";
  thing.pin = "1234";
  thing.picture = {std::byte{1}, std::byte{255}};
  thing.took = flow::Duration{1'500'000};
  thing.day = flow::Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{22}};
  thing.tier = t::Tier::gold;
  thing.colour = t::Colour::green;
  thing.parts = {{.sku = "a"}, {.sku = "b", .quantity = 2}};
  thing.labels = {{"k", "v"}};
  thing.nested = {{"n", {t::Part{.sku = "c"}, std::nullopt}}};
  thing.renamed = "r";
  return thing;
}

std::string printed(const auto& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <typename T>
std::string error_of(const std::string& payload) {
  T value{};
  const auto decoded = flow::json::decode_payload(payload, value);
  return decoded ? "" : decoded.error().text;
}

}  // namespace

TEST_CASE("what is as deep as flowc takes travels, and no deeper payload is read") {
  std::string payload;
  for (int level = 1; level < flow::limits::kNestingMax; ++level)
    payload += level == flow::limits::kNestingMax - 1 ? R"({"leaves":)" : R"({"next":)";
  const std::string closed(flow::limits::kNestingMax - 1, '}');
  golden::deepest::Deepest deepest;
  const auto decoded = flow::json::decode_payload(payload + "[1,-2]" + closed, deepest);
  REQUIRE_MESSAGE(decoded.ok(), decoded.error().text);
  CHECK(flow::json::encode_payload(deepest) == payload + "[1,-2]" + closed);
  const std::string refused = error_of<golden::deepest::Deepest>(payload + "[[]]" + closed);
  CHECK_MESSAGE(refused.find("expected an integer") != std::string::npos, refused);
  const std::string other = R"({"other":)" + std::string(flow::limits::kNestingMax, '[') +
                            std::string(flow::limits::kNestingMax, ']') + "}";
  CHECK(error_of<golden::deepest::Deepest>(other).find("nested deeper than 64 levels") !=
        std::string::npos);
}

TEST_CASE("what is encoded decodes to an equal value") {
  const t::ThingSeen thing = sample();
  const std::string payload = flow::json::encode_payload(thing);
  t::ThingSeen back;
  const auto decoded = flow::json::decode_payload(payload, back);
  REQUIRE_MESSAGE(decoded.ok(), decoded.error().text);
  CHECK(back == thing);
  CHECK(payload.find(R"("old_name":"r")") != std::string::npos);
  CHECK(payload.find("renamed") == std::string::npos);
}

TEST_CASE("values order by their fields in order of declaration") {
  t::ThingSeen low = sample();
  t::ThingSeen high = sample();
  high.parts[1].quantity = 3;
  CHECK(low < high);
  high.flag = false;
  CHECK(high < low);
  CHECK((sample() <=> sample()) == 0);
}

TEST_CASE("personal and secret fields are not printed") {
  const std::string text = printed(sample());
  CHECK(text.find("Ann") == std::string::npos);
  CHECK(text.find("1234") == std::string::npos);
  CHECK(text.find("name=<redacted>, pin=<redacted>") != std::string::npos);
  CHECK(text.find("ThingSeen{thing_id=0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b, flag=true") == 0);
  CHECK(text.find(R"(parts=[Part{sku="a", quantity=1}, )") != std::string::npos);
  CHECK(printed(t::Nothing{}) == "Nothing{}");
}

TEST_CASE("an enum takes an unknown value only where it declares one") {
  t::Tier tier = t::Tier::basic;
  CHECK(flow::json::decode_payload(R"("platinum")", tier));
  CHECK(tier == t::Tier::unknown);
  CHECK(error_of<t::Part>(R"({"sku":"a","quantity":"x"})").find("quantity") == 0);
  const std::string error = error_of<t::Colour>(R"("mauve")");
  CHECK(error.find("\"red\", \"green\"") != std::string::npos);
  CHECK(error.find("mauve") != std::string::npos);
}

TEST_CASE("decoding is strict about known fields and tolerant of others") {
  CHECK(error_of<t::Part>(R"({"sku":"a","later":[{"x":1}]})") == "");
  CHECK(error_of<t::Part>(R"({"quantity":1})").find("sku") != std::string::npos);
  CHECK(error_of<t::Part>(R"({"sku":"a","sku":"b"})") != "");
  CHECK(error_of<t::Part>(R"({"sku":"a"} x)") != "");
  CHECK(error_of<t::Nothing>(R"({"anything":1})") == "");
  CHECK(error_of<t::Nothing>("[]") != "");
}

TEST_CASE("an error about a personal field does not repeat its value") {
  const std::string error = error_of<t::ThingSeen>(R"({"name":4711})");
  CHECK(error.find("name") == 0);
  CHECK(error.find("4711") == std::string::npos);
}

TEST_CASE("defaults stand where the payload leaves a field out") {
  golden::defaults::Defaulted value;
  REQUIRE(flow::json::decode_payload("{}", value));
  CHECK(value == golden::defaults::Defaulted{});
  CHECK(value.least == std::numeric_limits<std::int64_t>::min());
  CHECK(value.text == "say \"hi\"\n\x01tab\t\\ ?\?/");
  CHECK(value.took == std::chrono::minutes{15});
  CHECK(value.price == flow::Decimal::from_string("12.5"));
  CHECK(flow::to_string(value.at) == "2026-11-22T20:08:03Z");
  CHECK(value.tier == golden::defaults::Tier::gold);
}

TEST_CASE("records that hold themselves compare, print and travel") {
  r::Node leaf{.name = "leaf", .leaf = {.weight = 2}};
  r::Node tree{.name = "root", .children = {leaf}, .by_name = {{"leaf", leaf}}};
  r::Node back;
  REQUIRE(flow::json::decode_payload(flow::json::encode_payload(tree), back));
  CHECK(back == tree);
  back.children[0].leaf.weight = 3;
  CHECK(back != tree);
  CHECK(tree < back);
  r::Author author;
  author.name = "Ann";
  author.books.push_back({.title = "T", .author = r::Author{}});
  r::Author same = author;
  CHECK(same == author);
  CHECK(
      printed(author) ==
      R"(Author{name="Ann", books=[Book{title="T", price=0, author=Author{name="", books=[]}}]})");
}

TEST_CASE("names that C++ keeps for itself are escaped, on the wire they are as written") {
  golden::namespace_::register_::Register value;
  value.class_ = "c";
  value.register_ = golden::namespace_::register_::Enum::class_;
  const std::string payload = flow::json::encode_payload(value);
  CHECK(payload.find(R"({"class":"c","namespace":0,"template":[],"int":0,"register":"class")") ==
        0);
  CHECK(printed(value).find("Register{class=\"c\", namespace=0") == 0);
}
