#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/source_map.h"
#include "model/program.h"

/// What `flowc explain` says of processes. Nothing, if the program has none of that name.
namespace flowc {

/// Of `Lead.match`, or `match` if one group alone has it: what it is, who runs it, what undoes it.
[[nodiscard]] std::optional<std::string> explain_step(const model::Program& program,
                                                      const std::string& name,
                                                      const SourceMap& sources);

/// The slip: its steps in order, on which conditions, and its deadline.
[[nodiscard]] std::optional<std::string> explain_orchestrator(const model::Program& program,
                                                              const std::string& name,
                                                              const SourceMap& sources);

/// The states: what each waits for, its timers, and which of those race.
[[nodiscard]] std::optional<std::string> explain_saga(const model::Program& program,
                                                      const std::string& name,
                                                      const SourceMap& sources);

/// Names of steps (`Lead.match`), orchestrators or sagas, for "did you mean".
[[nodiscard]] std::vector<std::string> process_names(const model::Program& program,
                                                     model::ComponentKind kind);

}  // namespace flowc
