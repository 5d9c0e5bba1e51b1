#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/program.h"

namespace flowc {

/// A set of ways: of combinations of what an orchestrator's conditions ask. Its size is that of the
/// table it came from.
using Ways = std::vector<std::uint64_t>;

/// The conditions of one slip, taken together: `when input.x` and `unless input.x` never both hold,
/// `input.tier == gold` and `input.tier == basic` neither. Every field asked for is a variable over
/// the values that conditions name, and one for all others where there are others; a way gives each
/// variable one of them.
class SlipConditions {
 public:
  SlipConditions(const model::Program& program, const std::vector<model::SlipItem>& items);

  /// Whether there are more than limits::kSlipPathsMax ways: then nothing else may be asked.
  bool too_many() const { return ways_ == 0; }

  /// The ways in which an item's step runs.
  Ways runs(const model::SlipItem& item) const;
  Ways all() const;

 private:
  struct Variable {
    std::vector<std::string> values;  // that conditions name
    bool others = true;               // whether it can have another one
    std::size_t stride = 1;
    std::size_t size() const { return values.size() + (others ? 1 : 0); }
  };
  /// `variable == value`, or its contrary; without a variable it always or never holds.
  struct Question {
    std::optional<std::size_t> variable;
    std::size_t value = 0;
    bool holds = true;  // when equal
  };

  Question ask(const model::Expression& condition);
  Question constant(bool holds) const { return {std::nullopt, 0, holds}; }
  Question about(const model::Expression& field, const std::string& value, bool holds);
  const Variable& at(std::size_t index) const { return variables_[index]; }

  const model::Program& program_;
  std::map<std::string, std::size_t> names_;
  std::vector<Variable> variables_;
  std::map<const model::SlipItem*, Question> questions_;
  std::size_t ways_ = 1;
};

bool empty(const Ways& ways);
/// What is in both; `b` has the size of `a`.
Ways both(Ways a, const Ways& b);
/// What is in `a` and not in `b`.
Ways without(Ways a, const Ways& b);

}  // namespace flowc
