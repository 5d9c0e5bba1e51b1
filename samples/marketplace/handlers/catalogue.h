#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "flow/sql.h"

namespace shop {

/// Which supplier offers a product. Immutable once read, so any thread may ask it.
class Catalogue {
 public:
  static Catalogue read(flow::Sql& sql);
  /// Replaces the catalogue that the store holds.
  static void write(flow::Sql& sql,
                    const std::map<std::int32_t, std::int32_t>& supplier_of_product);

  std::optional<std::int64_t> supplier_of(std::int64_t product) const;

 private:
  std::map<std::int64_t, std::int64_t> suppliers_;
};

}  // namespace shop
