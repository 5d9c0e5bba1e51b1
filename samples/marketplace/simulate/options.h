#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "input/generator.h"
#include "simulate/faults.h"

namespace shop {

/// The command line is wrong; the text says how.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct SimulateOptions {
  std::optional<std::string> data;  ///< a folder of CSV files; none: generated orders
  Generator::Options generator;
  std::string store = "flow.db";
  std::string receipts = "receipts";
  std::optional<std::string> report;
  std::uint64_t rate = 0;  ///< orders per second; 0: as fast as they are taken
  bool fresh = false;      ///< begin with an empty store and no receipts
  bool resume = false;     ///< feed nothing, finish what the store holds
  bool quiet = false;
  FaultPlan faults;
};

struct GenerateOptions {
  std::string folder;
  Generator::Options generator;
};

/// What `marketplace simulate` and `marketplace generate` were called with. Throw UsageError.
SimulateOptions parse_simulate(const std::vector<std::string>& arguments);
GenerateOptions parse_generate(const std::vector<std::string>& arguments);

extern const std::string_view kUsage;

}  // namespace shop
