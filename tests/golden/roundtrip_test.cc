// Whatever is encoded is read back equal, and what could not be is refused: for random values of
// every type, those at and past the ends of their range among them.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "recursion.flow.h"
#include "types.flow.h"

namespace {

namespace t = golden::types;
namespace r = golden::recursion;
using flow::Timestamp;

/// Makes values, and knows whether all of them are ones that a payload can carry.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : engine_(seed) {}

  bool valid = true;

  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }

  template <typename T>
  T integer() {
    static constexpr T kEdges[] = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 0,
                                   -1, 1};
    if (one_in(3)) return kEdges[below(std::size(kEdges))];
    return static_cast<T>(static_cast<std::int64_t>(engine_()) >> below(64));
  }

  double real() {
    using Limits = std::numeric_limits<double>;
    static constexpr double kEdges[] = {
        0.0, -0.0, Limits::denorm_min(), Limits::min(), Limits::max(),  Limits::lowest(),
        0.1, 1e22, 9007199254740993.0,   5e-324,        -2.2250738e-308};
    if (one_in(3)) return kEdges[below(std::size(kEdges))];
    const auto value = std::bit_cast<double>(engine_());
    const double bad[] = {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()};
    const double chosen = one_in(60) ? bad[below(3)] : value;
    if (!std::isfinite(chosen)) valid = false;
    return chosen;
  }

  flow::Decimal decimal() {
    flow::Int128 most = 1;
    for (int i = 0; i < flow::Decimal::kMaxDigits; ++i) most *= 10;
    --most;
    const auto scale = static_cast<int>(below(flow::Decimal::kMaxScale + 1));
    if (one_in(5)) return flow::Decimal::from_parts(one_in(2) ? most : -most, scale);
    flow::Int128 coefficient = static_cast<std::int64_t>(engine_());
    coefficient = (coefficient * static_cast<std::int64_t>(engine_())) >> below(127);
    return flow::Decimal::from_parts(coefficient % (most + 1), scale);
  }

  std::string text() {
    static constexpr std::string_view kParts[] = {"a",
                                                  "Ann",
                                                  "\"",
                                                  "\\",
                                                  "/",
                                                  "\n",
                                                  "\x01",
                                                  "\x1f",
                                                  "\x7f",
                                                  " ",
                                                  "é",
                                                  "€",
                                                  "😀",
                                                  "\xed\x9f\xbf",
                                                  "\xef\xbf\xbf",
                                                  "\xf4\x8f\xbf\xbf",
                                                  "<redacted>",
                                                  "{\"x\":[1]}",
                                                  ","};
    static constexpr std::string_view kBad[] = {
        "\xff",         "\x80",     "\xc0\xaf",         "\xc3",
        "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80", "\xf8\x88\x80"};
    std::string made;
    for (std::uint64_t i = below(6); i > 0; --i) made += kParts[below(std::size(kParts))];
    if (one_in(10)) made.push_back('\0');
    if (one_in(150)) {
      made += kBad[below(std::size(kBad))];
      valid = false;
    }
    return made;
  }

  flow::Bytes bytes() {
    flow::Bytes made(below(10));
    for (std::byte& one : made) one = static_cast<std::byte>(engine_());
    return made;
  }

  flow::Uuid uuid() {
    flow::Uuid::Octets octets{};
    if (!one_in(5)) {
      for (std::uint8_t& one : octets) one = static_cast<std::uint8_t>(engine_());
    }
    return flow::Uuid{octets};
  }

  Timestamp timestamp() {
    static const Timestamp kBegin = *flow::parse_timestamp("0001-01-01T00:00:00Z");
    static const Timestamp kEnd = *flow::parse_timestamp("9999-12-31T23:59:59.999999Z");
    static const Timestamp kGood[] = {kBegin, kEnd, Timestamp{}, Timestamp{flow::Duration{-1}}};
    static const Timestamp kBad[] = {kBegin - flow::Duration{1}, kEnd + flow::Duration{1},
                                     Timestamp::min(), Timestamp::max()};
    if (one_in(60)) {
      valid = false;
      return kBad[below(std::size(kBad))];
    }
    if (one_in(3)) return kGood[below(std::size(kGood))];
    const auto span = static_cast<std::uint64_t>((kEnd - kBegin).count());
    return kBegin + flow::Duration{static_cast<std::int64_t>(below(span))};
  }

  flow::Duration duration() { return flow::Duration{integer<std::int64_t>()}; }

  flow::Date date() {
    using namespace std::chrono;
    static constexpr flow::Date kBad[] = {
        flow::Date{},        year{0} / 12 / 31,   year{10000} / 1 / 1,  year{2023} / 2 / 29,
        year{2024} / 13 / 1, year::min() / 1 / 1, year::max() / 12 / 31};
    static constexpr flow::Date kGood[] = {year{1} / 1 / 1, year{9999} / 12 / 31,
                                           year{2024} / 2 / 29, year{1970} / 1 / 1};
    if (one_in(60)) {
      valid = false;
      return kBad[below(std::size(kBad))];
    }
    if (one_in(3)) return kGood[below(std::size(kGood))];
    return year{static_cast<int>(1 + below(9999))} / static_cast<unsigned>(1 + below(12)) /
           static_cast<unsigned>(1 + below(28));
  }

  /// Of `count` values; the number of no value once in a while.
  template <typename E>
  E enumeration(unsigned count) {
    if (one_in(100)) {
      valid = false;
      return static_cast<E>(one_in(2) ? count : 255);
    }
    return static_cast<E>(below(count));
  }

  t::Part part() { return {.sku = text(), .quantity = integer<std::int32_t>()}; }

  t::ThingSeen thing() {
    t::ThingSeen made;
    made.thing_id = uuid();
    made.flag = one_in(2);
    made.small = integer<std::int32_t>();
    made.big = integer<std::int64_t>();
    made.ratio = real();
    made.price = decimal();
    made.name = text();
    if (one_in(2)) made.pin = text();
    made.picture = bytes();
    made.at = timestamp();
    made.took = duration();
    made.day = date();
    made.tier = enumeration<t::Tier>(3);
    made.colour = enumeration<t::Colour>(14);
    made.part = part();
    for (std::uint64_t i = below(3); i > 0; --i) made.parts.push_back(part());
    for (std::uint64_t i = below(3); i > 0; --i) {
      const std::string name = text();
      if (!made.labels.contains(name)) made.labels[name] = text();
    }
    if (one_in(2)) {
      auto& nested = made.nested.emplace()["n" + std::to_string(below(3))];
      for (std::uint64_t i = below(3); i > 0; --i) {
        nested.push_back(one_in(2) ? std::optional{part()} : std::nullopt);
      }
    }
    made.renamed = text();
    return made;
  }

 private:
  std::mt19937_64 engine_;
};

