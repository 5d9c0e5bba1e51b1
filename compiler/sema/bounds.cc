#include "sema/bounds.h"

#include <string>

#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kRetriesMax = 1'000'000;
// A century: whatever is longer is a slip of the pen, and sums of these stay far from 64 bits of
// microseconds.
constexpr std::int64_t kDurationMax_us = 100LL * 365 * 24 * 3600 * 1'000'000;

void lower_delays(Reporter& reporter, const ast::Duration& first, const ast::Duration& most,
                  model::Retry& retry) {
  if (most.microseconds < first.microseconds) {
    reporter
        .error(kPolicyOutOfBounds, most.span, "the longest delay of a retry",
               "is no shorter than the first")
        .label(first.span, "the first is " + model::duration_text(first.microseconds));
    return;
  }
  retry.first_us = first.microseconds;
  retry.most_us = most.microseconds;
}

}  // namespace

bool in_bounds(Reporter& reporter, const ast::Integer& count, const char* what, std::uint64_t low,
               std::uint64_t high) {
  if (count.value >= low && count.value <= high) return true;
  if (count.value < low) {
    reporter.error(kPolicyOutOfBounds, count.span, what, "is at least " + std::to_string(low));
  } else {
    reporter.error(kPolicyOutOfBounds, count.span, what, "is at most " + std::to_string(high));
  }
  return false;
}

bool in_bounds(Reporter& reporter, const ast::Duration& duration, const char* what,
               std::int64_t low_us) {
  if (duration.microseconds <= 0) {
    reporter.error(kPolicyOutOfBounds, duration.span, what, "is longer than nothing");
  } else if (duration.microseconds < low_us) {
    reporter.error(kPolicyOutOfBounds, duration.span, what,
                   "is at least " + model::duration_text(low_us));
  } else if (duration.microseconds > kDurationMax_us) {
    reporter.error(kPolicyOutOfBounds, duration.span, what,
                   "is at most " + model::duration_text(kDurationMax_us));
  } else {
    return true;
  }
  return false;
}

void lower_retry(Reporter& reporter, const ast::Retry& syntax, model::Retry& retry) {
  if (syntax.now) {
    if (in_bounds(reporter, *syntax.now, "the count of immediate retries", 0, kRetriesMax))
      retry.now = static_cast<std::uint32_t>(syntax.now->value);
  } else {
    retry.now = 0;
  }
  if (!syntax.first) {
    retry.delayed = 0;
    return;
  }
  if (syntax.times &&
      in_bounds(reporter, *syntax.times, "the count of delayed retries", 1, kRetriesMax))
    retry.delayed = static_cast<std::uint32_t>(syntax.times->value);
  retry.exponential = syntax.exponential;
  const bool first_fits = in_bounds(reporter, *syntax.first, "the delay of a retry");
  const ast::Duration& most = syntax.most ? *syntax.most : *syntax.first;
  const bool most_fits =
      !syntax.most || in_bounds(reporter, *syntax.most, "the longest delay of a retry");
  if (first_fits && most_fits) lower_delays(reporter, *syntax.first, most, retry);
  if (!syntax.jitter) return;
  if (syntax.jitter->value > 100) {
    reporter.error(kPolicyOutOfBounds, syntax.jitter->span, "`jitter`", "is at most 100%");
    return;
  }
  retry.jitter_percent = syntax.jitter->value;
}

}  // namespace flowc::sema
