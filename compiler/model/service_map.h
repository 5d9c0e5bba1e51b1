#pragma once

#include <string>

#include "model/program.h"

namespace flowc::model {

/// The service map of one deployment as JSON, two spaces a level and a newline at the end: which
/// services there are, what each takes and emits, where it listens and where its channels live.
/// Running services read it to know where a message has to go, so that a new service or subscriber
/// needs no rebuild of who publishes. Messages are named as on the wire. Settings from the
/// environment are the variables' names, never values. Services by name, the rest in declaration
/// order: same program, same bytes.
[[nodiscard]] std::string service_map_json(const Program& program, const Deployment& deployment);

}  // namespace flowc::model
