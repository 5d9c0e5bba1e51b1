// A backlog of quick deliveries, which workers handle in chunks: what sets one of them apart
// neither loses nor doubles another.
#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <thread>

#include "host_support.h"

using namespace host_test;

namespace {

constexpr std::size_t kEvents = 12'000;

/// How often each event of the backlog was handled without a failure, by `mail` alone.
class Seen {
 public:
  Seen() : times_(kEvents) {}
  void add(std::size_t number) {
    ++times_[number];
    ++all_;
  }
  std::size_t all() const { return all_; }
  bool each_once() const {
    for (const auto& one : times_) {
      if (one != 1) return false;
    }
    return true;
  }

 private:
  std::deque<std::atomic<int>> times_;
  std::atomic<std::size_t> all_{0};
};

std::size_t number_of(flow::Handling& handling) {
  return std::stoul(handling.message().payload);
}

void publish_backlog(Running& shop) {
  for (std::size_t begin = 0; begin < kEvents; begin += 500) {
    shop.service.outlet().unit_of_work([&](flow::Outlet& outlet, flow::Sql&) {
      for (std::size_t i = begin; i < begin + 500; ++i)
        outlet.emit(kPlaced, {}, std::to_string(i), {});
    });
  }
}

}  // namespace

TEST_CASE("a handler that blocks amid a backlog holds up none but its own delivery") {
  Gate release;
  Seen seen;
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() != "mail") return;
                 const std::size_t number = number_of(handling);
                 if (number == kEvents * 3 / 4) release.wait(60s);
                 seen.add(number);
               }};
  publish_backlog(shop);
  shop.host->start();
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (seen.all() < kEvents - 1 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  CHECK(seen.all() == kEvents - 1);
  CHECK_FALSE(shop.host->idle());
  release.open();
  REQUIRE(shop.host->wait_idle(30s));
  CHECK(seen.each_once());
  CHECK(shop.stats("mail").handled == kEvents);
  CHECK(shop.stats("mail").failed_attempts == 0);
  CHECK(shop.host->drain());
}

TEST_CASE(
    "failures and effects amid a backlog: each is retried or sent, the others are done once") {
  constexpr std::size_t kFails = 1999, kSends = 2503;
  Seen seen;
  std::atomic<std::size_t> shipped{0}, failed{0};
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "ship") ++shipped;
                 if (handling.endpoint_id() != "mail") return;
                 const std::size_t number = number_of(handling);
                 if (number % kFails == 0 && handling.attempt() == 1) {
                   ++failed;
                   throw std::runtime_error("not at first");
                 }
                 if (number % kSends == 0) handling.emit(kShip, {}, "{}", {});
                 seen.add(number);
               }};
  publish_backlog(shop);
  shop.host->start();
  REQUIRE(shop.host->wait_idle(60s));
  CHECK(seen.each_once());
  CHECK(failed == kEvents / kFails + 1);
  CHECK(shipped == kEvents / kSends + 1);
  CHECK(shop.stats("mail").handled == kEvents);
  CHECK(shop.stats("mail").failed_attempts == failed);
  CHECK(shop.host->drain());
}

TEST_CASE("a drain amid a backlog loses nothing and doubles nothing") {
  Seen seen;
  Running shop{host_test::shop(), [&](flow::Handling& handling) {
                 if (handling.endpoint_id() == "mail") seen.add(number_of(handling));
               }};
  publish_backlog(shop);
  shop.host->start();
  while (seen.all() < kEvents / 2) std::this_thread::yield();
  CHECK(shop.host->drain());
  const auto depth = shop.host->store().stats(0, flow::Timestamp{});
  REQUIRE(depth);
  CHECK(depth->depth + seen.all() == kEvents);
  CHECK(shop.stats("mail").handled == seen.all());
}
