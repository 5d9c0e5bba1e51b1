#pragma once

#include <nlohmann/json.hpp>

#include "model/program.h"

namespace flowc::model {

/// Orchestrators and sagas, for model_json.cc; the fields of a saga's key and data it adds itself.
nlohmann::ordered_json orchestrator_json(const Program& program, const Orchestrator& orchestrator);
void add_saga_json(nlohmann::ordered_json& json, const Program& program, const Saga& saga);

}  // namespace flowc::model
