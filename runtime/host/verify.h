#pragma once

#include <memory>
#include <string>

#include "engine/store.h"
#include "flow/clock.h"
#include "flow/host.h"

namespace flow {

/// Opens the store of the chosen deployment. The error says what to set.
Result<std::unique_ptr<Store>> open_deployment(const Topology& topology, const HostOptions& options,
                                               Clock& clock);

/// Refuses a store that holds what this service cannot handle, unless the options accept it.
Result<void> verify_store(Store& store, const HostOptions& options,
                          const std::function<void(const std::string&)>& log);

}  // namespace flow
