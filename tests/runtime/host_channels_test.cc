// A host over the memory store: fan-out, isolation, timeouts, order, back-pressure, drain.
#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <thread>

#include "host_support.h"

using namespace host_test;

TEST_CASE("fan-out: every subscriber gets every event once") {
  constexpr int kEvents = 2000;
  std::mutex mutex;
  std::map<std::string, std::map<std::string, int>> seen;
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 const std::lock_guard lock(mutex);
                 ++seen[std::string{handling.endpoint_id()}][handling.message().payload];
               }};
  shop.host->start();
  for (int i = 0; i < kEvents; ++i) shop.emit(kPlaced, "k", std::to_string(i));
  REQUIRE(shop.host->wait_idle(20s));
  for (const char* endpoint : {"mail", "totals"}) {
    CHECK(seen[endpoint].size() == kEvents);
    for (const auto& [payload, count] : seen[endpoint]) {
      if (count != 1) FAIL(endpoint << " saw " << payload << ' ' << count << " times");
    }
    CHECK(shop.stats(endpoint).handled == kEvents);
    CHECK(shop.stats(endpoint).p99_ms < 1000);
  }
  CHECK(shop.host->drain());
}

TEST_CASE("isolation: a blocked subscriber changes nothing for its sibling") {
  Gate release;
  std::atomic<int> totals{0};
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "mail") {
                   release.wait();
                 } else {
                   ++totals;
                 }
               }};
  shop.host->start();
  for (int i = 0; i < 500; ++i) shop.emit(kPlaced);
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (totals < 500 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(totals == 500);
  CHECK(shop.stats("mail").handled == 0);
  CHECK_FALSE(shop.host->idle());
  release.open();
  REQUIRE(shop.host->wait_idle(20s));
  CHECK(shop.stats("mail").handled == 500);
}

TEST_CASE(
    "failures: retried as the policy says, then dead with the cause; the sibling is done; a replay "
    "goes to that endpoint") {
  std::atomic<bool> broken{true};
  std::atomic<int> mails{0};
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() != "mail") return;
                 ++mails;
                 if (broken) throw std::runtime_error("no mail today");
               }};
  shop.host->start();
  shop.emit(kPlaced);
  REQUIRE(shop.host->wait_idle(10s, 1s));
  CHECK(mails == 3);
  const auto stats = shop.stats("mail");
  CHECK(stats.dead == 1);
  CHECK(stats.retried == 2);
  CHECK(stats.failed_attempts == 3);
  CHECK(shop.stats("totals").handled == 1);
  const auto letters = shop.host->store().dead_letters({});
  REQUIRE(letters.ok());
  REQUIRE(letters->size() == 1);
  CHECK(letters->front().reason == "no mail today");
  CHECK(letters->front().endpoint == "mail");
  CHECK(letters->front().errors.size() == 3);
  broken = false;
  const std::vector<std::int64_t> ids{letters->front().id};
  const auto replayed = shop.host->store().replay(
      ids, std::chrono::time_point_cast<flow::microseconds>(std::chrono::system_clock::now()));
  REQUIRE(replayed.ok());
  CHECK(*replayed == 1);
  REQUIRE(shop.host->wait_idle(10s, 1s));
  CHECK(shop.stats("mail").handled == 1);
  CHECK(shop.stats("totals").handled == 1);
}

TEST_CASE(
    "a handler that hangs is asked to stop, then fenced; another worker goes on, and its late end "
    "changes nothing") {
  Gate release;
  std::atomic<bool> asked{false};
  std::atomic<int> calls{0};
  World world = host_test::shop();
  world.channels[0].timeout = 50ms;
  world.channels[0].concurrency = 1;
  {
    Running shop{world, [&](flow::Handling& handling) {
                   if (handling.endpoint_id() != "mail") return;
                   ++calls;
                   if (handling.message().payload != "hang" || handling.attempt() > 1) return;
                   release.wait();
                   asked = handling.stop_token().stop_requested();
                   handling.emit(kShip, {}, "late", {});
                 }};
    shop.host->start();
    shop.emit(kPlaced, {}, "hang");
    shop.emit(kPlaced, {}, "fine");
    REQUIRE(shop.host->wait_idle(10s, 1s));
    CHECK(shop.stats("mail").handled == 2);
    CHECK(shop.stats("mail").failed_attempts == 1);
    CHECK(shop.logged("is stuck"));
    CHECK_FALSE(shop.host->unhealthy());
    release.open();
    shop.host->drain();  // false when the late handler has not returned yet
    CHECK(shop.stats("ship").handled == 0);
  }
  CHECK(asked);
  CHECK(calls == 3);
}

