#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "diagnostics/reporter.h"
#include "model/flow.h"
#include "syntax/ast_flow.h"

/// Bounds of what policies count and measure; what is out of them is reported here.
namespace flowc::sema {

/// A century: whatever is longer is a slip of the pen, and sums of these stay far from 64 bits of
/// microseconds.
inline constexpr std::int64_t kDurationMax_us = 100LL * 365 * 24 * 3600 * 1'000'000;
inline constexpr std::uint64_t kCountMax = 1'000'000'000'000;

/// Whether low ≤ the count ≤ high. `what` begins the message: "`concurrency`".
bool count_fits(Reporter& reporter, const ast::Integer& count, std::string_view what,
                std::uint64_t low, std::uint64_t high = kCountMax);

/// Whether 0 < the duration, low ≤ the duration, and it is at most a century.
bool duration_fits(Reporter& reporter, const ast::Duration& duration, std::string_view what,
                   std::int64_t low_us = 0);

/// Takes over a `retry` where it is within its bounds; the rest of `retry` stays as it is. Written
/// without its delayed part, it has none; without `now`, none at once.
void lower_retry(Reporter& reporter, const ast::Retry& syntax, model::Retry& retry);

}  // namespace flowc::sema
