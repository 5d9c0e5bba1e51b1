#pragma once

#include <string>
#include <vector>

#include "emit/output_plan.h"
#include "model/program.h"

namespace flowc {

struct EmitOptions {
  /// Of the main file's outputs: `customer` or `customer.flow` give customer.flow.h; empty: as its
  /// module's file.
  std::string base_name;
  /// Generate this one alone, of those the program declares; empty: all of them.
  std::string service;
};

/// The C++ of a program: for each .flow file of it X.flow_fwd.h, X.flow.h and X.flow.cc, in import
/// order. A service's wiring is in the files of the module that declares it. A function of its
/// arguments alone.
[[nodiscard]] std::vector<OutputFile> emit_cpp(const model::Program& program,
                                               const EmitOptions& options);

/// The service map of each deployment (model/service_map.h), X.flow.DEPLOYMENT.map.json beside the
/// C++: the same whichever service is generated. None of a program without services.
[[nodiscard]] std::vector<OutputFile> emit_service_maps(const model::Program& program,
                                                        const EmitOptions& options);

/// What the templates are given, as JSON: `flowc dump --view` and the tests of the views print it.
[[nodiscard]] std::string emit_view(const model::Program& program, const EmitOptions& options);

/// Hex SHA-256 of what two builds must agree on to share a store: the messages with their fields
/// and types, the endpoints and the channels, by their wire names and ids. Names in C++,
/// documentation, order of declaration and tuning (retries, concurrency, timeouts) do not count.
[[nodiscard]] std::string contract_hash(const model::Program& program);

}  // namespace flowc
