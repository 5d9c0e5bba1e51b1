#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/catalog_contracts.h"
#include "diagnostics/catalog_deploy.h"
#include "diagnostics/catalog_evolution.h"
#include "diagnostics/catalog_handling.h"
#include "diagnostics/catalog_process.h"
#include "diagnostics/catalog_sema.h"
#include "diagnostics/catalog_syntax.h"
#include "diagnostics/definition.h"

namespace flowc {

namespace detail {
/// The lists in one, by ascending id.
template <std::size_t... sizes>
constexpr auto joined(const std::array<Definition, sizes>&... lists) {
  std::array<Definition, (sizes + ...)> all{};
  auto next = all.begin();
  ((next = std::copy(lists.begin(), lists.end(), next)), ...);
  std::sort(all.begin(), all.end(),
            [](const Definition& a, const Definition& b) { return a.id < b.id; });
  return all;
}
}  // namespace detail

/// Every diagnostic there is, by ascending id. Ids: 00 files and encoding, 01 syntax, 02 names, 03
/// types and contracts, 04 topology, 05 sagas and slips, 06 deployment, 07 evolution, 08 style
/// warnings, 09 commands.
inline constexpr auto kCatalog = detail::joined(
    kSyntaxDefinitions, kSemanticDefinitions, kContractsDefinitions, kHandlingDefinitions,
    kProcessDefinitions, kDeployDefinitions, kEvolutionDefinitions);
static_assert(ids_ascend(kCatalog), "ids must ascend, and none may come twice");
static_assert(names_are_unique(kCatalog), "two diagnostics cannot share a name");

/// Ids that had a meaning once and are never given again; each keeps its page, which says so.
inline constexpr std::array<unsigned, 3> kRetiredIds{190, 440, 602};

/// The definition of an id, or of a name; null if there is none.
const Definition* find_definition(unsigned id);
const Definition* find_definition(std::string_view name);
/// The names of the warnings and of the rules of evolution, by ascending id.
std::vector<std::string> warning_names();
std::vector<std::string> evolution_rule_names();

/// The page of an id (diagnostics/catalog/FLnnnn.md, embedded at build): what it means, why, a bad
/// and a good example. Empty if there is no such id.
std::string_view catalog_page(unsigned id);

/// `FL0201`, `fl201` or `201` as 201.
std::optional<unsigned> parse_code(std::string_view text);

}  // namespace flowc
