#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "core_sample.h"
#include "engine/random.h"

using flow::json::decode_payload;

namespace {

constexpr std::string_view kEverything =
    R"({"flag":true,"small":-12,"large":9007199254740993,"ratio":-1.5e-3,"amount":"12.50",)"
    R"("text":"a\"\\\u20ac\ud834\udd1e é","blob":"AQID","id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b",)"
    R"("at":"2026-11-22T20:08:03.123456Z","lasting":"PT1H0.5S","day":"2026-11-22","maybe":null,)"
    R"("flags":[true,false],"grid":[[1,null],[]],"shelves":{"a":[{"sku":"x"}],"b":[]},)"
    R"("best":{"sku":"y","quantity":2},"tier":"gold","more":{"deep":[{},[0.5,-1],"",null,false]},"secret":"s"})";

/// Text near valid JSON: bytes changed, inserted, removed, copied within.
std::string mutated(std::string text, flow::Random& random) {
  static constexpr std::string_view kBytes =
      "{}[]:,\"\\/ntrufalse0123456789.-+eE \t\n\x01\x0c\x1a\x7f\x80\xc3\xff";
  for (std::uint64_t i = random.uniform(1, 4); i > 0 && !text.empty(); --i) {
    const std::size_t at = random.uniform(0, text.size() - 1);
    const std::size_t count = random.uniform(1, std::min<std::size_t>(12, text.size() - at));
    switch (random.uniform(0, 4)) {
      case 0:
        text[at] = kBytes[random.uniform(0, kBytes.size() - 1)];
        break;
      case 1:
        text.insert(at, 1, kBytes[random.uniform(0, kBytes.size() - 1)]);
        break;
      case 2:
        text.erase(at, count);
        break;
      case 3:
        text.insert(random.uniform(0, text.size() - 1), text.substr(at, count));
        break;
      default:
        text[at] = static_cast<char>(random.next64());
        break;
    }
  }
  return text;
}

/// Another parser's judgement of the grammar; none when it stopped at a number too large for it.
std::optional<bool> is_json(const std::string& text) {
  if (text.starts_with("\xef\xbb\xbf")) return false;
  try {
    return !nlohmann::json::parse(text).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

/// An object of which no field is known: all of it is passed over.
struct Nothing {};
bool decode(flow::json::Reader& in, Nothing&) {
  flow::json::Object object{in, {}};
  while (object.next()) {
  }
  return object.finish();
}

}  // namespace

TEST_CASE("mutated payloads are decoded or refused, and what is decoded is JSON") {
  flow::Random random{31};
  const std::string order = flow::json::encode_payload(sample::an_order());
  int accepted = 0, refused = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string text = mutated(i % 2 == 0 ? std::string{kEverything} : order, random);
    sample::Everything all;
    sample::Order one;
    const flow::Result<void> result =
        i % 2 == 0 ? decode_payload(text, all) : decode_payload(text, one);
    (result.ok() ? accepted : refused) += 1;
    if (result.ok()) {
      REQUIRE_MESSAGE(is_json(text).value_or(true), text);
      const std::string again =
          i % 2 == 0 ? flow::json::encode_payload(all) : flow::json::encode_payload(one);
      sample::Everything all2;
      sample::Order one2;
      REQUIRE((i % 2 == 0 ? decode_payload(again, all2) : decode_payload(again, one2)).ok());
      REQUIRE((i % 2 == 0 ? all2 == all : one2 == one));
    } else {
      REQUIRE(result.error().text.size() < 600);
      REQUIRE(nlohmann::json(result.error().text).dump().size() > 2);  // UTF-8, or dump throws
    }
  }
  CHECK(accepted > 1'000);
  CHECK(refused > 20'000);
}

TEST_CASE("what is passed over is judged as another parser judges it") {
  flow::Random random{32};
  int valid = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string text = mutated(std::string{kEverything}, random);
    Nothing nothing;
    const flow::Result<void> result = decode_payload(text, nothing);
    const bool object = text.find_first_not_of(" \t\r\n") == text.find('{');
    const std::optional<bool> json = is_json(text);
    if (json) REQUIRE_MESSAGE(result.ok() == (*json && object), text);
    valid += result.ok() ? 1 : 0;
  }
  CHECK(valid > 3'000);
}

TEST_CASE("every prefix of a payload is refused") {
  for (std::size_t size = 0; size < kEverything.size(); ++size) {
    sample::Everything all;
    CHECK_FALSE(decode_payload(kEverything.substr(0, size), all).ok());
  }
}

TEST_CASE("nothing is read past the payload's end") {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  char* const end = static_cast<char*>(memory) + page;
  REQUIRE(mprotect(end, page, PROT_NONE) == 0);
  for (std::size_t size = 1; size <= kEverything.size(); ++size) {
    std::memcpy(end - size, kEverything.data(), size);
    sample::Everything all;
    CHECK(decode_payload(std::string_view{end - size, size}, all).ok() ==
          (size == kEverything.size()));
  }
  munmap(memory, 2 * page);
}
