#include "flow/uuid.h"

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <unordered_set>

#include "engine/random.h"

using flow::Timestamp;
using flow::Uuid;

namespace {

constexpr const char* kText = "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b";

Timestamp at(std::int64_t micros) {
  return Timestamp{flow::Duration{micros}};
}

std::uint64_t milliseconds_in(const Uuid& id) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value << 8 | id.octets()[i];
  return value;
}

}  // namespace

TEST_CASE("a uuid keeps its text") {
  const auto id = Uuid::parse(kText);
  REQUIRE(id);
  CHECK(id->to_string() == kText);
  CHECK(Uuid::parse("0B5E7C3A-1D2E-4F60-8A7B-9C0D1E2F3A4B") == id);
  std::ostringstream out;
  out << *id;
  CHECK(out.str() == kText);
  CHECK(Uuid::from_string(kText) == *id);
  CHECK_THROWS_AS(Uuid::from_string("nothing"), std::invalid_argument);
}

TEST_CASE("what is not the canonical form is no uuid") {
  const std::string text = kText;
  CHECK_FALSE(Uuid::parse(""));
  CHECK_FALSE(Uuid::parse("{" + text + "}"));
  CHECK_FALSE(Uuid::parse(text + "0"));
  CHECK_FALSE(Uuid::parse(text.substr(1)));
  CHECK_FALSE(Uuid::parse("0b5e7c3a1d2e4f608a7b9c0d1e2f3a4b"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char wrong : {'g', ' ', '\0', '\x80', '/', ':', '@', '`'}) {
      std::string changed = text;
      changed[i] = wrong;
      CHECK_FALSE(Uuid::parse(changed));
    }
    std::string dashed = text;
    dashed[i] = dashed[i] == '-' ? '0' : '-';
    CHECK_FALSE(Uuid::parse(dashed));
  }
}

TEST_CASE("nil is the default and is less than any other") {
  CHECK(Uuid{} == Uuid::nil());
  CHECK(Uuid{}.is_nil());
  CHECK(Uuid{}.to_string() == "00000000-0000-0000-0000-000000000000");
  CHECK(Uuid{} < Uuid::from_string(kText));
}

TEST_CASE("version 7 holds the time and the random bits") {
  const Uuid id = Uuid::v7(at(1'645'557'742'000'000), 0xd8c4dc0c0c07398fU);
  CHECK(id.to_string() == "017f22e2-79b0-7000-98c4-dc0c0c07398f");
  CHECK(id.version() == 7);
  // Half a millisecond is half of the 12 bits.
  CHECK(Uuid::v7(at(500), 0).octets()[6] == 0x78);
  CHECK(milliseconds_in(Uuid::v7(at(-1), 0)) == 0);
}

TEST_CASE("generated ids rise, within a tick and when the clock goes back") {
  flow::UuidGenerator ids;
  flow::Random random{7};
  Uuid last;
  std::int64_t now = 1'700'000'000'000'000;
  for (int i = 0; i < 20'000; ++i) {
    now += static_cast<std::int64_t>(random.uniform(0, 2));
    if (i % 1000 == 999) now -= 1'000'000;
    const Uuid id = ids.next(at(now), random.next64());
    CHECK(last < id);
    CHECK(id.version() == 7);
    CHECK((id.octets()[8] & 0xc0) == 0x80);
    last = id;
  }
}

TEST_CASE("ids of one generator at one instant stay near it") {
  flow::UuidGenerator ids;
  Uuid id;
  for (int i = 0; i < 4096; ++i) id = ids.next(at(5'000'000), 0);
  CHECK(milliseconds_in(id) <= 5001);
}

TEST_CASE("names give the ids that RFC 9562 and other languages give") {
  const Uuid dns = Uuid::from_string("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  CHECK(Uuid::from_name(dns, "www.example.com").to_string() ==
        "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  CHECK(Uuid::from_name(dns, "").to_string() == "4ebd0208-8328-5d69-8c44-ec50939c0967");
  CHECK(Uuid::from_name(dns, std::string(1000, 'x')).to_string() ==
        "f6d12730-a238-51ed-bf69-3689855f9bbf");
  // Around the end of a block, where the length no longer fits.
  CHECK(Uuid::from_name(dns, std::string(39, 'a')).to_string() ==
        "5824f981-4282-59d4-9716-acb6d741350e");
  CHECK(Uuid::from_name(dns, std::string(40, 'a')).to_string() ==
        "39f39c20-db47-5131-8879-62f8f67f9014");
  CHECK(Uuid::from_name(dns, std::string(48, 'a')).to_string() ==
        "7280cc42-274a-5c4a-91fc-ae23f853eeb7");
}

TEST_CASE("hashes spread and agree with equality") {
  flow::Random random{1};
  flow::UuidGenerator ids;
  std::unordered_set<Uuid> set;
  std::set<std::size_t> hashes;
  for (int i = 0; i < 1000; ++i) {
    const Uuid id = ids.next(at(i), random.next64());
    set.insert(id);
    hashes.insert(std::hash<Uuid>{}(id));
    CHECK(set.contains(Uuid::from_string(id.to_string())));
  }
  CHECK(set.size() == 1000);
  CHECK(hashes.size() == 1000);
}
