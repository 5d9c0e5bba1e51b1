#pragma once

#include <string>

#include "model/program.h"

namespace flowc::model {

/// The Program as JSON, two spaces a level and a newline at the end: what `flowc dump` prints and
/// what tools outside flowc read. Declarations refer to each other by full name, so that the text
/// does not change when an unrelated declaration is added. Same program, same bytes.
[[nodiscard]] std::string to_json(const Program& program);

}  // namespace flowc::model
