#pragma once

#include <memory>
#include <string>
#include <vector>

#include "diagnostics/allow.h"
#include "syntax/ast.h"

namespace flowc {

/// The `allow`s of all files, each with the places of what it names: `OrderLine`, a declaration of
/// the same file, or `OrderPlaced.coupon`, a field, value, handler, step or state of one. A target
/// that the file does not declare is reported, except of `evolution_rules`: those may name what is
/// gone.
std::vector<Allowance> find_allowances(const std::vector<std::unique_ptr<ast::File>>& files,
                                       const std::vector<std::string>& evolution_rules,
                                       Reporter& reporter);

}  // namespace flowc
