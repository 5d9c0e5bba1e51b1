#pragma once

#include <string>
#include <vector>

#include "base/span.h"
#include "diagnostics/reporter.h"

namespace flowc {

/// `allow unused_record for OrderLine because "…"`: the user knows, and does not want to hear it.
struct Allowance {
  std::string rule;          ///< `unused_record`
  Span rule_span;            ///< of the rule's name
  std::vector<Span> ranges;  ///< of the declaration or field meant; none: the whole file
  Span span;                 ///< of all of it, in the file whose warnings it is about
};

/// Takes back the warnings that are allowed. An error is never taken back: allowing one is an error
/// of its own, and so is a name that no warning has. An allowance that nothing needed is warned of,
/// unless there are errors: they may have hidden what it is for. `evolution_rules` are names that
/// may be allowed as well and that others look at (`flowc lock`, `flowc diff`): nothing is done for
/// them here.
void apply_allowances(const std::vector<Allowance>& allowances,
                      const std::vector<std::string>& evolution_rules, Reporter& reporter);

}  // namespace flowc
