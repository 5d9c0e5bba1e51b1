// What the memory store does beyond the contract that every store keeps.
#include "store_fixture.h"

using namespace store_test;

TEST_CASE("ranges are done with at once; what is done already is passed over") {
  Fixture<MemoryBackend> f;
  REQUIRE(f.store->takes_ranges());
  for (int i = 0; i < 8; ++i) f.publish(i % 2 == 0 ? kAlpha : kBeta);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  REQUIRE(got.size() == 8);
  f.require(f.submit(f.consume(got[4])));  // the third of kAlpha
  UnitOfWork unit;
  unit.channel = kPlain;
  unit.ranges = {{kAlphaPlain, 2, 4}, {kBetaPlain, 1, 3}};
  UnitOfWork again;
  again.channel = kPlain;
  again.ranges = unit.ranges;
  f.require(f.submit(std::move(unit)));
  f.require(f.submit(std::move(again)));
  CHECK(f.store->stats(kPlain, f.clock.now())->depth == 2);
  f.store->release(kPlain);
  UnitOfWork late;
  late.channel = kPlain;
  late.ranges = {{kAlphaPlain, 1, 1}};
  const auto fenced = f.submit(std::move(late));
  REQUIRE(!fenced);
  CHECK(fenced.error().code == "lease_lost");
  f.claim(kPlain);
  const std::vector<Delivery> left = f.load(kPlain);
  REQUIRE(left.size() == 2);
  CHECK(left[0].ordinal == 1);
  CHECK(left[0].endpoint == kAlphaPlain);
  CHECK(left[1].ordinal == 4);
  CHECK(left[1].endpoint == kBetaPlain);
}
