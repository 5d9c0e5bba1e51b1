#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/program.h"

namespace flowc::sema {

/// Finds fields by name. Fields that are asked for often get a table: a mapping of all fields of a
/// large message would be quadratic otherwise. Not thread-safe.
class FieldFinder {
 public:
  /// `fields` outlives the finder, and does not change while it lives.
  std::optional<std::uint32_t> find(const std::vector<model::Field>& fields, std::string_view name);

 private:
  struct Table {
    unsigned asked = 0;
    std::unordered_map<std::string_view, std::uint32_t> by_name;  ///< empty: not made yet
  };

  std::unordered_map<const model::Field*, Table> tables_;
};

}  // namespace flowc::sema
