#include "cli/commands.h"

#include "engine/store.h"
#include "cli/orphans.h"
#include "cli/table.h"
#include "cli/text.h"
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

std::string as_text(const std::vector<Row>& rows, const std::vector<Orphan>& orphans,
                    Timestamp now) {
  const std::string unserved_text =
      orphans.empty() ? ""
                      : "\nWaits for a program that is not running:\n" + orphans_table(orphans);
  if (rows.empty()) return "this service has no channels\n" + unserved_text;
  constexpr auto kRight = Table::Align::right;
  Table table{{{"CHANNEL"},
               {"DEPTH", kRight},
               {"OLDEST", kRight},
               {"IN FLIGHT", kRight},
               {"RETRYING", kRight},
               {"WAITING", kRight},
               {"DEAD", kRight},
               {"RATE/S", kRight}}};
  for (const auto& [channel, stats] : rows) {
    table.add({std::string{channel}, grouped(stats.depth),
               stats.oldest ? age(oldest_age_s(stats, now)) : "-", grouped(stats.in_flight),
               grouped(stats.retrying), grouped(stats.waiting), grouped(stats.dead),
               human_rate(stats.handled_per_s)});
  }
  return table.text() + unserved_text;
}

Json as_json(const std::vector<Row>& rows, const std::vector<Orphan>& orphans, Timestamp now) {
  Json channels = Json::array();
  for (const auto& [channel, stats] : rows) {
    channels.push_back({{"channel", channel},
                        {"depth", stats.depth},
                        {"oldest_age_s", oldest_age_s(stats, now)},
                        {"in_flight", stats.in_flight},
                        {"retrying", stats.retrying},
                        {"waiting", stats.waiting},
                        {"dead", stats.dead},
                        {"handled_per_s", stats.handled_per_s},
                        {"next_due", stats.next_due ? Json(to_string(*stats.next_due)) : Json{}}});
  }
  Json unserved_list = Json::array();
  for (const Orphan& orphan : orphans) unserved_list.push_back(orphan_json(orphan));
  return {{"at", to_string(now)},
          {"channels", std::move(channels)},
          {"unserved", std::move(unserved_list)}};
}

}  // namespace

Result<int> show_channels(CommandContext& context) {
  const CommandLine& line = context.line;
  auto store = open_existing_store(context.topology(), line.deployment, line.store, context.clock);
  if (!store) return store.error();
  const bool redraw = line.watch && !line.json && context.console.interactive();
  for (std::uint64_t shown = 0;;) {
    const Timestamp now = context.clock.now();
    auto rows = read(context.topology(), **store, now);
    if (!rows) return rows.error();
    auto orphans = (*store)->orphans();
    if (!orphans) return orphans.error();
    const std::vector<Orphan> waiting = unserved(std::move(*orphans));
    if (redraw) {
      context.console.out("\x1b[H\x1b[2J");  // home, clear
    } else if (shown > 0 && !line.json) {
      context.console.out("\n");
    }
    if (line.json) {
      context.console.out(as_json(*rows, waiting, now).dump(line.watch ? -1 : 2) + '\n');
    } else {
      if (line.watch) context.console.out(to_string(now) + '\n');
      context.console.out(as_text(*rows, waiting, now));
    }
    if (!line.watch || ++shown == line.times) return 0;
    if (auto written = context.console.flush(); !written) return written.error();
    std::this_thread::sleep_for(line.every);
  }
}

}  // namespace flow::detail
