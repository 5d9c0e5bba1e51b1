#include "host/verify.h"

#include "host/deployment.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

namespace flow {
namespace {

std::string list(const std::vector<Orphan>& orphans) {
  constexpr std::size_t kShown = 10;
  std::string text;
  for (std::size_t i = 0; i < orphans.size() && i < kShown; ++i) {
    text += fmt::format("{}`{}` on channel `{}`: {}", i == 0 ? "" : "; ", orphans[i].endpoint,
                        orphans[i].channel, orphans[i].deliveries);
  }
  if (orphans.size() > kShown) text += fmt::format("; and {} more", orphans.size() - kShown);
  return text;
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

Result<void> verify_store(Store& store, const HostOptions& options,
                          const std::function<void(const std::string&)>& log) {
  const auto orphans = store.orphans();
  if (!orphans) return orphans.error();
  if (orphans->empty()) return {};
  const std::string text = fmt::format(
      "the store holds deliveries for endpoints that are no longer declared: {}", list(*orphans));
  if (options.accept_orphans) {
    log(text);
    return {};
  }
  return Error{Category::rejected, "orphans",
               text +
                   ". Declare them again, or start with --accept-orphans to leave them where "
                   "they are"};
}

}  // namespace flow
