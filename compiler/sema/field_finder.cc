#include "sema/field_finder.h"

namespace flowc::sema {
namespace {

constexpr unsigned kSearches = 16;  // of the list itself, before a table is worth its memory

std::optional<std::uint32_t> search(const std::vector<model::Field>& fields,
                                    std::string_view name) {
  for (std::uint32_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> FieldFinder::find(const std::vector<model::Field>& fields,
                                               std::string_view name) {
  if (fields.size() <= kSearches) return search(fields, name);
  Table& table = tables_[fields.data()];
  if (++table.asked <= kSearches) return search(fields, name);
  if (table.by_name.empty()) {
    for (std::uint32_t i = 0; i < fields.size(); ++i) table.by_name.emplace(fields[i].name, i);
  }
  const auto at = table.by_name.find(name);
  if (at == table.by_name.end()) return std::nullopt;
  return at->second;
}

}  // namespace flowc::sema
