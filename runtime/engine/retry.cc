#include "engine/retry.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "flow/limits.h"

namespace flow {
namespace {

constexpr std::uint64_t kMostStarts = 4096;

}  // namespace

std::uint32_t total_attempts(const RetryPolicy& policy) noexcept {
  return 1 + policy.now + policy.delayed;
}

std::optional<microseconds> retry_delay(const RetryPolicy& policy, std::uint32_t attempt,
                                        Random& random) {
  if (attempt >= total_attempts(policy)) return std::nullopt;
  if (attempt <= policy.now) return microseconds{0};
  microseconds delay = policy.first;
  if (policy.exponential) {
    for (std::uint32_t i = policy.now + 1; i < attempt && delay < policy.most; ++i) {
      delay = delay > policy.most / 2 ? policy.most : delay * 2;
    }
    delay = std::min(delay, policy.most);
  }
  const auto share = static_cast<double>(std::min(policy.jitter_percent, 100U)) / 100.0;
  if (share <= 0) return delay;
  const double factor = 1.0 + share * (2.0 * random.unit() - 1.0);
  const double jittered = static_cast<double>(delay.count()) * factor;
  // As a double the largest length is 2^63, which is none.
  if (jittered >= static_cast<double>(microseconds::max().count())) return microseconds::max();
  return microseconds{static_cast<std::int64_t>(jittered)};
}

void add_error(std::vector<AttemptError>& history, AttemptError error) {
  error.text = detail::readable(error.text, limits::kErrorTextBytesMax);
  if (history.size() >= limits::kErrorsMax) {
    history.erase(history.begin() + static_cast<std::ptrdiff_t>(limits::kErrorsMax / 2));
  }
  history.push_back(std::move(error));
}

RateLimit::RateLimit(std::uint64_t count, microseconds period) : period_(period) {
  if (count == 0 || period.count() <= 0) return;
  // A limit too large to remember every start is kept in shorter spans, which is never laxer.
  const std::uint64_t spans = (count + kMostStarts - 1) / kMostStarts;
  limit_ = static_cast<std::size_t>(count / spans);
  const auto parts = static_cast<std::int64_t>(spans);
  period_ = microseconds{period.count() / parts + (period.count() % parts == 0 ? 0 : 1)};
}

SteadyTime RateLimit::free_at() const noexcept {
  if (limit_ == 0 || starts_.size() < limit_) return SteadyTime::min();
  return saturating_add(starts_.front(), period_);
}

void RateLimit::started(SteadyTime now) {
  if (limit_ == 0) return;
  if (starts_.size() >= limit_) starts_.pop_front();
  starts_.push_back(now);
}

}  // namespace flow
