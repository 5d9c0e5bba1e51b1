#include <cstdint>

#include "sema/bounds.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kConcurrencyMax = 10'000;  // a worker each, at 100 kB or so

/// Takes over one channel's policy where it is within its bounds; what is not is reported, and
/// stays the default.
void lower(Reporter& reporter, const ast::Channel& syntax, model::Channel& channel) {
  if (syntax.concurrency &&
      count_fits(reporter, *syntax.concurrency, "`concurrency`", 1, kConcurrencyMax)) {
    channel.concurrency = static_cast<std::uint32_t>(syntax.concurrency->value);
  }
  channel.ordered_by_key = syntax.ordered_by_key.has_value();
  if (syntax.retry) lower_retry(reporter, *syntax.retry, channel.retry);
  if (syntax.timeout && duration_fits(reporter, *syntax.timeout, "`timeout`"))
    channel.timeout_us = syntax.timeout->microseconds;
  if (syntax.dead_letter_keep &&
      duration_fits(reporter, *syntax.dead_letter_keep, "`dead_letter keep`")) {
    channel.dead_letter_keep_us = syntax.dead_letter_keep->microseconds;
  }
  if (syntax.capacity && count_fits(reporter, *syntax.capacity, "`capacity`", 1))
    channel.capacity = syntax.capacity->value;
  if (syntax.rate) {
    const bool count = count_fits(reporter, syntax.rate->count, "the count of `rate`", 1);
    if (duration_fits(reporter, syntax.rate->period, "the period of `rate`") && count) {
      channel.rate_count = syntax.rate->count.value;
      channel.rate_period_us = syntax.rate->period.microseconds;
    }
  }
  channel.isolated = syntax.isolated.has_value();
}

}  // namespace

void lower_channels(State& state) {
  for (std::size_t i = 0; i < state.channels.size(); ++i)
    lower(state.reporter, *state.channels[i], state.draft.program.channels[i]);
}

}  // namespace flowc::sema
