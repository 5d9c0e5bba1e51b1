#include "cli/dead_letters.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "host/deployment.h"
#include "observe/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace flow::detail {

namespace {

constexpr std::size_t kListed = 100;
constexpr std::size_t kPage = 1000;  // of ids, without payloads
constexpr std::size_t kBatch = 200;  // a transaction of the store
constexpr double kLongestWait_s = 31'536'000;

DeadLetterFilter filter_of(const DeadLetterOptions& options) {
  DeadLetterFilter filter;
  filter.ids = options.ids;
  filter.endpoint = options.endpoint;
  filter.channel = options.channel;
  if (!options.key.empty()) filter.key = options.key;
  filter.reason_contains = options.reason;
  filter.dead_after = options.since;
  filter.dead_before = options.until;
  filter.payloads = false;
  return filter;
}

// A misspelt name finds nothing, silently, unless it is said.
std::string hint_for(const Topology& topology, const DeadLetterOptions& options) {
  std::vector<std::string> endpoints;
  std::vector<std::string> channels;
  for (const Endpoint& endpoint : topology.endpoints) endpoints.emplace_back(endpoint.id);
  for (const ChannelPolicy& channel : topology.channels) channels.emplace_back(channel.name);
  if (!options.endpoint.empty() && topology.find_endpoint(options.endpoint) < 0) {
    return fmt::format(" (no endpoint `{}` is declared{})", printable(options.endpoint),
                       did_you_mean(options.endpoint, endpoints));
  }
  if (!options.channel.empty() && topology.find_channel(options.channel) < 0) {
    return fmt::format(" (no channel `{}` is declared{})", printable(options.channel),
                       did_you_mean(options.channel, channels));
  }
  return {};
}

// The ids that match now. What dies later, a replayed one that fails again among them, is not in
// it: a replay ends.
Result<std::vector<DeadLetter>> page_after(Store& store, DeadLetterFilter filter,
                                           std::int64_t after, std::size_t size) {
  filter.after_id = after;
  filter.limit = size;
  return store.dead_letters(filter);
}

Result<std::vector<std::int64_t>> snapshot(Store& store, const DeadLetterOptions& options,
                                           Timestamp now) {
  DeadLetterFilter filter = filter_of(options);
  const Timestamp began = now + microseconds{1};
  if (!filter.dead_before || *filter.dead_before > began) filter.dead_before = began;
  const std::uint64_t most = options.limit.value_or(UINT64_MAX);
  std::vector<std::int64_t> ids;
  while (ids.size() < most) {
    auto page = page_after(store, filter, ids.empty() ? 0 : ids.back(),
                           std::min<std::uint64_t>(kPage, most - ids.size()));
    if (!page) return page.error();
    if (page->empty()) break;
    for (const DeadLetter& letter : *page) ids.push_back(letter.id);
  }
  return ids;
}

// Batches of what the rate allows in a tenth of a second, so that a slow rate is even and a fast
// one not chatty.
std::size_t batch_size(double rate_per_s) {
  if (rate_per_s <= 0) return kBatch;
  return std::clamp<std::size_t>(static_cast<std::size_t>(rate_per_s / 10), 1, kBatch);
}

struct Progress {
  std::uint64_t matched = 0;
  std::uint64_t done = 0;
};

template <typename Work>
Result<Progress> in_batches(const std::vector<std::int64_t>& ids, double rate_per_s, Work work) {
  using std::chrono::steady_clock;
  const steady_clock::time_point began = steady_clock::now();
  Progress progress{ids.size(), 0};
  const std::size_t size = batch_size(rate_per_s);
  for (std::size_t at = 0; at < ids.size(); at += size) {
    if (rate_per_s > 0) {
      const std::chrono::duration<double> due{
          std::min(static_cast<double>(at) / rate_per_s, kLongestWait_s)};
      std::this_thread::sleep_until(began +
                                    std::chrono::duration_cast<steady_clock::duration>(due));
    }
    const std::span<const std::int64_t> batch{ids.data() + at, std::min(size, ids.size() - at)};
    const Result<std::uint64_t> done = work(batch);
    if (!done) {
      Error error = done.error();
      error.text =
          fmt::format("after {} of {} dead letters: {}", progress.done, ids.size(), error.text);
      return error;
    }
    progress.done += done.value();
  }
  return progress;
}

std::string letters(std::uint64_t count) {
  return fmt::format("{} dead letter{}", grouped(count), count == 1 ? "" : "s");
}

// Those of the ids given that are not there, or do not match what else was asked for: somebody else
// was quicker, or it is a typing mistake.
std::vector<std::int64_t> missing_ids(const DeadLetterOptions& options,
                                      const std::vector<std::int64_t>& found) {
  std::vector<std::int64_t> missing;
  for (const std::int64_t id : options.ids) {
    if (!std::ranges::binary_search(found, id)) missing.push_back(id);
  }
  return missing;
}

std::string missing_text(const std::vector<std::int64_t>& missing) {
  constexpr std::size_t kNamed = 10;
  const auto named = std::span{missing}.first(std::min(missing.size(), kNamed));
  return fmt::format(
      "there is no dead letter {}{} that matches", fmt::join(named, ", "),
      missing.size() > kNamed ? fmt::format(" and {} more", missing.size() - kNamed) : "");
}

// None of the ids given: nothing was done, which is worth an error.
Result<void> check_ids(const DeadLetterOptions& options, const std::vector<std::int64_t>& found) {
  if (options.ids.empty() || !found.empty() || options.limit) return {};
  return Error{Category::rejected, "no_such_dead_letter", missing_text(options.ids)};
}

// What was done, and to which of the ids given it was not.
std::string done_text(const CommandContext& context, const DeadLetterOptions& options,
                      const std::vector<std::int64_t>& found, std::string_view verb,
                      const Progress& progress) {
  const auto missing = options.limit ? std::vector<std::int64_t>{} : missing_ids(options, found);
  if (context.line.json) {
    return fmt::format("{{\"matched\":{},\"{}\":{},\"missing\":[{}]}}\n", progress.matched, verb,
                       progress.done, fmt::join(missing, ","));
  }
  return fmt::format("{} {}{}\n{}", verb, letters(progress.done),
                     progress.matched == 0 ? hint_for(context.topology(), options) : "",
                     missing.empty() ? "" : missing_text(missing) + '\n');
}

// Replay and discard want to be told what.
Result<void> check_bulk(const DeadLetterOptions& choice, std::string_view what) {
  if (!choice.filtered() && !choice.all) {
    return usage(fmt::format(
        "say which dead letters to {0}: --id, --endpoint, --channel, --key, --reason, --since or "
        "--until, or --all for every one",
        what));
  }
  if (choice.filtered() && choice.all) {
    return usage(fmt::format(
        "--all is every dead letter, and what stands beside it says which: leave one out to {}",
        what));
  }
  return choice.check();
}

}  // namespace