TEST_CASE(
    "order by key: each key in the order of sending, although handlers fail and several workers "
    "run") {
  World world = host_test::shop();
  world.channels[0].ordered_by_key = true;
  world.channels[0].concurrency = 4;
  world.channels[0].retry.delayed = 8;
  std::mutex mutex;
  std::map<std::string, std::vector<int>> seen;
  Running shop{world, [&](flow::Handling& handling) {
                 if (handling.endpoint_id() != "mail") return;
                 const int number = std::stoi(handling.message().payload);
                 if (number % 37 == 0 && handling.attempt() < 4) throw std::runtime_error("again");
                 const std::lock_guard lock(mutex);
                 seen[*handling.message().key].push_back(number);
               }};
  shop.host->start();
  for (int i = 0; i < 400; ++i)
    shop.emit(kPlaced, std::string(1, static_cast<char>('a' + i % 5)), std::to_string(i));
  REQUIRE(shop.host->wait_idle(30s, 1s));
  for (const auto& [key, numbers] : seen) {
    CAPTURE(key);
    CHECK(numbers.size() == 80);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("order by key: the empty key is a key; six commands of it run one at a time, in order") {
  World world = host_test::shop();
  world.channels[2].ordered_by_key = true;
  world.channels[2].concurrency = 4;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> seen;
  int running = 0, most = 0;
  Running shop{world, [&](flow::Handling& handling) {
                 std::unique_lock lock(mutex);
                 most = std::max(most, ++running);
                 seen.push_back(handling.message().payload);
                 changed.notify_all();
                 // The other workers are free: give them the time to do it wrong.
                 changed.wait_for(lock, 50ms, [&] { return running > 1; });
                 --running;
               }};
  for (int i = 0; i < 6; ++i) shop.emit(kShip, "", std::to_string(i));
  shop.host->start();
  REQUIRE(shop.host->wait_idle(30s));
  CHECK(most == 1);
  CHECK(seen == std::vector<std::string>{"0", "1", "2", "3", "4", "5"});
}

TEST_CASE("for ever is a length of time: a delay, an expiry, a retry and a wait of it") {
  std::atomic<int> mails = 0, shipments = 0, totals = 0;
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "ship") ++shipments;
                 if (handling.endpoint_id() == "totals") ++totals;
                 if (handling.endpoint_id() != "mail") return;
                 ++mails;
                 throw flow::RetryAfter(flow::microseconds::max());
               }};
  shop.host->start();
  flow::SendOptions late, long_lived;
  late.delay = flow::microseconds::max();
  long_lived.expires_in = flow::microseconds::max();
  shop.emit(kShip, {}, "{}", late);
  shop.emit(kPlaced, {}, "{}", long_lived);
  REQUIRE(shop.host->wait_idle(flow::microseconds::max(), 1h));
  CHECK(shipments == 0);
  CHECK(mails == 1);
  CHECK(totals == 1);
  CHECK(shop.stats("mail").dead == 0);
  CHECK_FALSE(shop.host->idle(flow::microseconds::max()));  // something is due, at the end of time
}

TEST_CASE(
    "effects: what a handler sends goes out with its delivery, with correlation and cause; a "
    "failed attempt sends nothing") {
  std::mutex mutex;
  std::vector<flow::Message> shipped;
  flow::Uuid cause{};
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "mail") {
                   handling.emit(kShip, "k", "parcel", {});
                   if (handling.attempt() < 3) throw std::runtime_error("after sending");
                   cause = handling.message().id;
                 } else if (handling.endpoint_id() == "ship") {
                   const std::lock_guard lock(mutex);
                   shipped.push_back(handling.message());
                 }
               }};
  shop.host->start();
  const flow::Uuid id = shop.emit(kPlaced);
  REQUIRE(shop.host->wait_idle(10s, 1s));
  REQUIRE(shipped.size() == 1);
  CHECK(shipped[0].causation_id == id);
  CHECK(shipped[0].correlation_id == id);
  CHECK(shipped[0].payload == "parcel");
  CHECK(cause == id);
}

