// A channel and what its program does not read: it waits in the store, it is not poison.
#include <doctest/doctest.h>

#include "engine_support.h"

using namespace engine_test;

namespace {

flow::Delivery of_version(std::uint64_t position, std::uint16_t version,
                          std::optional<std::string> key = {}) {
  flow::Delivery made = delivery(position, std::move(key));
  flow::Message message = *made.message;
  message.headers.emplace(flow::kVersionHeader, std::to_string(version));
  made.message = std::move(message);
  return made;
}

}  // namespace

TEST_CASE("a delivery of a newer version moves out of line without an attempt; others go on") {
  Driver driver{one_channel()};
  driver.take({of_version(1, 2), delivery(2)});
  auto move = driver.commit();
  REQUIRE(move);
  REQUIRE(move->unit.put);
  CHECK(move->unit.consumed->ordinal == 1);
  CHECK(move->unit.put->delivery.attempts == 0);
  CHECK(move->unit.put->delivery.errors.empty());
  CHECK_FALSE(move->unit.dead_letter);
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->delivery->ordinal == 2);
  driver.committed(move->token, 77);
  driver.committed(driver.channel.handled(handle->token, {}, driver.now)->token);
  CHECK(driver.channel.quiet());
}

TEST_CASE("in order by key: those before it are handled first, those behind it wait with it") {
  flow::ChannelPolicy policy{.name = "work"};
  policy.ordered_by_key = true;
  Driver driver{one_channel(policy)};
  driver.take({delivery(1, "k"), of_version(2, 2, "k"), delivery(3, "k"), delivery(4, "other")});
  auto first = driver.handle();
  REQUIRE(first);
  CHECK(first->delivery->ordinal == 1);
  auto other = driver.handle();
  REQUIRE(other);
  CHECK(other->delivery->ordinal == 4);
  CHECK(driver.nothing_to_do());
  driver.committed(driver.channel.handled(first->token, {}, driver.now)->token);
  auto newer = driver.commit();
  REQUIRE(newer);
  CHECK(newer->unit.put->delivery.ordinal == 2);
  CHECK(driver.nothing_to_do());
  driver.committed(newer->token, 77);
  auto behind = driver.commit();
  REQUIRE(behind);
  CHECK(behind->unit.put->delivery.ordinal == 3);
  CHECK(behind->unit.put->waiting);
}

TEST_CASE("what is let go of and taken again is loaded again") {
  Driver driver{one_channel()};
  driver.take({delivery(1)});
  driver.channel.drop_unbegun();
  CHECK(driver.channel.quiet());
  driver.take({delivery(1)});
  CHECK(driver.channel.quiet());
  CHECK(driver.channel.room() == 0);
  driver.channel.resume();
  driver.take({delivery(1)});
  CHECK(driver.handle());
}
