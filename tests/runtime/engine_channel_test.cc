// The rules of a channel, one by one, on virtual time.
#include <doctest/doctest.h>

#include "engine/retry.h"
#include "engine/store_writing.h"
#include "engine_support.h"

using namespace engine_test;
using flow::Category;

TEST_CASE("success: the delivery is consumed with its effects, without a write before") {
  Driver driver{one_channel()};
  driver.take({delivery(7)});
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->attempt == 1);
  CHECK(handle->stop_at == driver.now + 30s);
  CHECK(driver.channel.running() == 1);

  flow::Outcome outcome;
  outcome.outgoing.push_back({*delivery(8).message, std::nullopt});
  auto commit = driver.channel.handled(handle->token, std::move(outcome), driver.now);
  REQUIRE(commit);
  REQUIRE(commit->unit.consumed);
  CHECK(commit->unit.consumed->position == 7);
  CHECK(commit->unit.consumed->row == 0);
  CHECK(commit->unit.outgoing.size() == 1);
  CHECK_FALSE(commit->unit.put);
  CHECK_FALSE(commit->unit.dead_letter);
  CHECK_FALSE(driver.channel.quiet());
  auto done = driver.committed(commit->token);
  REQUIRE(done);
  CHECK(done->endpoint == 0);
  CHECK(driver.channel.quiet());
  CHECK(driver.channel.counters(0).handled == 1);
}

TEST_CASE(
    "retries: immediate ones are begun by the write of the failure, delayed ones have their exact "
    "delays") {
  Driver driver{one_channel()};  // 2 now, 6 delayed, doubling from 1 s
  driver.take({delivery(1)});
  auto handle = driver.handle();
  std::int64_t row_id = 0;
  const std::vector<microseconds> delays{0s, 0s, 1s, 2s, 4s, 8s, 16s, 32s};
  for (std::uint32_t attempt = 1; attempt <= delays.size(); ++attempt) {
    CAPTURE(attempt);
    REQUIRE(handle);
    CHECK(handle->attempt == attempt);
    auto commit = driver.channel.handled(handle->token, failure(), driver.now);
    REQUIRE(commit);
    REQUIRE(commit->unit.put);
    const flow::Delivery put = commit->unit.put->delivery;
    CHECK(put.row == row_id);
    CHECK(commit->unit.consumed.has_value() == (attempt == 1));
    CHECK(put.due == driver.now + delays[attempt - 1]);
    CHECK(put.errors.size() == attempt);
    const bool immediate = attempt <= 2;
    CHECK(put.attempts == attempt + (immediate ? 1 : 0));
    row_id = 55;
    driver.committed(commit->token, 55);
    if (!immediate) {
      CHECK(driver.channel.quiet());  // it waits in the store, not in memory
      CHECK(driver.channel.rows_due() == put.due);
      driver.now += delays[attempt - 1];
      flow::Delivery again = delivery(1);
      again.row = 55;
      again.attempts = put.attempts;
      again.errors = put.errors;
      driver.take_rows({again});
      auto record = driver.commit();  // counted before it runs
      REQUIRE(record);
      REQUIRE(record->unit.put);
      CHECK(record->unit.put->delivery.attempts == attempt + 1);
      CHECK_FALSE(record->unit.consumed);
      CHECK(driver.nothing_to_do());
      driver.committed(record->token, 55);
    }
    handle = driver.handle();
  }
  REQUIRE(handle);
  CHECK(handle->attempt == 9);
  auto dead = driver.channel.handled(handle->token, failure(Category::bug, "the end"), driver.now);
  REQUIRE(dead);
  REQUIRE(dead->unit.dead_letter);
  CHECK(dead->unit.consumed->row == 55);
  CHECK(dead->unit.dead_letter->attempts == 9);
  CHECK(dead->unit.dead_letter->reason == "the end");
  CHECK(dead->unit.dead_letter->endpoint == "shop.handle");
  CHECK(dead->unit.dead_letter->channel == "work");
  CHECK(dead->unit.dead_letter->message_type == "shop.Placed");
  CHECK(dead->unit.dead_letter->errors.size() == 9);
  CHECK(dead->unit.dead_letter->message.payload == "{}");
  driver.committed(dead->token);
  CHECK(driver.channel.quiet());
  const auto counters = driver.channel.counters(0);
  CHECK(counters.failed_attempts == 9);
  CHECK(counters.retried == 8);
  CHECK(counters.dead == 1);
  CHECK(counters.handled == 0);
}