void DeadLetterOptions::declare(Options& options) {
  options.numbers("--id", ids, "Only this dead letter; may be repeated");
  options.text("--endpoint", endpoint, "ID", "Only of this endpoint id");
  options.text("--channel", channel, "NAME", "Only of this channel");
  options.text("--key", key, "KEY", "Only of this message key");
  options.text("--reason", reason, "TEXT", "Only with this text in the reason");
  options.time("--since", since, "Only those that died then or later");
  options.time("--until", until, "Only those that died before");
  options.count("--limit", limit, "At most so many");
}

Result<void> DeadLetterOptions::check() const {
  if (!since || !until || *since < *until) return {};
  return usage(fmt::format("--since ({}) is not before --until ({}): nothing can match",
                           flow::to_string(*since), flow::to_string(*until)));
}

void ListDeadLetters::declare(Options& options) {
  choice.declare(options);
  options.flag("--all", choice.all, "Without a limit; the default is 100");
}

Result<void> ListDeadLetters::check() {
  if (choice.all && choice.limit) return usage("--all is without a limit, and --limit is one");
  return choice.check();
}

Result<int> ListDeadLetters::run(CommandContext& context) {
  const DeadLetterOptions& options = choice;
  auto store = open_existing_store(context.topology(), context.line.deployment, context.line.store,
                                   context.clock);
  if (!store) return store.error();
  const DeadLetterFilter filter = filter_of(options);
  const Result<std::uint64_t> total = (*store)->count_dead_letters(filter);
  if (!total) return total.error();
  const std::uint64_t most = options.limit.value_or(options.all ? UINT64_MAX : kListed);
  std::vector<DeadLetter> listed;
  while (listed.size() < most) {
    auto page = page_after(**store, filter, listed.empty() ? 0 : listed.back().id,
                           std::min<std::uint64_t>(kPage, most - listed.size()));
    if (!page) return page.error();
    if (page->empty()) break;
    std::move(page->begin(), page->end(), std::back_inserter(listed));
  }
  const Timestamp now = context.clock.now();
  if (context.line.json) {
    context.console.out(dead_letters_json(listed, total.value()));
  } else if (listed.empty()) {
    context.console.out(fmt::format("no dead letters{}{}\n", options.filtered() ? " match" : "",
                                    hint_for(context.topology(), options)));
  } else {
    context.console.out(dead_letters_table(listed, context.topology(), now));
    if (listed.size() < total.value()) {
      context.console.out(fmt::format("{} of {}; --all or --limit N shows more\n",
                                      grouped(listed.size()), letters(total.value())));
    }
  }
  return kDone;
}

