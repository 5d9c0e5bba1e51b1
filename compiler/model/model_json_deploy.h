#pragma once

#include <nlohmann/json.hpp>

#include "model/program.h"

namespace flowc::model {

/// What a deployment and a scenario have beside their name and place, for model_json.cc.
void add_deployment_json(nlohmann::ordered_json& json, const Program& program,
                         const Deployment& deployment);
void add_scenario_json(nlohmann::ordered_json& json, const Program& program,
                       const Scenario& scenario);

}  // namespace flowc::model
