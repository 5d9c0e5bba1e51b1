#include "checks/slip_conditions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"

namespace flowc {
namespace {

using model::Expression;
using model::Type;

constexpr std::size_t kBits = 64;

std::string text_of(const model::Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number).ptr;
    return {digits.data(), end};
  }
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

/// A field's name among the variables: its path in the command.
std::string text_of(const model::FieldRef& field) {
  std::string text = ".";
  for (const std::uint32_t index : field.path) text += std::to_string(index) + ".";
  return text;
}

bool is_boolean(const Type& type) {
  return type.kind == Type::Kind::primitive && type.primitive == model::Primitive::boolean;
}

}  // namespace

SlipConditions::SlipConditions(const model::Program& program,
                               const std::vector<model::SlipItem>& items)
    : program_(program) {
  for (const model::SlipItem& item : items) {
    if (!item.condition) continue;
    Question question = ask(*item.condition);
    if (item.unless) question.holds = !question.holds;
    questions_.emplace(&item, question);
  }
  for (Variable& variable : variables_) {
    variable.stride = ways_;
    ways_ *= variable.size();
    if (ways_ <= limits::kSlipPathsMax) continue;
    ways_ = 0;
    return;
  }
}

SlipConditions::Question SlipConditions::ask(const Expression& condition) {
  switch (condition.kind) {
    case Expression::Kind::literal:
      return constant(condition.literal == model::Value{true});
    case Expression::Kind::field:
      return about(condition, "true", true);
    case Expression::Kind::equal:
    case Expression::Kind::not_equal:
      break;
  }
  const bool equal = condition.kind == Expression::Kind::equal;
  const Expression& left = condition.operands.front();
  const Expression& right = condition.operands.back();
  const bool left_field = left.kind == Expression::Kind::field;
  const bool right_field = right.kind == Expression::Kind::field;
  if (left_field && right_field) {
    // Two fields are equal or not, whatever else is asked of them.
    const std::string names = std::min(text_of(left.field), text_of(right.field)) + "=" +
                              std::max(text_of(left.field), text_of(right.field));
    const auto [known, added] = names_.emplace(names, variables_.size());
    if (added) variables_.push_back({{"equal"}, true});
    return {known->second, 0, equal};
  }
  if (left_field) return about(left, text_of(right.literal), equal);
  if (right_field) return about(right, text_of(left.literal), equal);
  return constant((left.literal == right.literal) == equal);
}

SlipConditions::Question SlipConditions::about(const Expression& field, const std::string& value,
                                               bool holds) {
  const auto [known, added] = names_.emplace(text_of(field.field), variables_.size());
  if (added) {
    variables_.emplace_back();
    if (is_boolean(field.type)) variables_.back() = {{"true", "false"}, false};
  }
  Variable& variable = variables_[known->second];
  const auto found = std::find(variable.values.begin(), variable.values.end(), value);
  const auto index = static_cast<std::size_t>(found - variable.values.begin());
  if (found == variable.values.end()) variable.values.push_back(value);
  if (field.type.kind == Type::Kind::enumeration)
    variable.others = variable.values.size() < program_[field.type.enumeration].values.size();
  return {known->second, index, holds};
}

Ways SlipConditions::all() const {
  Ways ways((ways_ + kBits - 1) / kBits, ~std::uint64_t{0});
  if (ways_ % kBits != 0) ways.back() = (std::uint64_t{1} << (ways_ % kBits)) - 1;
  return ways;
}

Ways SlipConditions::runs(const model::SlipItem& item) const {
  const auto found = questions_.find(&item);
  if (found == questions_.end()) return all();
  const Question& question = found->second;
  Ways ways((ways_ + kBits - 1) / kBits, 0);
  if (!question.variable) return question.holds ? all() : ways;
  const Variable& variable = at(*question.variable);
  for (std::size_t way = 0; way < ways_; ++way) {
    const bool equal = way / variable.stride % variable.size() == question.value;
    if (equal == question.holds) ways[way / kBits] |= std::uint64_t{1} << (way % kBits);
  }
  return ways;
}

bool empty(const Ways& ways) {
  return std::all_of(ways.begin(), ways.end(), [](std::uint64_t bits) { return bits == 0; });
}

Ways both(Ways a, const Ways& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] &= b[i];
  return a;
}

Ways without(Ways a, const Ways& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] &= ~b[i];
  return a;
}

}  // namespace flowc
