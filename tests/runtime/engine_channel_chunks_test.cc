// Chunks: deliveries in line that are handed out, handled and committed as one.
#include <doctest/doctest.h>

#include "engine_support.h"

using namespace engine_test;

namespace {

std::vector<flow::Delivery> deliveries(std::uint64_t count) {
  std::vector<flow::Delivery> made;
  for (std::uint64_t position = 1; position <= count; ++position)
    made.push_back(delivery(position));
  return made;
}

struct Chunked : Driver {
  explicit Chunked(std::uint64_t count, std::size_t most = 4,
                   flow::ChannelPolicy policy = {.name = "work"})
      : Driver(one_channel(policy)) {
    channel.loading();
    channel.take(deliveries(count), most);
  }
  std::vector<flow::Channel::Handle> split(flow::Channel::Token token, std::size_t begun) {
    std::vector<flow::Channel::Handle> handles;
    channel.split_chunk(token, begun, handles);
    return handles;
  }
};

}  // namespace

TEST_CASE("a chunk that went well is one unit of ranges") {
  Chunked driver(6);
  CHECK(driver.channel.held() == 6);
  CHECK(driver.channel.room() == flow::Channel::kWindow - 6);
  const auto chunk = driver.channel.next_chunk(driver.now);
  REQUIRE(chunk);
  CHECK(chunk->deliveries->size() == 4);
  CHECK(driver.channel.running() == 4);
  CHECK(driver.channel.exposed() == 4);
  const auto commit = driver.channel.handled_chunk(chunk->token);
  REQUIRE(commit);
  REQUIRE(commit->unit.ranges.size() == 1);
  CHECK(commit->unit.channel == 0);
  CHECK(commit->unit.ranges[0].first == 1);
  CHECK(commit->unit.ranges[0].last == 4);
  CHECK_FALSE(commit->unit.consumed);
  CHECK(driver.channel.running() == 0);
  const auto done = driver.committed(commit->token);
  REQUIRE(done);
  REQUIRE(done->chunk);
  CHECK(done->chunk->size() == 4);
  CHECK(driver.channel.counters(0).handled == 4);
  CHECK(driver.channel.held() == 2);
  CHECK(driver.channel.room() == flow::Channel::kWindow - 2);
}

TEST_CASE("chunks keep to the channel's concurrency, with what runs alone among it") {
  flow::ChannelPolicy policy{.name = "work"};
  policy.concurrency = 1;
  Chunked driver(8, 4, policy);
  REQUIRE(driver.channel.next_chunk(driver.now));
  CHECK_FALSE(driver.channel.next_chunk(driver.now));
  CHECK(driver.nothing_to_do());
}

TEST_CASE("next() makes ordinary deliveries of a chunk, in their order") {
  Chunked driver(3);
  for (std::uint64_t position = 1; position <= 3; ++position) {
    const auto handle = driver.handle();
    REQUIRE(handle);
    CHECK(handle->delivery->position == position);
    const auto commit = driver.channel.handled(handle->token, {}, driver.now);
    REQUIRE(commit);
    CHECK(commit->unit.consumed->ordinal == position);
    driver.committed(commit->token);
  }
  CHECK(driver.channel.quiet());
}

TEST_CASE("a channel ordered by key or with a rate has no chunks, nor has what expires") {
  flow::ChannelPolicy ordered{.name = "work"}, limited{.name = "work"};
  ordered.ordered_by_key = true;
  limited.rate_count = 5;
  limited.rate_period = 1s;
  Chunked by_key(4, 4, ordered), by_rate(4, 4, limited);
  CHECK_FALSE(by_key.channel.next_chunk(by_key.now));
  CHECK_FALSE(by_rate.channel.next_chunk(by_rate.now));
  Driver driver(one_channel());
  auto loaded = deliveries(3);
  flow::Message expiring = *loaded[0].message;
  expiring.expires_at = driver.now.wall + 1h;
  loaded[0].message = expiring;
  driver.channel.loading();
  driver.channel.take(std::move(loaded), 4);
  CHECK_FALSE(driver.channel.next_chunk(driver.now));  // it is first
  CHECK(driver.handle()->delivery->position == 1);
  CHECK(driver.channel.next_chunk(driver.now)->deliveries->size() == 2);
}

TEST_CASE("a chunk that is split: what has begun is reported, the rest waits before all others") {
  flow::ChannelPolicy policy{.name = "work"};
  policy.concurrency = 1;
  Chunked driver(8, 4, policy);
  const auto chunk = driver.channel.next_chunk(driver.now);
  const auto begun = driver.split(chunk->token, 2);
  REQUIRE(begun.size() == 2);
  CHECK(begun[1].delivery->position == 2);
  CHECK(begun[1].stop_at == chunk->stop_at);
  CHECK(driver.channel.running() == 2);
  CHECK(driver.channel.held() == 8);
  CHECK_FALSE(driver.channel.handled_chunk(chunk->token));
  CHECK(driver.nothing_to_do());  // the last one has the place
  auto commit = driver.channel.handled(begun[0].token, {}, driver.now);
  REQUIRE(commit);
  driver.committed(commit->token);
  CHECK(driver.nothing_to_do());
  auto failed = driver.channel.handled(begun[1].token, failure(), driver.now);
  REQUIRE(failed);
  CHECK(failed->unit.put->delivery.errors.back().text == "broken");
  CHECK(driver.handle()->delivery->position == 3);
}

TEST_CASE("a chunk's unit that fails is tried again delivery by delivery") {
  Chunked driver(2);
  const auto chunk = driver.channel.next_chunk(driver.now);
  const auto commit = driver.channel.handled_chunk(chunk->token);
  driver.commit_fails(commit->token, flow::Category::transient);
  CHECK(driver.nothing_to_do());
  driver.now += 2s;
  const auto first = driver.handle();
  REQUIRE(first);
  CHECK(first->delivery->position == 1);
  CHECK(first->attempt == 1);
  CHECK(driver.channel.held() == 2);
}

TEST_CASE("a chunk's unit that can never commit is a failed attempt of each") {
  Chunked driver(2);
  const auto chunk = driver.channel.next_chunk(driver.now);
  const auto commit = driver.channel.handled_chunk(chunk->token);
  driver.commit_fails(commit->token, flow::Category::bug);
  CHECK(driver.channel.counters(0).failed_attempts == 2);
  CHECK(driver.commit()->unit.put->delivery.position == 1);
  CHECK(driver.commit()->unit.put->delivery.position == 2);
}

TEST_CASE("a drain drops the chunks that wait and finishes those handed out") {
  Chunked driver(12);
  const auto chunk = driver.channel.next_chunk(driver.now);
  driver.channel.drop_unbegun();
  CHECK(driver.channel.held() == 4);
  CHECK_FALSE(driver.channel.next_chunk(driver.now));
  const auto begun = driver.split(chunk->token, 1);
  CHECK(driver.channel.held() == 1);
  driver.committed(driver.channel.handled(begun[0].token, {}, driver.now)->token);
  CHECK(driver.channel.quiet());
}

TEST_CASE("a channel that is lost forgets its chunks, and who handles one keeps its deliveries") {
  Chunked driver(8);
  const auto chunk = driver.channel.next_chunk(driver.now);
  driver.channel.lost();
  CHECK(driver.channel.quiet());
  CHECK(driver.channel.running() == 0);
  CHECK(driver.channel.stuck() == 0);
  CHECK(chunk->deliveries->back().position == 4);
  CHECK_FALSE(driver.channel.handled_chunk(chunk->token));
  CHECK(driver.split(chunk->token, 1).empty());
}
