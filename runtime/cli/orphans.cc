#include "cli/orphans.h"

#include "cli/table.h"
#include "cli/text.h"

#include <fmt/format.h>

namespace flow::detail {

std::string orphans_table(const std::vector<Orphan>& orphans) {
  Table table{
      {{"ENDPOINT"}, {"CHANNEL"}, {"DELIVERIES", Table::Align::right}, {"WHY"}, {"SERVED"}}};
  for (const Orphan& orphan : orphans) {
    const std::string why = orphan.version == 0
                                ? "not known here"
                                : fmt::format("version {} of its message", orphan.version);
    const std::string served = orphan.served  ? "yes"
                               : orphan.since ? "not since " + to_string(*orphan.since)
                                              : "no";
    table.add({orphan.endpoint, orphan.channel, grouped(orphan.deliveries), why, served});
  }
  return table.text();
}

nlohmann::ordered_json orphan_json(const Orphan& orphan) {
  using Value = nlohmann::ordered_json;
  return {{"endpoint", bounded(orphan.endpoint)},
          {"channel", bounded(orphan.channel)},
          {"deliveries", orphan.deliveries},
          {"version", orphan.version == 0 ? Value{} : Value(orphan.version)},
          {"served", orphan.served},
          {"unserved_since", orphan.since ? Value(to_string(*orphan.since)) : Value{}}};
}

std::vector<Orphan> unserved(std::vector<Orphan> orphans) {
  std::erase_if(orphans,
                [](const Orphan& orphan) { return orphan.served || orphan.deliveries == 0; });
  return orphans;
}

}  // namespace flow::detail