TEST_CASE("delay: a delayed message is not handed over early, and is handed over") {
  std::atomic<std::int64_t> at{0};
  Running shop{host_test::shop(),
               [&](flow::Handling& handling) { at = handling.now().time_since_epoch().count(); }};
  shop.host->start();
  flow::SendOptions options;
  options.delay = 60ms;
  const auto sent =
      std::chrono::time_point_cast<flow::microseconds>(std::chrono::system_clock::now());
  shop.emit(kShip, {}, "{}", options);
  REQUIRE(shop.host->wait_idle(10s, 1s));
  REQUIRE(at != 0);
  const flow::microseconds took{at - sent.time_since_epoch().count()};
  CHECK(took >= 60ms);
  CHECK(took < 500ms);
}

TEST_CASE(
    "back-pressure: a full channel holds up its senders, and pauses the intake of what emits into "
    "it, failing none") {
  World world = host_test::shop();
  world.channels[2].capacity = 10;
  const flow::MessageNo emits[] = {kShip};
  world.endpoints[0].emits = emits;
  Gate release;
  std::atomic<int> shipped{0}, mailed{0};
  Running shop{world, [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "ship") {
                   release.wait();
                   ++shipped;
                 } else if (handling.endpoint_id() == "mail") {
                   handling.emit(kShip, {}, "{}", {});
                   ++mailed;
                 }
               }};
  shop.host->start();
  for (int i = 0; i < 10; ++i) shop.emit(kShip);
  Gate sent;
  std::thread sender([&] {
    shop.emit(kShip);
    sent.open();
  });
  CHECK_FALSE(sent.wait(100ms));
  for (int i = 0; i < 5; ++i) shop.emit(kPlaced);
  CHECK(mailed == 0);  // paused: its channel is full
  release.open();
  CHECK(sent.wait());
  sender.join();
  REQUIRE(shop.host->wait_idle(20s, 1s));
  CHECK(mailed == 5);
  CHECK(shipped == 16);
  CHECK(shop.stats("mail").failed_attempts == 0);
}

TEST_CASE("drain: what runs ends, what has not begun is handed back, and nothing starts any more") {
  Gate begun;
  std::atomic<int> calls{0};
  Running shop{host_test::shop(),
               [&](flow::Handling& handling) {
                 if (handling.endpoint_id() != "ship") return;
                 ++calls;
                 begun.open();
                 Gate asked;  // ends when the drain asks it to, which is after the drain has begun
                 const std::stop_callback on_stop(handling.stop_token(), [&] { asked.open(); });
                 asked.wait();
               },
               [](flow::HostOptions& options) { options.drain_deadline = 300ms; }};
  shop.host->start();
  for (int i = 0; i < 100; ++i) shop.emit(kShip);
  REQUIRE(begun.wait());
  CHECK(shop.host->drain());
  const int done = calls;
  CHECK(done >= 1);
  CHECK(done <= 2);  // the channel's concurrency
  CHECK(shop.stats("ship").handled == static_cast<std::uint64_t>(done));
  const auto stats = shop.host->channel_stats();
  REQUIRE(stats.ok());
  CHECK(stats->at(2).depth == static_cast<std::uint64_t>(100 - done));
  CHECK(shop.host->drain());
}

TEST_CASE(
    "drain: past its deadline a handler is given up, and its delivery is kept for the next owner") {
  Gate begun, release;
  {
    Running shop{host_test::shop(),
                 [&](flow::Handling&) {
                   begun.open();
                   release.wait();
                 },
                 [](flow::HostOptions& options) { options.drain_deadline = 50ms; }};
    shop.host->start();
    shop.emit(kShip);
    REQUIRE(begun.wait());
    CHECK_FALSE(shop.host->drain());
    const auto stats = shop.host->channel_stats();
    REQUIRE(stats.ok());
    CHECK(stats->at(2).depth == 1);
    release.open();
  }
}
