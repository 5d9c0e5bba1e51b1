#pragma once

#include <string>
#include <vector>

#include "base/span.h"
#include "diagnostics/reporter.h"
#include "lock/lock.h"

namespace flowc::lock {

/// `allow field_removed for OrderPlaced.coupon because "…"`, of any rule.
struct Allow {
  std::string rule;
  std::string target;  ///< empty: everything
  std::string reason;  ///< empty: none given
  Span span;           ///< of the rule's name
  Span whole;
  bool guessed = false;  ///< the rule is written otherwise, which is reported as that
};

/// Reports each breaking change from `before` to `after` that no allow accepts, at its place in
/// `after`, and allows of breaking rules that have no reason or nothing to accept. Allows of other
/// rules are passed over. `before` is null without a flow.lock. Gives the changes that were
/// accepted, for the lock's history, ascending.
std::vector<Accepted> check_evolution(const Lock* before, const Lock& after,
                                      const std::vector<Allow>& allows, Reporter& reporter);

}  // namespace flowc::lock
