#pragma once

#include <cstdint>

#include "diagnostics/reporter.h"
#include "model/flow.h"
#include "syntax/ast_flow.h"

/// The bounds of what a policy may say. What is out of them is reported and returns false; `what`
/// is the policy in words, with its backticks: `concurrency`, the count of immediate retries.
namespace flowc::sema {

inline constexpr std::uint64_t kCountMax = 1'000'000'000'000;

bool in_bounds(Reporter& reporter, const ast::Integer& count, const char* what, std::uint64_t low,
               std::uint64_t high);

/// Longer than nothing, at least `low_us`, and at most a century.
bool in_bounds(Reporter& reporter, const ast::Duration& duration, const char* what,
               std::int64_t low_us = 0);

/// Takes over what `retry` says as far as it is within its bounds. Written without its delayed part
/// it has none; without `now`, none at once.
void lower_retry(Reporter& reporter, const ast::Retry& syntax, model::Retry& retry);

}  // namespace flowc::sema
