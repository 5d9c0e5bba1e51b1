#include "checks/retry_arithmetic.h"

#include <algorithm>

namespace flowc {

std::int64_t add_us(std::int64_t a, std::int64_t b) {
  return a > kForever_us - b ? kForever_us : a + b;
}

std::int64_t times_us(std::int64_t a, std::uint64_t count) {
  if (a == 0 || count == 0) return 0;
  if (count > static_cast<std::uint64_t>(kForever_us / a)) return kForever_us;
  return a * static_cast<std::int64_t>(count);
}

std::string time_text(std::int64_t microseconds) {
  if (microseconds == kForever_us) return "for ever";
  constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                         kDay = 24 * kHour;
  const auto units = [microseconds](std::int64_t large, const char* large_name, std::int64_t small,
                                    const char* small_name) {
    const std::int64_t smalls = microseconds / small + (microseconds % small != 0 ? 1 : 0);
    const std::int64_t ratio = large / small;
    std::string text = std::to_string(smalls / ratio) + large_name;
    if (smalls % ratio != 0) text += ' ' + std::to_string(smalls % ratio) + small_name;
    return text;
  };
  // One unit short of the next larger, a time that rounds up to it is written in that one.
  if (microseconds > kDay - kMinute) return units(kDay, "d", kHour, "h");
  if (microseconds > kHour - kSecond) return units(kHour, "h", kMinute, "m");
  if (microseconds > kMinute - 100'000) return units(kMinute, "m", kSecond, "s");
  if (microseconds == 0) return "0s";
  if (microseconds <= kSecond - 1'000)
    return std::to_string(microseconds / 1000 + (microseconds % 1000 != 0 ? 1 : 0)) + "ms";
  const std::int64_t tenths = microseconds / 100'000 + (microseconds % 100'000 != 0 ? 1 : 0);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
  return text + 's';
}

std::int64_t nominal_delay_us(const model::Retry& retry, std::uint32_t index) {
  if (!retry.exponential) return retry.first_us;
  std::int64_t delay = retry.first_us;
  for (std::uint32_t i = 0; i < index && delay < retry.most_us; ++i) delay = add_us(delay, delay);
  return std::min(delay, retry.most_us);
}

std::int64_t longest_delay_us(const model::Retry& retry, std::uint32_t index) {
  const std::int64_t delay = nominal_delay_us(retry, index);
  const std::uint64_t percent = std::min(retry.jitter_percent, 100U);
  // The parts of a hundred apart, so that a long delay does not overflow on its way to a
  // percentage.
  return add_us(delay, add_us(times_us(delay / 100, percent),
                              static_cast<std::int64_t>(static_cast<std::uint64_t>(delay % 100) *
                                                        percent / 100)));
}

std::int64_t longest_delays_us(const model::Retry& retry, std::uint32_t count) {
  std::int64_t sum = 0;
  std::uint32_t index = 0;
  // From at least 1 us, 63 doublings pass every cap; from nothing, all delays are nothing.
  constexpr std::uint32_t kDoublings = 64;
  if (retry.exponential) {
    for (; index < std::min(count, kDoublings); ++index)
      sum = add_us(sum, longest_delay_us(retry, index));
  }
  return add_us(sum, times_us(longest_delay_us(retry, kDoublings), count - index));
}

RetryTime worst_case(const model::Retry& retry, std::int64_t timeout_us) {
  RetryTime time;
  time.attempts = std::uint64_t{1} + retry.now + retry.delayed;
  time.delays_us = longest_delays_us(retry, retry.delayed);
  time.handling_us = times_us(timeout_us, time.attempts);
  time.horizon_us = add_us(time.delays_us, time.handling_us);
  return time;
}

RetryTime worst_case(const model::Channel& channel, const model::Endpoint& endpoint) {
  if (endpoint.on_failure != model::OnFailure::dead_letter)
    return worst_case(channel.retry, channel.timeout_us);
  model::Retry none = channel.retry;
  none.now = none.delayed = 0;
  return worst_case(none, channel.timeout_us);
}

RetryTime worst_case(const model::Publisher& publisher) {
  return worst_case(publisher.retry, 0);
}

}  // namespace flowc
