#include "host/verify.h"

#include "host/deployment.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

namespace flow {
namespace {

constexpr std::chrono::minutes kSayAgain{1};

std::string text_of(const Orphan& orphan) {
  const std::string what =
      fmt::format("endpoint `{}` on channel `{}` has {} deliver{}", orphan.endpoint, orphan.channel,
                  orphan.deliveries, orphan.deliveries == 1 ? "y" : "ies");
  if (orphan.version != 0) {
    return fmt::format(
        "{} in version {} of the message, which no running program reads: they, and what comes "
        "behind them of their keys, wait for one that does",
        what, orphan.version);
  }
  return fmt::format(
      "{}, and no running program knows it{}: it goes on collecting until one does, or `migrate "
      "--retire {}` ends it",
      what, orphan.since ? " since " + to_string(*orphan.since) : "", orphan.endpoint);
}

}  // namespace

Result<std::unique_ptr<Store>> open_deployment(const Topology& topology, const HostOptions& options,
                                               Clock& clock) {
  const auto chosen = detail::find_deployment(topology, options.deployment);
  if (!chosen) return chosen.error();
  const auto path = detail::store_path(*chosen.value(), options.store_path);
  if (!path) return path.error();
  return chosen.value()->open_store(path.value(), topology, clock);
}

std::vector<std::string> OrphanAlarm::due(const std::vector<Orphan>& orphans, SteadyTime now) {
  std::vector<std::string> texts;
  decltype(said_) still;
  for (const Orphan& orphan : orphans) {
    if (orphan.served || orphan.deliveries == 0) continue;
    const std::pair key{orphan.endpoint, orphan.version};
    const auto before = said_.find(key);
    const bool again = before == said_.end() || now - before->second >= kSayAgain;
    if (again) texts.push_back(text_of(orphan));
    still.emplace(key, again ? now : before->second);
  }
  said_ = std::move(still);
  return texts;
}

}  // namespace flow