TEST_CASE(
    "retry delays: the cap caps and does not end retrying; jitter stays in its bounds; fixed "
    "delays are fixed") {
  flow::Random random{3};
  flow::RetryPolicy policy{.now = 0, .delayed = 40, .first = 1s, .most = 60s, .jitter_percent = 0};
  CHECK(flow::retry_delay(policy, 6, random) == microseconds{32s});
  CHECK(flow::retry_delay(policy, 7, random) == microseconds{60s});
  CHECK(flow::retry_delay(policy, 40, random) == microseconds{60s});
  CHECK_FALSE(flow::retry_delay(policy, 41, random));
  policy.exponential = false;
  CHECK(flow::retry_delay(policy, 30, random) == microseconds{1s});
  policy.jitter_percent = 20;
  microseconds least = 1h, most{0};
  for (int i = 0; i < 2000; ++i) {
    const auto delay = flow::retry_delay(policy, 1, random);
    REQUIRE(delay);
    least = std::min(least, *delay);
    most = std::max(most, *delay);
  }
  CHECK(least >= 800ms);
  CHECK(least < 820ms);
  CHECK(most <= 1200ms);
  CHECK(most > 1180ms);
}

TEST_CASE("rejected and poisonous deliveries are dead at once, with the cause") {
  for (const Category category : {Category::rejected, Category::poison}) {
    Driver driver{one_channel()};
    driver.take({delivery(1)});
    auto handle = driver.handle();
    REQUIRE(handle);
    auto commit = driver.channel.handled(handle->token, failure(category, "no"), driver.now);
    REQUIRE(commit);
    REQUIRE(commit->unit.dead_letter);
    CHECK(commit->unit.dead_letter->category == category);
    CHECK(commit->unit.dead_letter->reason == "no");
    CHECK(commit->unit.dead_letter->attempts == 1);
    CHECK(commit->unit.consumed);
  }
}

TEST_CASE(
    "RetryAfter sets the next attempt instead of the channel's delays, and counts as an attempt") {
  Driver driver{one_channel()};
  driver.take({delivery(1)});
  auto handle = driver.handle();
  REQUIRE(handle);
  flow::Outcome outcome = failure(Category::transient, "later");
  outcome.retry_after = 5min;
  auto commit = driver.channel.handled(handle->token, std::move(outcome), driver.now);
  REQUIRE(commit);
  REQUIRE(commit->unit.put);
  CHECK(commit->unit.put->delivery.due == driver.now + 5min);
  CHECK(commit->unit.put->delivery.attempts == 1);
}

TEST_CASE("an expired delivery is dead without a call") {
  Driver driver{one_channel()};
  flow::Delivery expired = delivery(1);
  flow::Message message = *expired.message;
  message.expires_at = driver.now.wall;
  expired.message = std::move(message);
  driver.take({expired});
  auto commit = driver.commit();
  REQUIRE(commit);
  REQUIRE(commit->unit.dead_letter);
  CHECK(commit->unit.dead_letter->reason == "expired");
  CHECK(commit->unit.dead_letter->attempts == 0);
}

TEST_CASE(
    "timeout: asked to stop, then fenced; the attempt has failed, the late report is dropped, the "
    "place is free") {
  Driver driver{one_channel({.name = "work", .concurrency = 1, .timeout = 2s})};
  driver.take({delivery(1), delivery(2)});
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(driver.nothing_to_do());
  CHECK(driver.channel.overdue(driver.now.steady + 1s).empty());
  driver.now += 2s;
  REQUIRE(driver.channel.overdue(driver.now.steady).size() == 1);
  auto commit = driver.channel.fence(handle->token, "timeout", driver.now);
  REQUIRE(commit);
  REQUIRE(commit->unit.put);
  CHECK(commit->unit.put->delivery.errors.at(0).category == Category::transient);
  CHECK(driver.channel.stuck() == 1);
  CHECK(driver.channel.running() == 0);
  auto second = driver.handle();
  REQUIRE(second);
  CHECK(second->delivery->position == 2);
  CHECK(handle->delivery->position == 1);  // still there for the stuck handler
  CHECK_FALSE(driver.channel.handled(handle->token, {}, driver.now));
  CHECK(driver.channel.stuck() == 0);
  CHECK_FALSE(driver.channel.handled(handle->token, {}, driver.now));
}

TEST_CASE("concurrency: at most that many run") {
  Driver driver{one_channel({.name = "work", .concurrency = 3})};
  driver.take({delivery(1), delivery(2), delivery(3), delivery(4)});
  auto first = driver.handle();
  REQUIRE(first);
  REQUIRE(driver.handle());
  REQUIRE(driver.handle());
  CHECK(driver.nothing_to_do());
  // Without order by key the place is free before the commit.
  REQUIRE(driver.channel.handled(first->token, {}, driver.now));
  REQUIRE(driver.handle());
}

