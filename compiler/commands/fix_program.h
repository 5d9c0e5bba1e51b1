#pragma once

#include <string>

#include "commands/command.h"

namespace flowc {

/// `check --fix`: applies the fixes that need no decision to a program's files, and then those of
/// what they brought out. The edited texts are compiled before any of them is written; if they are
/// no better (is_better()), nothing is written. False if it was so, or a file could not be written;
/// it was said on `environment.err`, as is what was fixed.
bool fix_program(const std::string& main_path, const Environment& environment);

}  // namespace flowc
