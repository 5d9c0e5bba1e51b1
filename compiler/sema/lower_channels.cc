#include <cstdint>

#include "sema/bounds.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kConcurrencyMax = 10'000;  // a worker each, at 100 kB or so

/// Takes over one channel's policy where it is within its bounds; what is not is reported, and
/// stays the default.
class Policy {
 public:
  Policy(Reporter& reporter, model::Channel& channel) : reporter_(reporter), channel_(channel) {}

  void lower(const ast::Channel& syntax) {
    if (syntax.concurrency &&
        in_bounds(reporter_, *syntax.concurrency, "`concurrency`", 1, kConcurrencyMax)) {
      channel_.concurrency = static_cast<std::uint32_t>(syntax.concurrency->value);
    }
    channel_.ordered_by_key = syntax.ordered_by_key.has_value();
    if (syntax.retry) lower_retry(reporter_, *syntax.retry, channel_.retry);
    if (syntax.timeout && in_bounds(reporter_, *syntax.timeout, "`timeout`"))
      channel_.timeout_us = syntax.timeout->microseconds;
    if (syntax.dead_letter_keep &&
        in_bounds(reporter_, *syntax.dead_letter_keep, "`dead_letter keep`")) {
      channel_.dead_letter_keep_us = syntax.dead_letter_keep->microseconds;
    }
    if (syntax.capacity && in_bounds(reporter_, *syntax.capacity, "`capacity`", 1, kCountMax)) {
      channel_.capacity = syntax.capacity->value;
    }
    if (syntax.rate) rate(*syntax.rate);
    channel_.isolated = syntax.isolated.has_value();
  }

 private:
  void rate(const ast::Rate& rate) {
    const bool count_fits = in_bounds(reporter_, rate.count, "the count of `rate`", 1, kCountMax);
    if (!in_bounds(reporter_, rate.period, "the period of `rate`") || !count_fits) return;
    channel_.rate_count = rate.count.value;
    channel_.rate_period_us = rate.period.microseconds;
  }

  Reporter& reporter_;
  model::Channel& channel_;
};

}  // namespace

void lower_channels(State& state) {
  for (std::size_t i = 0; i < state.channels.size(); ++i) {
    const Checkpoint checkpoint = state.reporter.checkpoint();
    Policy(state.reporter, state.draft.program.channels[i]).lower(*state.channels[i]);
    if (state.channels[i]->damaged || !checkpoint.no_new_errors())
      state.draft.channel_doubts.insert(model::ChannelId{static_cast<std::uint32_t>(i)});
  }
}

}  // namespace flowc::sema
