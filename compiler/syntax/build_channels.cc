#include <utility>

#include "diagnostics/catalog.h"
#include "syntax/builder.h"

namespace flowc {
void Builder::channel(Parser::DeclarationContext& context, ast::File& out) {
  no_public(context, "a channel");
  ast::Channel made;
  Parser::ChannelContext& channel = *context.channel();
  if (!declared(made, context, channel.name())) return;
  if (Parser::ChannelSettingsContext* settings = channel.channelSettings()) {
    made.damaged = made.damaged || settings->exception != nullptr;
    for (Parser::ChannelSettingContext* one : settings->channelSetting()) {
      made.damaged = made.damaged || one->exception != nullptr;
      if (one->exception == nullptr) setting(*one, made);
    }
  }
  out.declarations.emplace_back(std::move(made));
}

void Builder::setting(Parser::ChannelSettingContext& context, ast::Channel& out) {
  const Span at = span(context);
  if (context.CONCURRENCY() != nullptr) {
    if (!given_twice("concurrency", place_of(out.concurrency), at))
      out.concurrency = count(context.count());
  } else if (context.ORDERED() != nullptr) {
    if (!given_twice("ordered by key", out.ordered_by_key, at)) out.ordered_by_key = at;
  } else if (context.RETRY() != nullptr) {
    if (!given_twice("retry", place_of(out.retry), at)) out.retry = retry(context.retry());
  } else if (context.TIMEOUT() != nullptr) {
    if (!given_twice("timeout", place_of(out.timeout), at))
      out.timeout = duration(context.measure());
  } else if (context.DEAD_LETTER() != nullptr) {
    if (given_twice("dead_letter", place_of(out.dead_letter_keep), at)) return;
    out.dead_letter_keep = duration(context.measure());
  } else if (context.CAPACITY() != nullptr) {
    if (!given_twice("capacity", place_of(out.capacity), at)) out.capacity = count(context.count());
  } else if (context.RATE() != nullptr) {
    if (given_twice("rate", place_of(out.rate), at)) return;
    const std::optional<ast::Integer> number = count(context.count());
    const std::optional<ast::Duration> period = duration(context.measure());
    if (number && period) out.rate = ast::Rate{*number, *period, at};
  } else if (context.ISOLATED() != nullptr) {
    if (!given_twice("isolated", out.isolated, at)) out.isolated = at;
  }
}

std::optional<ast::Retry> Builder::retry(Parser::RetryContext* context) {
  if (context == nullptr || context->exception != nullptr) return std::nullopt;
  ast::Retry out;
  out.span = span(*context);
  if (Parser::RetryNowContext* now = context->retryNow()) {
    out.now = count(now->count());
    if (!out.now) return std::nullopt;
  }
  if (Parser::RetryLaterContext* later = context->retryLater()) {
    retry_later(*later, out);
    if (!out.first) return std::nullopt;
  }
  return out;
}

void Builder::retry_later(Parser::RetryLaterContext& context, ast::Retry& out) {
  out.times = count(context.count());
  out.exponential = context.EXPONENTIAL() != nullptr;
  const auto delays = context.measure();
  if (!delays.empty()) out.first = duration(delays[0]);
  if (delays.size() > 1) {
    out.most = duration(delays[1]);
    if (!out.most) out.first.reset();
  }
  out.jitter = percent(context.percentage());
}

}  // namespace flowc