TEST_CASE("rate: at most that many starts in any span of the period") {
  Driver driver{
      one_channel({.name = "work", .concurrency = 100, .rate_count = 2, .rate_period = 10s})};
  driver.take({delivery(1), delivery(2), delivery(3), delivery(4)});
  REQUIRE(driver.handle());
  driver.now += 4s;
  REQUIRE(driver.handle());
  CHECK(driver.nothing_to_do());
  CHECK(driver.channel.wake_at() == driver.now + 6s);
  driver.now += 6s;
  REQUIRE(driver.handle());
  CHECK(driver.nothing_to_do());
  driver.now += 4s;
  REQUIRE(driver.handle());
}

TEST_CASE(
    "order by key: the next of a key starts when the one before has committed; other keys go on") {
  Driver driver{one_channel({.name = "work", .ordered_by_key = true})};
  driver.take({delivery(1, "a"), delivery(2, "a"), delivery(3, "b"), delivery(4)});
  auto a = driver.handle();
  auto b = driver.handle();
  auto none = driver.handle();
  REQUIRE((a && b && none));
  CHECK(a->delivery->position == 1);
  CHECK(b->delivery->position == 3);
  CHECK(none->delivery->position == 4);
  CHECK(driver.nothing_to_do());
  auto commit = driver.channel.handled(a->token, {}, driver.now);
  REQUIRE(commit);
  CHECK(driver.nothing_to_do());
  driver.committed(commit->token);
  auto next = driver.handle();
  REQUIRE(next);
  CHECK(next->delivery->position == 2);
}

TEST_CASE(
    "order by key: behind a delivery that retries, its key moves out of line and waits; others do "
    "not") {
  Driver driver{
      one_channel({.name = "work", .ordered_by_key = true, .retry = {.now = 0, .delayed = 3}})};
  driver.take({delivery(1, "a"), delivery(2, "a"), delivery(3, "b")});
  auto a = driver.handle();
  auto b = driver.handle();
  REQUIRE((a && b));
  auto failed = driver.channel.handled(a->token, failure(), driver.now);
  REQUIRE(failed);
  CHECK(driver.nothing_to_do());
  driver.channel.loading();  // a load begins before the row is there, and ends after
  driver.committed(failed->token, 70);
  driver.channel.take({delivery(5, "a"), delivery(6, "c")});
  for (const std::uint64_t position : {2U, 5U}) {
    auto moved = driver.commit();
    REQUIRE(moved);
    REQUIRE(moved->unit.put);
    CHECK(moved->unit.put->waiting);
    CHECK(moved->unit.put->delivery.position == position);
    CHECK(moved->unit.put->delivery.attempts == 0);
    CHECK(moved->unit.consumed->position == position);
    driver.committed(moved->token, 71);
  }
  auto c = driver.handle();
  REQUIRE(c);
  CHECK(c->delivery->message->key == "c");
  // A later load knows by itself.
  flow::Delivery held = delivery(9, "a");
  held.key_held = true;
  driver.take({held, delivery(10, "b2")});
  auto moved = driver.commit();
  REQUIRE(moved);
  CHECK(moved->unit.put->delivery.position == 9);
}

TEST_CASE("a handler that asks for a retry in for ever gets it at the end of time, not at once") {
  Driver driver{one_channel()};
  driver.take({delivery(1)});
  auto handle = driver.handle();
  REQUIRE(handle);
  flow::Outcome later = failure();
  later.retry_after = microseconds::max();
  auto commit = driver.channel.handled(handle->token, std::move(later), driver.now);
  REQUIRE(commit);
  REQUIRE(commit->unit.put);
  CHECK(commit->unit.put->delivery.due == flow::kEndOfTime);
  CHECK(commit->unit.put->delivery.attempts == 1);
}

TEST_CASE("order by key: the empty key is a key, and what has none waits for nobody") {
  Driver driver{one_channel({.name = "work", .ordered_by_key = true})};
  std::vector<flow::Delivery> sent;
  for (std::uint64_t position = 1; position <= 6; ++position)
    sent.push_back(delivery(position, ""));
  driver.take(sent);
  for (std::uint64_t position = 1; position <= 6; ++position) {
    auto handle = driver.handle();
    REQUIRE(handle);
    CHECK(handle->delivery->position == position);
    CHECK(driver.nothing_to_do());  // the next one waits for the commit
    auto commit = driver.channel.handled(handle->token, {}, driver.now);
    REQUIRE(commit);
    CHECK(driver.nothing_to_do());
    driver.committed(commit->token);
  }
  driver.take({delivery(7), delivery(8)});
  REQUIRE(driver.handle());
  CHECK(driver.handle());
}

