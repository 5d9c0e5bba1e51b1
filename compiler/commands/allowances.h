#pragma once

#include <memory>
#include <string>
#include <vector>

#include "diagnostics/allow.h"
#include "syntax/ast.h"

namespace flowc {

/// The `allow`s of all files, each with the places of what it names: `OrderLine`, a declaration of
/// the same file, or `OrderPlaced.coupon`, a field, value, handler, step or state of one. Of a
/// warning, a target that the file does not declare is reported; a rule of change may name what is
/// gone.
std::vector<Allowance> find_allowances(const std::vector<std::unique_ptr<ast::File>>& files,
                                       Reporter& reporter);

}  // namespace flowc
