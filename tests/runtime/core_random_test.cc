#include "engine/random.h"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

TEST_CASE("a seed gives the same numbers for ever") {
  flow::Random random{42};
  CHECK(random.next64() == 0x15780b2e0c2ec716U);
  CHECK(random.next64() == 0x6104d9866d113a7eU);
  CHECK(flow::Random{1}.next64() != flow::Random{2}.next64());
  CHECK(flow::Random{0}.next64() != 0);
}

TEST_CASE("uniform numbers keep to their range and reach all of it") {
  flow::Random random{3};
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) {
    const std::uint64_t drawn = random.uniform(3, 9);
    REQUIRE((drawn >= 3 && drawn <= 9));
    ++seen[static_cast<std::size_t>(drawn - 3)];
  }
  for (const int count : seen) CHECK((count > 9'500 && count < 10'500));
  CHECK(random.uniform(5, 5) == 5);
  CHECK(random.uniform(5, 4) == 5);
  (void)random.uniform(0, ~std::uint64_t{0});
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.unit();
    REQUIRE((unit >= 0 && unit < 1));
  }
}

TEST_CASE("chances") {
  flow::Random random{4};
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    CHECK_FALSE(random.chance(0));
    CHECK(random.chance(100));
    hits += random.chance(20) ? 1 : 0;
  }
  CHECK((hits > 1'800 && hits < 2'200));
}
