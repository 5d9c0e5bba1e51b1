#include <cstdint>
#include <limits>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kConcurrencyMax = 10'000;  // a worker each, at 100 kB or so
constexpr std::uint64_t kRetriesMax = 1'000'000;
constexpr std::uint64_t kCountMax = 1'000'000'000'000;
// A century: whatever is longer is a slip of the pen, and sums of these stay far from 64 bits of
// microseconds.
constexpr std::int64_t kDurationMax_us = 100LL * 365 * 24 * 3600 * 1'000'000;

/// Takes over one channel's policy where it is within its bounds; what is not is reported, and
/// stays the default.
class Policy {
 public:
  Policy(Reporter& reporter, model::Channel& channel) : reporter_(reporter), channel_(channel) {}

  void lower(const ast::Channel& syntax) {
    if (syntax.concurrency && count(*syntax.concurrency, "`concurrency`", 1, kConcurrencyMax)) {
      channel_.concurrency = static_cast<std::uint32_t>(syntax.concurrency->value);
    }
    channel_.ordered_by_key = syntax.ordered_by_key.has_value();
    if (syntax.retry) retry(*syntax.retry);
    if (syntax.timeout && duration(*syntax.timeout, "`timeout`"))
      channel_.timeout_us = syntax.timeout->microseconds;
    if (syntax.dead_letter_keep && duration(*syntax.dead_letter_keep, "`dead_letter keep`")) {
      channel_.dead_letter_keep_us = syntax.dead_letter_keep->microseconds;
    }
    if (syntax.capacity && count(*syntax.capacity, "`capacity`", 1, kCountMax)) {
      channel_.capacity = syntax.capacity->value;
    }
    if (syntax.rate) rate(*syntax.rate);
  }

 private:
  bool count(const ast::Integer& integer, const char* what, std::uint64_t low, std::uint64_t high) {
    if (integer.value >= low && integer.value <= high) return true;
    if (integer.value < low) {
      reporter_.error(kPolicyOutOfBounds, integer.span, what, "is at least " + std::to_string(low));
    } else {
      reporter_.error(kPolicyOutOfBounds, integer.span, what, "is at most " + std::to_string(high));
    }
    return false;
  }

  bool duration(const ast::Duration& duration, const char* what) {
    if (duration.microseconds > 0 && duration.microseconds <= kDurationMax_us) return true;
    if (duration.microseconds <= 0) {
      reporter_.error(kPolicyOutOfBounds, duration.span, what, "is longer than nothing");
    } else {
      reporter_.error(kPolicyOutOfBounds, duration.span, what,
                      "is at most " + model::duration_text(kDurationMax_us));
    }
    return false;
  }

  // Written without its delayed part, a retry has none; without `now`, none at once.
  void retry(const ast::Retry& syntax) {
    model::Retry& retry = channel_.retry;
    if (syntax.now) {
      if (count(*syntax.now, "the count of immediate retries", 0, kRetriesMax)) {
        retry.now = static_cast<std::uint32_t>(syntax.now->value);
      }
    } else {
      retry.now = 0;
    }
    if (!syntax.first) {
      retry.delayed = 0;
      return;
    }
    if (syntax.times && count(*syntax.times, "the count of delayed retries", 1, kRetriesMax)) {
      retry.delayed = static_cast<std::uint32_t>(syntax.times->value);
    }
    retry.exponential = syntax.exponential;
    const bool first_fits = duration(*syntax.first, "the delay of a retry");
    const ast::Duration& most = syntax.most ? *syntax.most : *syntax.first;
    const bool most_fits = !syntax.most || duration(*syntax.most, "the longest delay of a retry");
    if (first_fits && most_fits) delays(*syntax.first, most);
    if (!syntax.jitter) return;
    if (syntax.jitter->value > 100) {
      reporter_.error(kPolicyOutOfBounds, syntax.jitter->span, "`jitter`", "is at most 100%");
      return;
    }
    retry.jitter_percent = syntax.jitter->value;
  }

  void delays(const ast::Duration& first, const ast::Duration& most) {
    if (most.microseconds < first.microseconds) {
      reporter_
          .error(kPolicyOutOfBounds, most.span, "the longest delay of a retry",
                 "is no shorter than the first")
          .label(first.span, "the first is " + model::duration_text(first.microseconds));
      return;
    }
    channel_.retry.first_us = first.microseconds;
    channel_.retry.most_us = most.microseconds;
  }

  void rate(const ast::Rate& rate) {
    const bool count_fits = count(rate.count, "the count of `rate`", 1, kCountMax);
    if (!duration(rate.period, "the period of `rate`") || !count_fits) return;
    channel_.rate_count = rate.count.value;
    channel_.rate_period_us = rate.period.microseconds;
  }

  Reporter& reporter_;
  model::Channel& channel_;
};

}  // namespace

void lower_channels(State& state) {
  for (std::size_t i = 0; i < state.channels.size(); ++i) {
    Policy(state.reporter, state.draft.program.channels[i]).lower(*state.channels[i]);
  }
}

}  // namespace flowc::sema
