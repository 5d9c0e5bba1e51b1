#pragma once

#include <string>
#include <vector>

#include "model/program.h"

namespace flowc::sema {

struct State;

/// The fields by which a value is personal or secret; null: by none.
struct Marks {
  const model::Field* personal = nullptr;
  const model::Field* secret = nullptr;

  explicit operator bool() const { return personal != nullptr || secret != nullptr; }
  /// `@personal`, `@secret` or both, for messages.
  std::string text() const;
  /// The field that says so; of both, the secret one.
  const model::Field& field() const { return secret != nullptr ? *secret : *personal; }
};

/// What is marked in the fields of a type's records, however deep. Only after mark_records().
Marks marks_inside(const State& state, const model::Type& type);

/// What a field itself says, and what is inside it.
Marks marks_of(const State& state, const model::Field& field);

}  // namespace flowc::sema
