#pragma once

#include <memory>
#include <string>

#include "engine/store.h"
#include "flow/clock.h"

namespace flow {

/// A store in this process's memory: the semantics of every store, but nothing outlives the
/// process, and there is no SQL. submit() applies at once and tells the listener before it returns.
/// `path` is not read.
Result<std::unique_ptr<Store>> open_memory(const std::string& path, const Topology& topology,
                                           Clock& clock);

}  // namespace flow
