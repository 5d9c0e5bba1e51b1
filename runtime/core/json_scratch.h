#pragma once

#include <simdjson.h>

#include <memory>
#include <string>

#include "flow/json_reader.h"

namespace flow::json::detail {

/// What a Reader needs while it reads, kept by the thread for the next one.
struct Scratch {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> tokens;
  std::string text;  ///< a string with escapes, resolved
};

}  // namespace flow::json::detail
