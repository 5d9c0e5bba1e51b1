// A channel when things break: a process that ended, a handler that hangs, a clock that is set.
#include <doctest/doctest.h>

#include "engine_support.h"

using namespace engine_test;
using flow::Category;

TEST_CASE("a row whose process died in its last attempt, alone, is dead without another call") {
  Driver driver{one_channel({.name = "work", .retry = {.now = 0, .delayed = 2}})};
  flow::Delivery crashed = row(1, 3);
  crashed.errors.back().text = flow::kProcessEndedAlone;
  driver.take_rows({crashed});
  auto commit = driver.commit();
  REQUIRE(commit);
  REQUIRE(commit->unit.dead_letter);
  CHECK(commit->unit.dead_letter->attempts == 3);
  CHECK(commit->unit.dead_letter->reason == flow::kProcessEndedAlone);
  CHECK(commit->unit.dead_letter->errors.size() == 3);
}

TEST_CASE("a last attempt that ended with its process beside others is not held against it") {
  Driver driver{one_channel({.name = "work", .retry = {.now = 0, .delayed = 2}})};
  flow::Delivery innocent = row(1, 3);
  innocent.errors.pop_back();  // the third attempt left no error
  driver.take_rows({innocent});
  CHECK(driver.nothing_to_do());
  REQUIRE(driver.channel.wants_alone());
  driver.channel.grant_alone();
  auto record = driver.commit();
  REQUIRE(record);
  REQUIRE(record->unit.put);
  CHECK(record->unit.put->delivery.attempts == 4);
  driver.committed(record->token);
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->attempt == 4);
  SUBCASE("alone it succeeds") {
    auto done = driver.channel.handled(handle->token, {}, driver.now);
    REQUIRE(done);
    CHECK(done->unit.consumed);
    CHECK_FALSE(done->unit.dead_letter);
  }
  SUBCASE("alone it fails in the ordinary way: that was the last") {
    auto dead = driver.channel.handled(handle->token, failure(), driver.now);
    REQUIRE(dead);
    REQUIRE(dead->unit.dead_letter);
    CHECK(dead->unit.dead_letter->reason == "broken");
    CHECK(dead->unit.dead_letter->errors.size() == 4);
  }
  SUBCASE("alone it ends the process again: convicted") {
    const flow::Delivery written = record->unit.put->delivery;
    Driver next{one_channel({.name = "work", .retry = {.now = 0, .delayed = 2}})};
    flow::Delivery again = row(1, 4);
    again.errors = written.errors;
    next.take_rows({again});
    auto dead = next.commit();
    REQUIRE(dead);
    REQUIRE(dead->unit.dead_letter);
    CHECK(dead->unit.dead_letter->attempts == 4);
    CHECK(dead->unit.dead_letter->reason == flow::kProcessEndedAlone);
  }
}

TEST_CASE("ordered by key: after a timeout the key waits until the stuck handler has come back") {
  for (const std::uint32_t now_retries : {0U, 2U}) {
    CAPTURE(now_retries);
    Driver driver{one_channel({.name = "work",
                               .concurrency = 4,
                               .ordered_by_key = true,
                               .retry = {.now = now_retries, .first = 1s},
                               .timeout = 2s})};
    driver.take({delivery(1, "a"), delivery(2, "a"), delivery(3, "b")});
    auto stuck = driver.handle();
    auto other = driver.handle();
    REQUIRE(stuck);
    REQUIRE(other);
    CHECK(other->delivery->position == 3);  // other keys go on
    driver.now += 2s;
    auto failed = driver.channel.fence(stuck->token, "timeout", driver.now);
    REQUIRE(failed);
    REQUIRE(failed->unit.put);
    CHECK(failed->unit.put->delivery.attempts == 1);  // no next one is begun by the same write
    CHECK(driver.channel.holds_keys());
    flow::Delivery again = failed->unit.put->delivery;
    again.row = 55;
    driver.committed(failed->token, 55);
    auto moved = driver.commit();  // the second of the key waits in the store
    REQUIRE(moved);
    CHECK(moved->unit.put->waiting);
    driver.committed(moved->token, 56);
    driver.now += 10s;
    driver.take_rows({again});
    driver.take({delivery(4, "b")});
    CHECK(driver.nothing_to_do());  // `b` is still running, `a` is stuck
    SUBCASE("it comes back: the next attempt begins") {
      CHECK_FALSE(driver.channel.handled(stuck->token, {}, driver.now));
      CHECK_FALSE(driver.channel.holds_keys());
      auto record = driver.commit();
      REQUIRE(record);
      CHECK(record->unit.put->delivery.attempts == 2);
      driver.committed(record->token);
      auto retried = driver.handle();
      REQUIRE(retried);
      CHECK(retried->delivery->position == 1);
    }
    SUBCASE("the channel is lost and claimed again meanwhile: it waits all the same") {
      driver.channel.lost();
      driver.take_rows({again});
      CHECK(driver.nothing_to_do());
      CHECK_FALSE(driver.channel.handled(stuck->token, {}, driver.now));
      CHECK(driver.commit());
    }
  }
}

