#include <doctest/doctest.h>

#include <cstdint>

#include "checks/retry_arithmetic.h"

namespace flowc {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

model::Retry exponential(std::uint32_t delayed, std::int64_t first, std::int64_t most,
                         std::uint32_t jitter) {
  model::Retry retry;
  retry.now = 2;
  retry.delayed = delayed;
  retry.first_us = first;
  retry.most_us = most;
  retry.jitter_percent = jitter;
  return retry;
}

TEST_CASE("delays double up to their cap") {
  const model::Retry retry = exponential(6, kSecond, 10 * kSecond, 0);
  CHECK(nominal_delay_us(retry, 0) == kSecond);
  CHECK(nominal_delay_us(retry, 3) == 8 * kSecond);
  CHECK(nominal_delay_us(retry, 4) == 10 * kSecond);
  CHECK(nominal_delay_us(retry, UINT32_MAX) == 10 * kSecond);
}

TEST_CASE("jitter lengthens a delay by its share, past the cap") {
  CHECK(longest_delay_us(exponential(6, kSecond, 10 * kSecond, 20), 0) == 1'200'000);
  CHECK(longest_delay_us(exponential(6, kSecond, 10 * kSecond, 100), 9) == 20 * kSecond);
  CHECK(longest_delay_us(exponential(6, 999, 999, 50), 0) == 1498);
  CHECK(longest_delay_us(exponential(6, kForever_us, kForever_us, 1), 0) == kForever_us);
}

TEST_CASE("the sum of the delays is that of each of them") {
  const model::Retry retry = exponential(0, 7, 100'000, 33);
  std::int64_t sum = 0;
  for (std::uint32_t count = 0; count < 200; ++count) {
    CHECK(longest_delays_us(retry, count) == sum);
    sum += longest_delay_us(retry, count);
  }
  model::Retry even = retry;
  even.exponential = false;
  CHECK(longest_delays_us(even, 200) == 200 * longest_delay_us(even, 0));
}

TEST_CASE("a million delays of a century each last for ever, and are summed at once") {
  const std::int64_t century = 100LL * 365 * 24 * 3600 * kSecond;
  CHECK(longest_delays_us(exponential(0, century, century, 100), 1'000'000) == kForever_us);
  CHECK(worst_case(exponential(UINT32_MAX, century, century, 100), century).horizon_us ==
        kForever_us);
}

TEST_CASE("the horizon is all delays and all handlings") {
  // The default policy: 1 + 2 + 4 + 8 + 16 + 32 s, a fifth more, and nine handlings of 30 s.
  const RetryTime time = worst_case(model::Retry{}, 30 * kSecond);
  CHECK(time.attempts == 9);
  CHECK(time.delays_us == 75'600'000);
  CHECK(time.handling_us == 270 * kSecond);
  CHECK(time.horizon_us == 345'600'000);
}

TEST_CASE("`on_failure dead_letter` has one attempt") {
  model::Channel channel;
  model::Endpoint endpoint;
  endpoint.on_failure = model::OnFailure::dead_letter;
  CHECK(worst_case(channel, endpoint).attempts == 1);
  CHECK(worst_case(channel, endpoint).horizon_us == channel.timeout_us);
}

TEST_CASE("times are written in two units and rounded up") {
  CHECK(time_text(0) == "0s");
  CHECK(time_text(1) == "1ms");
  CHECK(time_text(999'000) == "999ms");
  CHECK(time_text(999'001) == "1s");
  CHECK(time_text(1'500'000) == "1.5s");
  CHECK(time_text(59'950'000) == "1m");
  CHECK(time_text(345'600'000) == "5m 46s");
  CHECK(time_text(3'599'999'999) == "1h");
  CHECK(time_text(90 * 60 * kSecond) == "1h 30m");
  CHECK(time_text(86'399 * kSecond) == "1d");
  CHECK(time_text(50LL * 3600 * kSecond) == "2d 2h");
  CHECK(time_text(kForever_us) == "for ever");
}

}  // namespace
}  // namespace flowc
