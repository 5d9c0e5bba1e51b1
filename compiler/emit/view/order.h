#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "model/program.h"

namespace flowc::view {

/// A type of a module, in one space with the others.
using AnyType = std::variant<model::EnumId, model::RecordId, model::MessageId>;

struct OrderedType {
  AnyType type;
  /// It holds itself, through lists or maps: its comparisons cannot be defaulted where it is
  /// declared.
  bool recursive = false;
  /// Records declared after it that its lists and maps hold.
  std::vector<model::RecordId> later;
};

/// `types`, of one module and in the order of its file, but what a type needs complete comes before
/// it.
[[nodiscard]] std::vector<OrderedType> ordered_types(const model::Program& program,
                                                     const std::vector<AnyType>& types);

/// The weakest ordering among a type's fields, down to the last record.
enum class Ordering { strong, weak, partial };
/// Of each record of the program.
[[nodiscard]] std::vector<Ordering> record_orderings(const model::Program& program);
/// Of fields, when those of all records are known.
[[nodiscard]] Ordering ordering(const std::vector<model::Field>& fields,
                                const std::vector<Ordering>& records);

}  // namespace flowc::view
