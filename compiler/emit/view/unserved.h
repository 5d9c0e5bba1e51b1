#pragma once

#include <string>
#include <vector>

#include "model/program.h"

/// What a program declares and no part of this version's runtime serves. The generated service has
/// the list, and refuses to start with it: never a construct that is accepted and then not done.
namespace flowc::view {

/// What is served by the host: a handler whose class, context and call are generated.
[[nodiscard]] bool is_served(const model::Program& program, model::EndpointId id);

/// Of one service, whatever its deployment: `saga LeadAcceptance`, `channel imports: isolated`.
[[nodiscard]] std::vector<std::string> unserved_parts(const model::Program& program,
                                                      model::ServiceId service);

/// Of one deployment: `store main: postgres`, `publisher partner_x: kafka`.
[[nodiscard]] std::vector<std::string> unserved_parts(const model::Deployment& deployment);

}  // namespace flowc::view