void ShowDeadLetter::declare(Options& options) {
  options.number_argument("ID", id, "Its number, as list shows it");
  options.flag("--payload", payload, "Show the payload too");
}

Result<int> ShowDeadLetter::run(CommandContext& context) {
  auto store = open_existing_store(context.topology(), context.line.deployment, context.line.store,
                                   context.clock);
  if (!store) return store.error();
  DeadLetterFilter filter;
  filter.ids = {id};
  filter.payloads = payload;
  auto found = (*store)->dead_letters(filter);
  if (!found) return found.error();
  if (found->empty()) {
    return Error{
        Category::rejected, "no_such_dead_letter",
        fmt::format("there is no dead letter {}; it may have been replayed or discarded", id)};
  }
  const DeadLetter& letter = found->front();
  context.console.out(context.line.json ? dead_letter_json(letter, payload)
                                        : dead_letter_text(letter, payload, context.topology(),
                                                           context.clock.now()));
  return kDone;
}

void ReplayDeadLetters::declare(Options& options) {
  choice.declare(options);
  options.flag("--all", choice.all, "All of them");
  options.rate("--rate", rate_per_s, "Not faster, like 50/s");
}

Result<void> ReplayDeadLetters::check() {
  return check_bulk(choice, "replay");
}

Result<int> ReplayDeadLetters::run(CommandContext& context) {
  const DeadLetterOptions& options = choice;
  auto store = open_existing_store(context.topology(), context.line.deployment, context.line.store,
                                   context.clock);
  if (!store) return store.error();
  const auto ids = snapshot(**store, options, context.clock.now());
  if (!ids) return ids.error();
  if (auto there = check_ids(options, ids.value()); !there) return there.error();
  const auto done =
      in_batches(ids.value(), rate_per_s.value_or(0), [&](std::span<const std::int64_t> batch) {
        return (*store)->replay(batch, context.clock.now());
      });
  if (!done) return done.error();
  context.console.out(done_text(context, options, ids.value(), "replayed", done.value()));
  const auto& [matched, replayed] = done.value();
  if (!context.line.json && replayed < matched) {
    context.console.out(fmt::format(
        "left {}: no such endpoint is declared any more, or another process was quicker\n",
        grouped(matched - replayed)));
  }
  return kDone;
}

void DiscardDeadLetters::declare(Options& options) {
  choice.declare(options);
  options.flag("--all", choice.all, "All of them");
}

Result<void> DiscardDeadLetters::check() {
  return check_bulk(choice, "discard");
}

Result<int> DiscardDeadLetters::run(CommandContext& context) {
  const DeadLetterOptions& options = choice;
  auto store = open_existing_store(context.topology(), context.line.deployment, context.line.store,
                                   context.clock);
  if (!store) return store.error();
  const auto ids = snapshot(**store, options, context.clock.now());
  if (!ids) return ids.error();
  if (auto there = check_ids(options, ids.value()); !there) return there.error();
  const auto done = in_batches(ids.value(), 0, [&](std::span<const std::int64_t> batch) {
    return (*store)->discard(batch);
  });
  if (!done) return done.error();
  context.console.out(done_text(context, options, ids.value(), "discarded", done.value()));
  return kDone;
}

std::unique_ptr<Command> make_dead_letters_list() {
  return std::make_unique<ListDeadLetters>();
}
std::unique_ptr<Command> make_dead_letters_show() {
  return std::make_unique<ShowDeadLetter>();
}
std::unique_ptr<Command> make_dead_letters_replay() {
  return std::make_unique<ReplayDeadLetters>();
}
std::unique_ptr<Command> make_dead_letters_discard() {
  return std::make_unique<DiscardDeadLetters>();
}

}  // namespace flow::detail
