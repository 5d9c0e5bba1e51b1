#include "cli/channels.h"

#include "engine/store.h"
#include "cli/json_text.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "host/deployment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace flow::detail {

namespace {

using Json = nlohmann::ordered_json;

constexpr microseconds kEvery{1'000'000};

struct Row {
  std::string_view channel;
  StoredChannelStats stats;
};

// Those that this service serves.
std::vector<ChannelNo> channels_of(const Topology& topology) {
  std::vector<ChannelNo> out;
  for (const Endpoint& endpoint : topology.endpoints) {
    const bool ours =
        endpoint.service == topology.service_no && endpoint.dispatch == Dispatch::channel;
    if (ours && std::find(out.begin(), out.end(), endpoint.channel) == out.end())
      out.push_back(endpoint.channel);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<Row>> read(const Topology& topology, Store& store, Timestamp now) {
  std::vector<Row> rows;
  for (const ChannelNo number : channels_of(topology)) {
    auto stats = store.stats(number, now);
    if (!stats) return stats.error();
    rows.push_back({topology.channels[number].name, *stats});
  }
  return rows;
}

double oldest_age_s(const StoredChannelStats& stats, Timestamp now) {
  if (!stats.oldest || *stats.oldest > now) return 0;
  return std::chrono::duration<double>(saturating_difference(now, *stats.oldest)).count();
}

std::string as_text(const std::vector<Row>& rows, Timestamp now) {
  if (rows.empty()) return "this service has no channels\n";
  constexpr auto kRight = Table::Align::right;
  Table table{{{"CHANNEL"},
               {"DEPTH", kRight},
               {"OLDEST", kRight},
               {"IN FLIGHT", kRight},
               {"RETRYING", kRight},
               {"WAITING", kRight},
               {"DELAYED", kRight},
               {"DEAD", kRight},
               {"RATE/S", kRight}}};
  for (const auto& [channel, stats] : rows) {
    table.add({std::string{channel}, grouped(stats.depth),
               stats.oldest ? age(oldest_age_s(stats, now)) : "-", grouped(stats.in_flight),
               grouped(stats.retrying), grouped(stats.waiting), grouped(stats.delayed),
               grouped(stats.dead), human_rate(stats.handled_per_s)});
  }
  return table.text();
}

Json as_json(const std::vector<Row>& rows, Timestamp now) {
  Json channels = Json::array();
  for (const auto& [channel, stats] : rows) {
    channels.push_back({{"channel", channel},
                        {"depth", stats.depth},
                        {"oldest_age_s", oldest_age_s(stats, now)},
                        {"in_flight", stats.in_flight},
                        {"retrying", stats.retrying},
                        {"waiting", stats.waiting},
                        {"delayed", stats.delayed},
                        {"dead", stats.dead},
                        {"handled_per_s", stats.handled_per_s},
                        {"next_due", stats.next_due ? Json(to_string(*stats.next_due)) : Json{}}});
  }
  return {{"at", to_string(now)}, {"channels", std::move(channels)}};
}

}  // namespace

void Channels::declare(Options& options) {
  options.flag("--watch", watch, "Show it again and again");
  options.duration("--every", every, "How often, with --watch; default 1s");
  options.count("--times", times, "How many times, with --watch; default: until stopped");
}

Result<void> Channels::check() {
  if (!watch && every) return usage("--every: says how often with --watch, which is missing");
  if (!watch && times) return usage("--times: says how many times with --watch, which is missing");
  if (every && every->count() == 0) return usage("--every: 0 would never rest");
  return {};
}

Result<int> Channels::run(CommandContext& context) {
  const CommonOptions& line = context.line;
  auto store = open_existing_store(context.topology(), line.deployment, line.store, context.clock);
  if (!store) return store.error();
  const bool redraw = watch && !line.json && context.console.interactive();
  for (std::uint64_t shown = 0;;) {
    const Timestamp now = context.clock.now();
    auto rows = read(context.topology(), **store, now);
    if (!rows) return rows.error();
    if (redraw) {
      context.console.out("\x1b[H\x1b[2J");  // home, clear
    } else if (shown > 0 && !line.json) {
      context.console.out("\n");
    }
    if (line.json) {
      context.console.out(json_text(as_json(*rows, now), watch ? -1 : 2));
    } else {
      if (watch) context.console.out(to_string(now) + '\n');
      context.console.out(as_text(*rows, now));
    }
    if (!watch || ++shown == times) return 0;
    if (auto written = context.console.flush(); !written) return written.error();
    std::this_thread::sleep_for(every.value_or(kEvery));
  }
}

std::unique_ptr<Command> make_channels() {
  return std::make_unique<Channels>();
}

}  // namespace flow::detail
