#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/store.h"
#include "flow/clock.h"
#include "flow/host.h"

namespace flow {

/// Opens the store of the chosen deployment. The error says what to set.
Result<std::unique_ptr<Store>> open_deployment(const Topology& topology, const HostOptions& options,
                                               Clock& clock);

/// Says what waits in the store for a program that no live process is: at once when it is new, and
/// again each minute. Not thread-safe.
class OrphanAlarm {
 public:
  /// What is to be said now, a line each.
  std::vector<std::string> due(const std::vector<Orphan>& orphans, SteadyTime now);

 private:
  std::map<std::pair<std::string, std::uint16_t>, SteadyTime> said_;  // endpoint, version
};

}  // namespace flow