/// A message, a node, and `below` nodes each within the one before: 3 levels and 2 for each.
r::TreeGrown tree(int below, bool by_name) {
  r::TreeGrown grown;
  grown.tree = "t";
  r::Node* last = &grown.root;
  for (int i = 0; i < below; ++i) {
    last = by_name ? &last->by_name["x y"] : &last->children.emplace_back();
  }
  return grown;
}

std::string refusal_of(const auto& value) {
  try {
    static_cast<void>(flow::json::encode_payload(value));
  } catch (const flow::BusError& thrown) {
    CHECK(thrown.error.category == flow::Category::bug);
    CHECK(thrown.error.code == "unencodable");
    return thrown.error.text;
  }
  return "";
}

}  // namespace

TEST_CASE("every value is read back equal, bit for bit, or refused when it is encoded") {
  int refused = 0;
  constexpr int kValues = 40'000;
  for (std::uint64_t seed = 1; seed <= kValues; ++seed) {
    Maker make{seed};
    const t::ThingSeen thing = make.thing();
    CAPTURE(seed);
    std::string payload;
    try {
      payload = flow::json::encode_payload(thing);
    } catch (const flow::BusError& thrown) {
      ++refused;
      if (make.valid) FAIL("refused: " << thrown.error.text);
      if (thrown.error.text.find("cannot be encoded: ") != 0) FAIL(thrown.error.text);
      continue;
    }
    if (!make.valid) FAIL("accepted: " << payload);
    t::ThingSeen back;
    const auto decoded = flow::json::decode_payload(payload, back);
    if (!decoded) FAIL(decoded.error().text);
    if (back != thing) FAIL("read back differently: " << payload);
    if (std::bit_cast<std::uint64_t>(back.ratio) != std::bit_cast<std::uint64_t>(thing.ratio))
      FAIL("another float64: " << payload);
    if (back.price.to_string() != thing.price.to_string()) FAIL("another scale: " << payload);
    if (flow::json::encode_payload(back) != payload) FAIL("written differently: " << payload);
  }
  CHECK(refused > kValues / 50);
  CHECK(refused < kValues / 2);
}

TEST_CASE("depth: what is written is read, one level past it is neither") {
  constexpr int kMost = (flow::limits::kNestingMax - 3) / 2;
  for (const bool by_name : {false, true}) {
    r::TreeGrown back;
    REQUIRE(flow::json::decode_payload(flow::json::encode_payload(tree(kMost, by_name)), back));
    CHECK(back == tree(kMost, by_name));
    const std::string refusal = refusal_of(tree(kMost + 1, by_name));
    CHECK(refusal.find(by_name ? "root.by_name[\"x y\"].by_name[\"x y\"]."
                               : "root.children[0].children[0].") != std::string::npos);
    CHECK(refusal.ends_with(": nested deeper than 64 levels"));
    CHECK(refusal_of(tree(5000, by_name)) != "");
  }
}

TEST_CASE("what is refused is said with its path, and a value is not repeated") {
  Maker make{1};
  t::ThingSeen thing = make.thing();
  thing.name = "Ann\xff";
  CHECK(refusal_of(thing) == "cannot be encoded: name: a string that is not UTF-8");
  thing.name = "Ann";
  thing.colour = static_cast<t::Colour>(14);
  CHECK(refusal_of(thing) ==
        "cannot be encoded: colour: the number 14, which is none of the 14 values of its enum");
  thing.colour = t::Colour::red;
  thing.parts = {{.sku = "a"}, {.sku = "\xc3"}};
  CHECK(refusal_of(thing) == "cannot be encoded: parts[1].sku: a string that is not UTF-8");
  thing.parts.clear();
  thing.labels = {{"a b", "x"}, {"b\"c", "\x80"}};
  CHECK(refusal_of(thing) == R"(cannot be encoded: labels["b\"c"]: a string that is not UTF-8)");
  thing.labels = {{"a", "x"}, {"\x80", "y"}};
  CHECK(refusal_of(thing) == "cannot be encoded: labels: a string that is not UTF-8");
}