TEST_CASE(
    "order by key: rows of one key run in the order of their positions, a dead head releases the "
    "next") {
  Driver driver{
      one_channel({.name = "work", .ordered_by_key = true, .retry = {.now = 0, .delayed = 3}})};
  driver.take_rows({row(5, 1, "a"), row(4, 1, "a")});
  auto record = driver.commit();
  REQUIRE(record);
  CHECK(record->unit.put->delivery.position == 4);
  CHECK(driver.nothing_to_do());
  driver.committed(record->token);
  auto handle = driver.handle();
  REQUIRE(handle);
  CHECK(handle->delivery->position == 4);
  auto dead = driver.channel.handled(handle->token, failure(Category::rejected), driver.now);
  REQUIRE(dead);
  CHECK(dead->unit.consumed->message->key == "a");
  CHECK(driver.nothing_to_do());
  driver.committed(dead->token);
  auto next = driver.commit();
  REQUIRE(next);
  CHECK(next->unit.put->delivery.position == 5);
}

TEST_CASE(
    "a row that is loaded again while it is here, or was written while it was loaded, is ignored") {
  Driver driver{one_channel()};
  driver.take_rows({row(4, 3)});
  auto record = driver.commit();
  REQUIRE(record);
  driver.take_rows({row(4, 3)});
  driver.committed(record->token);
  auto handle = driver.handle();
  REQUIRE(handle);
  driver.channel.loading_rows();
  auto commit = driver.channel.handled(handle->token, {}, driver.now);
  REQUIRE(commit);
  driver.committed(commit->token);
  driver.channel.take_rows({row(4, 4)});
  CHECK(driver.channel.quiet());
  CHECK(driver.nothing_to_do());
}

TEST_CASE(
    "a failed commit is handled again after a back-off that doubles, without counting an attempt") {
  Driver driver{one_channel()};
  driver.take({delivery(1)});
  microseconds pause = 1s;
  for (int i = 0; i < 7; ++i) {
    auto handle = driver.handle();
    REQUIRE(handle);
    CHECK(handle->attempt == 1);
    auto commit = driver.channel.handled(handle->token, {}, driver.now);
    REQUIRE(commit);
    REQUIRE(commit->unit.consumed);
    driver.commit_fails(commit->token, Category::transient);
    CHECK(driver.nothing_to_do());
    CHECK(driver.channel.wake_at() == driver.now + pause);
    driver.now += pause;
    pause = std::min<microseconds>(pause * 2, 30s);
  }
  CHECK(driver.channel.counters(0).failed_attempts == 0);
}

TEST_CASE("a unit that can never commit is a failed attempt; one of a lost delivery is dropped") {
  Driver driver{one_channel()};
  driver.take({delivery(1), delivery(2)});
  auto handle = driver.handle();
  REQUIRE(handle);
  auto commit = driver.channel.handled(handle->token, {}, driver.now);
  driver.commit_fails(commit->token, Category::bug);
  auto failed = driver.commit();
  REQUIRE(failed);
  REQUIRE(failed->unit.put);
  CHECK(failed->unit.put->delivery.errors.at(0).text == "the disk is full");
  driver.committed(failed->token, 5);
  auto again = driver.handle();
  REQUIRE(again);
  auto second = driver.channel.handled(again->token, {}, driver.now);
  driver.commit_fails(second->token, Category::fenced);
  auto other = driver.handle();
  REQUIRE(other);
  CHECK(other->delivery->position == 2);
}

TEST_CASE("undone by a neighbour's SQL: handled again at once, the same attempt, nobody waits") {
  Driver driver{one_channel()};
  driver.take({delivery(1), delivery(2)});
  auto handle = driver.handle();
  REQUIRE(handle);
  auto commit = driver.channel.handled(handle->token, {}, driver.now);
  REQUIRE(commit);
  driver.channel.committed(
      commit->token,
      flow::Error{Category::transient, std::string{flow::kGroupUndone}, "a neighbour"}, driver.now);
  CHECK_FALSE(driver.channel.wake_at());
  auto again = driver.handle();
  REQUIRE(again);
  CHECK(again->delivery->position == 1);
  CHECK(again->attempt == 1);
  REQUIRE(driver.handle());  // the channel goes on beside it
  commit = driver.channel.handled(again->token, {}, driver.now);
  REQUIRE(commit);
  CHECK(driver.committed(commit->token));
  CHECK(driver.channel.counters(0).failed_attempts == 0);
}

