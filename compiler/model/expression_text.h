#pragma once

#include <string>
#include <vector>

#include "model/program.h"

namespace flowc::model {

/// What the fields of an expression are looked up in; null where it has no such root.
struct ExpressionRoots {
  const std::vector<Field>* message = nullptr;
  const std::vector<Field>* input = nullptr;
  const std::vector<Field>* event = nullptr;
  const std::vector<Field>* data = nullptr;
  const Field* key = nullptr;
};

/// An expression as the language writes it: `input.tier == gold`, `event.provider_id`.
[[nodiscard]] std::string expression_text(const Program& program, const Expression& expression,
                                          const ExpressionRoots& roots);

}  // namespace flowc::model
