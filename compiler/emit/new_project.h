#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emit/output_plan.h"

namespace flowc {

/// A project to start from: a `.flow` file, its handlers, a main, a test and their build, from
/// templates/init. `name` is a module's name of one part, as the compiler takes it: it names the
/// module, the service, the `.flow` file and the program.
[[nodiscard]] std::vector<OutputFile> new_project(std::string_view name);

/// Whether CMake would take it as a target's name: it keeps some for itself.
[[nodiscard]] bool is_target_name(std::string_view name);

}  // namespace flowc