TEST_CASE("a failed write of a failure is written again, not handled again") {
  Driver driver{one_channel({.name = "work", .retry = {.now = 0}})};
  driver.take({delivery(1)});
  auto handle = driver.handle();
  REQUIRE(handle);
  auto commit = driver.channel.handled(handle->token, failure(), driver.now);
  driver.commit_fails(commit->token, Category::busy);
  CHECK(driver.nothing_to_do());
  driver.now += 1s;
  auto again = driver.commit();
  REQUIRE(again);
  REQUIRE(again->unit.put);
  CHECK(again->unit.put->delivery.attempts == 1);
  CHECK(again->unit.consumed);
}

TEST_CASE(
    "a full window is freed by moving its oldest running delivery out of line, and its end "
    "consumes the row") {
  for (const bool ends_early : {false, true}) {
    CAPTURE(ends_early);
    Driver driver{one_channel({.name = "work", .concurrency = 2})};
    std::vector<flow::Delivery> many;
    for (std::uint64_t i = 1; i <= flow::Channel::kWindow; ++i) many.push_back(delivery(i));
    driver.take(std::move(many));
    CHECK(driver.channel.room() == 0);
    auto slow = driver.handle();
    REQUIRE(slow);
    for (std::uint64_t i = 2; i <= flow::Channel::kWindow; ++i) {
      auto quick = driver.handle();
      REQUIRE(quick);
      auto commit = driver.channel.handled(quick->token, {}, driver.now);
      driver.committed(commit->token);
    }
    CHECK(driver.channel.room() == 0);
    CHECK(driver.nothing_to_do());
    REQUIRE(driver.channel.wake_at());
    driver.now += *driver.channel.wake_at() - driver.now.steady;
    auto moved = driver.commit();
    REQUIRE(moved);
    REQUIRE(moved->unit.put);
    CHECK(moved->unit.put->delivery.position == 1);
    CHECK(moved->unit.put->delivery.attempts == 1);
    std::optional<flow::Channel::Commit> end;
    if (ends_early) {
      CHECK_FALSE(driver.channel.handled(slow->token, {}, driver.now));
      driver.committed(moved->token, 9);
      end = driver.commit();
    } else {
      driver.committed(moved->token, 9);
      CHECK(driver.channel.room() == flow::Channel::kWindow);
      driver.take_rows({[] {
        flow::Delivery same = delivery(1);
        same.row = 9;
        same.attempts = 1;
        return same;
      }()});
      end = driver.channel.handled(slow->token, {}, driver.now);
    }
    REQUIRE(end);
    REQUIRE(end->unit.consumed);
    CHECK(end->unit.consumed->row == 9);
    driver.committed(end->token);
    CHECK(driver.channel.quiet());
    CHECK(driver.channel.counters(0).handled == flow::Channel::kWindow);
  }
}

TEST_CASE("on hold: what is recorded as begun goes on, nothing new starts") {
  Driver driver{one_channel({.name = "work", .concurrency = 4})};
  driver.take_rows({row(1, 1)});
  auto record = driver.commit();
  REQUIRE(record);
  driver.take({delivery(2)});
  CHECK(std::holds_alternative<std::monostate>(driver.channel.next(driver.now, true)));
  driver.committed(record->token);
  auto begun = driver.channel.next(driver.now, true);
  CHECK(std::holds_alternative<flow::Channel::Handle>(begun));
  CHECK(std::holds_alternative<std::monostate>(driver.channel.next(driver.now, true)));
  CHECK(driver.handle());
}

TEST_CASE("drain: what has not begun is forgotten, what runs ends") {
  Driver driver{one_channel({.name = "work", .concurrency = 1})};
  driver.take({delivery(1), delivery(2)});
  auto handle = driver.handle();
  REQUIRE(handle);
  driver.channel.drop_unbegun();
  CHECK(driver.channel.room() == 0);
  CHECK_FALSE(driver.channel.quiet());
  auto commit = driver.channel.handled(handle->token, failure(), driver.now);
  REQUIRE(commit);
  CHECK(commit->unit.put->delivery.attempts == 1);  // its immediate retry is not begun here
  driver.committed(commit->token, 3);
  CHECK(driver.channel.quiet());
}

TEST_CASE("a history of errors stays bounded and keeps its first and last") {
  std::vector<flow::AttemptError> history;
  for (std::uint32_t i = 1; i <= 500; ++i) {
    flow::add_error(history, {i, Timestamp{}, Category::bug, std::string(5000, 'x')});
  }
  CHECK(history.size() == 50);
  CHECK(history.front().attempt == 1);
  CHECK(history.back().attempt == 500);
  CHECK(history.back().text.size() <= 2048);
}
