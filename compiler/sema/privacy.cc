#include "sema/privacy.h"

#include "sema/step.h"

namespace flowc::sema {
namespace {

using model::Field;

const model::Type& innermost(const model::Type& type) {
  const model::Type* inner = &type;
  while (inner->element) inner = inner->element.get();
  return *inner;
}

/// Carries one mark from the records that have it to those that hold them, by one walk over the
/// whole program: asking each record on its own would be quadratic for a long chain of them.
void carry(State& state, bool Field::*mark, const Field* Marks::*origin,
           const std::vector<std::vector<std::uint32_t>>& holders) {
  const std::vector<model::Record>& records = state.draft.program.records;
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    for (const Field& field : records[i].fields) {
      if (!(field.*mark) || state.record_marks[i].*origin != nullptr) continue;
      state.record_marks[i].*origin = &field;
      open.push_back(i);
    }
  }
  while (!open.empty()) {
    const std::uint32_t inner = open.back();
    open.pop_back();
    for (const std::uint32_t holder : holders[inner]) {
      if (state.record_marks[holder].*origin != nullptr) continue;
      state.record_marks[holder].*origin = state.record_marks[inner].*origin;
      open.push_back(holder);
    }
  }
}

}  // namespace

std::string Marks::text() const {
  if (personal != nullptr && secret != nullptr) return "`@personal` and `@secret`";
  return secret != nullptr ? "`@secret`" : "`@personal`";
}

Marks marks_inside(const State& state, const model::Type& type) {
  const model::Type& inner = innermost(type);
  if (inner.kind != model::Type::Kind::record) return {};
  return state.record_marks[static_cast<std::uint32_t>(inner.record)];
}

Marks marks_of(const State& state, const Field& field) {
  Marks marks = marks_inside(state, field.type);
  if (field.personal) marks.personal = &field;
  if (field.secret) marks.secret = &field;
  return marks;
}

void mark_records(State& state) {
  const std::vector<model::Record>& records = state.draft.program.records;
  state.record_marks.assign(records.size(), {});
  std::vector<std::vector<std::uint32_t>> holders(records.size());
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    for (const Field& field : records[i].fields) {
      const model::Type& inner = innermost(field.type);
      if (inner.kind == model::Type::Kind::record)
        holders[static_cast<std::uint32_t>(inner.record)].push_back(i);
    }
  }
  carry(state, &Field::personal, &Marks::personal, holders);
  carry(state, &Field::secret, &Marks::secret, holders);
}

}  // namespace flowc::sema
