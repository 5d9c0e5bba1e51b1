#include "flow/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "core_sample.h"
#include "engine/random.h"

using flow::json::decode_payload;
using flow::json::encode_payload;
using sample::Everything;
using sample::Order;

namespace {

template <typename T>
T decoded(std::string_view payload) {
  T value{};
  const auto result = decode_payload(payload, value);
  INFO(payload);
  REQUIRE_MESSAGE(result.ok(), result.error().text);
  return value;
}

std::string random_text(flow::Random& random) {
  static constexpr std::string_view kPieces[] = {
      "a", "Z", " ", "\"", "\\", "\n", "\t", "\x01", "\x7f",        "/",
      "é", "€", "𝄞", "{",  "]",  ",",  ":",  "\b",   "\xef\xbf\xbf"};
  std::string text;
  for (std::uint64_t i = random.uniform(0, 40); i > 0; --i) {
    text += kPieces[random.uniform(0, std::size(kPieces) - 1)];
  }
  if (random.chance(5)) text.push_back('\0');
  return text;
}

Everything random_everything(flow::Random& random) {
  Everything all;
  all.flag = random.chance(50);
  all.small = static_cast<std::int32_t>(random.next64());
  all.large = static_cast<std::int64_t>(random.next64()) >> random.uniform(0, 63);
  all.ratio = std::ldexp(random.unit() - 0.5, static_cast<int>(random.uniform(0, 1800)) - 900);
  all.amount = flow::Decimal::from_parts(static_cast<std::int64_t>(random.next64()),
                                         static_cast<int>(random.uniform(0, 28)));
  all.text = random_text(random);
  for (std::uint64_t i = random.uniform(0, 9); i > 0; --i)
    all.blob.push_back(std::byte(random.uniform(0, 255)));
  all.id = flow::Uuid::v7(
      flow::Timestamp{flow::Duration{static_cast<std::int64_t>(random.next64() >> 16)}},
      random.next64());
  all.at = flow::Timestamp{flow::Duration{static_cast<std::int64_t>(random.next64() >> 8)}};
  if (all.at >= *flow::parse_timestamp("9999-12-31T00:00:00Z")) all.at = {};
  all.lasting = flow::Duration{static_cast<std::int64_t>(random.next64())};
  if (random.chance(50)) all.maybe = static_cast<std::int32_t>(random.uniform(0, 9));
  for (std::uint64_t i = random.uniform(0, 3); i > 0; --i) all.flags.push_back(random.chance(50));
  for (std::uint64_t i = random.uniform(0, 3); i > 0; --i) {
    all.grid.push_back({std::nullopt, static_cast<std::int64_t>(random.next64())});
  }
  all.shelves[random_text(random)] = {{random_text(random), 1}, {random_text(random), -1}};
  all.shelves[random_text(random)];
  if (random.chance(50)) all.best = sample::Item{random_text(random), 7};
  all.tier = random.chance(50) ? sample::Tier::gold : sample::Tier::basic;
  return all;
}

}  // namespace

TEST_CASE("an order's JSON") {
  const std::string payload = encode_payload(sample::an_order());
  CHECK(
      payload ==
      R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","customer":"Hungry Owl All-Night Grocers",)"
      R"("items":[{"sku":"SKU-0042","quantity":3},{"sku":"SKU-0007","quantity":12}],"tier":"gold",)"
      R"("labels":{"country":"Ireland","ship_via":"3"},"placed_at":"2026-11-22T20:08:03.123456Z"})");
  CHECK(decoded<Order>(payload) == sample::an_order());
}

TEST_CASE("every value survives its JSON") {
  flow::Random random{21};
  for (int i = 0; i < 3'000; ++i) {
    const Everything all = random_everything(random);
    REQUIRE(decoded<Everything>(encode_payload(all)) == all);
  }
}

