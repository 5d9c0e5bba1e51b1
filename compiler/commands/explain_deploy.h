#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "model/program.h"

namespace flowc {

/// What a service is made of, what it takes and emits, and where each deployment runs it. Nothing
/// if there is no such service.
std::optional<std::string> explain_service(const model::Program& program, const std::string& name,
                                           const SourceMap& sources);

/// Where each service, channel and publisher lives under a deployment, and who does what a channel
/// asks for: its place, or the service's store in the place's stead.
std::optional<std::string> explain_deployment(const model::Program& program,
                                              const std::string& name, const SourceMap& sources);

std::vector<std::string> service_names(const model::Program& program);
std::vector<std::string> deployment_names(const model::Program& program);

}  // namespace flowc
