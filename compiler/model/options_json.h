#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "model/deployment.h"

namespace flowc::model {

/// `{"env": "DATABASE_URL"}`, `{"env": "FLOW_DB", "default": "flow.db"}`, `{"text": "flow.db"}`. A
/// secret has nothing but the name of its variable.
[[nodiscard]] nlohmann::ordered_json setting_json(const Setting& setting);

/// The options of a place by name.
[[nodiscard]] nlohmann::ordered_json options_json(const std::vector<Option>& options);

}  // namespace flowc::model