TEST_CASE("a wall clock that is set an hour back or forward changes no span") {
  for (const microseconds jump : {microseconds{-1h}, microseconds{1h}}) {
    CAPTURE(jump.count());
    Driver driver{one_channel(
        {.name = "work", .concurrency = 8, .timeout = 2s, .rate_count = 2, .rate_period = 10s})};
    driver.take({delivery(1), delivery(2), delivery(3)});
    auto first = driver.handle();
    REQUIRE(first);
    REQUIRE(driver.handle());
    driver.now.wall += jump;
    CHECK(driver.channel.overdue(driver.now.steady).empty());  // nobody is fenced
    CHECK(driver.nothing_to_do());
    CHECK(driver.channel.wake_at() == driver.now + 10s);  // the rate stands where it stood
    driver.now += 10s;
    CHECK(driver.handle());
    auto commit = driver.channel.handled(first->token, {}, driver.now);
    REQUIRE(commit);
    driver.commit_fails(commit->token, Category::transient);
    driver.now.wall -= jump;
    CHECK(driver.nothing_to_do());
    CHECK(driver.channel.wake_at() == driver.now + 1s);  // the back-off too
  }
}

TEST_CASE("what may have ended the process runs alone: another crash convicts it and nobody else") {
  Driver driver{one_channel({.name = "work", .concurrency = 4})};
  flow::Delivery first = row(1, 1), second = row(2, 1);
  first.errors.clear();   // begun, and no end recorded: the process ended
  second.errors.clear();  // as this one, which merely ran beside it
  driver.take_rows({first, second});
  driver.take({delivery(3)});
  CHECK(driver.nothing_to_do());
  CHECK(driver.channel.wants_alone());
  CHECK(driver.channel.exposed() == 0);

  driver.channel.grant_alone();
  auto record = driver.commit();
  REQUIRE(record);
  CHECK(record->unit.put->delivery.attempts == 2);
  CHECK(record->unit.put->delivery.errors.front().text == flow::kProcessEnded);
  CHECK(record->unit.put->delivery.errors.back().text == flow::kProcessEndedAlone);
  driver.committed(record->token);
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->delivery->position == 1);
  CHECK(driver.nothing_to_do());  // nothing beside it
  CHECK(driver.channel.alone());
  auto done = driver.channel.handled(handle->token, {}, driver.now);
  CHECK_FALSE(driver.channel.alone());
  driver.committed(done->token);

  CHECK(driver.nothing_to_do());  // the second wants it too
  CHECK(driver.channel.wants_alone());
  driver.channel.grant_alone();
  record = driver.commit();
  REQUIRE(record);
  driver.committed(record->token);
  handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->delivery->position == 2);
  // Failing in the ordinary way acquits it: its next attempt is one among others.
  auto failed = driver.channel.handled(handle->token, failure(), driver.now);
  driver.committed(failed->token);
  auto other = driver.handle();
  REQUIRE(other);
  CHECK_FALSE(driver.channel.wants_alone());
}
