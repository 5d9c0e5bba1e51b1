#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/program.h"

/// Parts of the dump: what messages become, and where they leave.
namespace flowc::model {

[[nodiscard]] nlohmann::ordered_json upcast_json(const Program& program, const Upcast& upcast);
[[nodiscard]] nlohmann::ordered_json forward_json(const Program& program, const Forward& forward);
[[nodiscard]] nlohmann::ordered_json translator_json(const Program& program,
                                                     const Translator& translator);

/// Adds what a publisher says beyond its declaration.
void add_publisher_json(nlohmann::ordered_json& json, const Program& program,
                        const Publisher& publisher);

}  // namespace flowc::model
