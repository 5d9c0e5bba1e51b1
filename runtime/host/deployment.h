#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/store.h"
#include "flow/clock.h"
#include "flow/result.h"
#include "flow/topology.h"

namespace flow::detail {

/// The deployment of that name; the first declared when `name` is empty. The error names those
/// there are.
Result<const Deployment*> find_deployment(const Topology& topology, std::string_view name);

/// The setting's value: its environment variable where that is set, else its text. An error when it
/// has neither.
Result<std::string> resolve(const Setting& setting);

/// The store's path: `override`, else the deployment's. Empty for a store without one, which no
/// `override` can give one.
Result<std::string> store_path(const Deployment& deployment, std::string_view override);

/// Opens a store for an operator's command, beside the processes that serve it. Creates nothing: an
/// error when there is no store yet, or when it lives in the memory of another process.
Result<std::unique_ptr<Store>> open_existing_store(const Topology& topology,
                                                   std::string_view deployment,
                                                   std::string_view path_override, Clock& clock);

}  // namespace flow::detail
