#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/program.h"

namespace flowc::model {

/// Adds to an endpoint's object of the dump how it is treated: schedule, batch, policy of failures,
/// old ids. What is not said is left out, but `on_failure` of those that wait on a channel.
void add_policies(nlohmann::ordered_json& json, const Program& program, const Endpoint& endpoint);

}  // namespace flowc::model