TEST_CASE("numbers at their edges") {
  using flow::Bytes;
  CHECK(decoded<std::int32_t>("-2147483648") == std::numeric_limits<std::int32_t>::min());
  CHECK(decoded<std::int64_t>("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(decoded<std::int64_t>("-0") == 0);
  CHECK(decoded<double>("12") == 12.0);
  CHECK(decoded<double>("-1.5E-3") == -0.0015);
  CHECK(decoded<double>(encode_payload(std::numeric_limits<double>::denorm_min())) ==
        std::numeric_limits<double>::denorm_min());
  CHECK(decoded<double>(encode_payload(std::numeric_limits<double>::max())) ==
        std::numeric_limits<double>::max());
  CHECK(std::signbit(decoded<double>(encode_payload(-0.0))));
  CHECK(decoded<flow::Decimal>("12.50").to_string() == "12.50");
  CHECK(decoded<flow::Decimal>("\"12.50\"").to_string() == "12.50");
  CHECK(decoded<flow::Decimal>("0.1") == flow::Decimal::from_string("0.1"));
  CHECK(decoded<flow::Decimal>("99999999999999999999999999999999999999").to_string() ==
        std::string(38, '9'));
  CHECK(encode_payload(flow::Decimal::from_string("12.50")) == "\"12.50\"");
}

TEST_CASE("strings and their escapes") {
  CHECK(decoded<std::string>(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(decoded<std::string>(R"("\u00e9\u20ac\ud834\udd1e\u0041")") == "é€𝄞A");
  CHECK(decoded<std::string>(R"("a\u0000b")") == std::string("a\0b", 3));
  CHECK(decoded<std::string>("\"\xf0\x9d\x84\x9e\x7f\"") == "𝄞\x7f");
  CHECK(encode_payload(std::string("\x01\x1f\"\\/\n", 6)) == R"("\u0001\u001f\"\\/\n")");
  CHECK(decoded<flow::Uuid>(R"("\u0030b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b")") ==
        sample::an_order().order_id);
  CHECK(decoded<sample::Tier>(R"("gol\u0064")") == sample::Tier::gold);
}

TEST_CASE("fields come in any order, unknown ones are passed over, names may be escaped") {
  const auto item = decoded<sample::Item>(
      R"( {"new":{"deep":[1,{"x":null}],"\u0061":"\n"},"quantity" : 2 ,"other":[],"s\u006bu":"A","end":-1.5e3} )");
  CHECK(item == sample::Item{"A", 2});
  CHECK(decoded<sample::Item>(R"({"sku":"B"})") == sample::Item{"B", 1});
  CHECK(decoded<sample::Item>("\t{\r\n\"sku\"\n:\t\"B\"\r}\n\n") == sample::Item{"B", 1});
}

TEST_CASE("an absent optional and a null are none") {
  CHECK(decoded<Everything>("{}").maybe == std::nullopt);
  CHECK(decoded<Everything>(R"({"maybe":null,"best":null})").maybe == std::nullopt);
  CHECK(decoded<std::vector<std::optional<std::int32_t>>>("[null,1]") ==
        std::vector<std::optional<std::int32_t>>{std::nullopt, 1});
  CHECK(encode_payload(std::vector<std::optional<std::int32_t>>{std::nullopt, 1}) == "[null,1]");
  CHECK(encode_payload(std::optional<std::int32_t>{}) == "null");
}

TEST_CASE("what was in the value before is replaced") {
  Order order = sample::an_order();
  order.coupon = "OLD";
  REQUIRE(decode_payload(
              R"({"order_id":"00000000-0000-0000-0000-000000000000","customer":"c","items":[],)"
              R"("labels":{},"coupon":null,"placed_at":"1970-01-01T00:00:00Z"})",
              order)
              .ok());
  CHECK(order.items.empty());
  CHECK(order.labels.empty());
  CHECK_FALSE(order.coupon);
}

TEST_CASE("what has no JSON form is refused when it is encoded") {
  using flow::json::Unencodable;
  CHECK_THROWS_AS(encode_payload(std::nan("")), Unencodable);
  CHECK_THROWS_AS(encode_payload(std::numeric_limits<double>::infinity()), Unencodable);
  CHECK_THROWS_AS(encode_payload(flow::Date{}), Unencodable);
  CHECK_THROWS_AS(encode_payload(flow::Timestamp::max()), Unencodable);
  for (const std::string_view text :
       {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "ok\xff"}) {
    CHECK_THROWS_AS(encode_payload(std::string{text}), Unencodable);
  }
  CHECK_THROWS_AS(encode_payload(std::map<std::string, bool>{{"\xff", true}}), Unencodable);
  const char* null = nullptr;
  std::string out;
  CHECK_THROWS_AS(flow::json::Writer{out}.value(null), Unencodable);
}

template <typename T>
constexpr bool writable = requires(flow::json::Writer& out, T value) { out.value(value); };
static_assert(writable<std::int64_t> && writable<double> && writable<const char*>);
static_assert(!writable<std::uint64_t> && !writable<char> && !writable<long double>);
static_assert(!writable<const int*> && !writable<void*>);

TEST_CASE("a payload is written up to the size that is read, and not one byte past it") {
  constexpr std::size_t kMost = flow::limits::kPayloadBytesMax;
  const auto refused = [](const auto& value) {
    try {
      static_cast<void>(encode_payload(value));
    } catch (const flow::BusError& thrown) {
      return thrown.error.code == "payload_too_large";
    }
    return false;
  };
  const std::string largest(kMost - 2, 'x');  // and two quotes
  std::string back;
  CHECK(decode_payload(encode_payload(largest), back));
  CHECK(back.size() == largest.size());
  CHECK(refused(largest + 'x'));
  CHECK(refused(std::string(kMost / 6 + 1, '\x01')));  // six bytes each
  CHECK(refused(flow::Bytes(kMost / 4 * 3)));          // four for three, and quotes
  CHECK(refused(std::vector<std::string>(17, std::string(kMost / 16, 'x'))));
  CHECK(refused(std::vector<std::int64_t>(kMost / 2, 1)));
}

TEST_CASE("readers can stand in each other, and on several threads") {
  const std::string payload = encode_payload(sample::an_order());
  const auto work = [&payload] {
    for (int i = 0; i < 200; ++i) {
      flow::json::Reader outer{"[1,2]"};
      flow::json::Array array{outer};
      CHECK(array.next());
      CHECK(decoded<Order>(payload) == sample::an_order());
      std::int32_t value = 0;
      CHECK(outer.read(value));
      CHECK((array.next() && outer.read(value)));
      CHECK(value == 2);
      CHECK_FALSE(array.next());
      CHECK((array.finish() && outer.finish()));
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(work);
}

TEST_CASE("a record of more than 64 fields") {
  std::vector<std::string> names;
  for (int i = 0; i < 150; ++i) names.push_back("f" + std::to_string(i));
  std::vector<flow::json::Field> fields;
  for (const std::string& name : names) fields.push_back({name, true});
  const auto sum = [&fields](const std::string& payload, std::string& error) {
    flow::json::Reader in{payload};
    flow::json::Object object{in, fields};
    std::int64_t total = 0, value = 0;
    while (object.next() && in.read(value))
      total += value * static_cast<std::int64_t>(object.index());
    if (!object.finish()) error = in.error().text;
    return total;
  };
  std::string payload = "{";
  for (int i = 149; i >= 0; --i)
    payload += "\"f" + std::to_string(i) + "\":1" + (i > 0 ? "," : "}");
  std::string error;
  CHECK(sum(payload, error) == 149 * 150 / 2);
  CHECK(error.empty());
  sum("{\"f100\":1,\"f100\":1}", error);
  CHECK(error == "f100: comes twice");
  payload.replace(payload.find("f149"), 4, "g149");
  sum(payload, error);
  CHECK(error == "f149: is required and missing");
}

TEST_CASE("a payload over the kept buffer's size, and small ones after it") {
  std::vector<std::string> strings(40'000, "0123456789");
  CHECK(decoded<std::vector<std::string>>(encode_payload(strings)) == strings);
  CHECK(decoded<std::vector<std::string>>("[]").empty());
}

TEST_CASE("key texts are equal for equal values") {
  using flow::json::key_text;
  CHECK(key_text(flow::Decimal::from_string("1.0")) ==
        key_text(flow::Decimal::from_string("1.00")));
  CHECK(key_text(-0.0) == key_text(0.0));
  CHECK(key_text(std::string{"a\"b"}) == "a\"b");
  CHECK(key_text(std::int64_t{-5}) == "-5");
  CHECK(key_text(std::int32_t{5}) == "5");
  CHECK(key_text(true) == "true");
  CHECK(key_text(sample::an_order().order_id) == "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b");
  CHECK(key_text(sample::an_order().placed_at) == "2026-11-22T20:08:03.123456Z");
  CHECK(key_text(flow::Duration{1}) == "PT0.000001S");
  CHECK(key_text(sample::Tier::gold) == "gold");
  CHECK(key_text(flow::Bytes{std::byte{1}}) == "AQ==");
  CHECK(key_text(std::optional<std::int32_t>{}) == std::nullopt);
  CHECK(key_text(std::optional<std::string>{""}) == "");
}
