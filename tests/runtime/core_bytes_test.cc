#include "flow/bytes.h"

#include <doctest/doctest.h>

#include "engine/random.h"

namespace {

flow::Bytes bytes_of(std::string_view text) {
  flow::Bytes bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

}  // namespace

TEST_CASE("the examples of RFC 4648") {
  const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xfb\xff\xfe", "+//+"}};
  for (const auto& [plain, text] : examples) {
    CHECK(flow::base64_encode(bytes_of(plain)) == text);
    CHECK(flow::base64_decode(text) == bytes_of(plain));
  }
}

TEST_CASE("anything but the one right text is refused") {
  for (const std::string_view text :
       {"Z",    "Zg",    "Zg=",      "Zg===", "=",    "==",   "===",
        "====", "Zm9v=", "Zm9vYg=",  "Zh==",  "Zm9=", "Z m8", "Zm9v\n",
        "Zm9-", "Zm9_",  "Zg==Zg==", "Z===",  "Zm=8", "=m8v", "\x80m9v"}) {
    CAPTURE(text);
    CHECK_FALSE(flow::base64_decode(text));
  }
}

TEST_CASE("random bytes survive, and no other text decodes to them") {
  flow::Random random{5};
  for (int i = 0; i < 2'000; ++i) {
    flow::Bytes bytes(random.uniform(0, 50));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next64());
    const std::string text = flow::base64_encode(bytes);
    REQUIRE(flow::base64_decode(text) == bytes);
    std::string other = text;
    if (other.empty()) continue;
    other[random.uniform(0, other.size() - 1)] = static_cast<char>(random.next64());
    if (other != text) REQUIRE(flow::base64_decode(other) != bytes);
  }
}
