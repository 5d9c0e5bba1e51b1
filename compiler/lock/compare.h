#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/span.h"
#include "lock/lock.h"
#include "lock/rules.h"

namespace flowc::lock {

/// One difference between an old and a new lock that somebody may notice. Compatible differences
/// make no change.
struct Change {
  RuleId rule{};
  std::string subject;         ///< in full: `shop.OrderPlaced`, an endpoint id, `lead_acceptance`
  std::string member;          ///< `coupon`, `gold`, a state; empty
  std::string shown;           ///< as people say it: `OrderPlaced.coupon`
  std::string meaning;         ///< the rest of the sentence
  bool new_reads_old = false;  ///< the new program cannot read what the old one left because of it
  bool old_reads_new =
      false;  ///< the old program cannot read what the new one writes because of it
  bool new_loses_old =
      false;  ///< the new program reads all that the old one left, and keeps not all
  bool old_loses_new = false;          ///< the same of the old program and what the new one writes
  std::vector<std::string> endpoints;  ///< ids of those that it breaks, ascending
  Span now;                            ///< where the new lock has it, or what it was part of
  std::optional<Span> then;            ///< where the old lock has it
  std::string here;                    ///< what there is to say beside `now`; may be empty
  std::string besides;  ///< what a `values_lost` of the same place says; may be empty
  std::string then_text = "locked here";
  std::string help;  ///< what keeps the promise; may be empty
};

/// All changes, by rule and then by name.
std::vector<Change> compare(const Lock& before, const Lock& after);

/// The change in one sentence, without a full stop.
std::string sentence(const Change& change);

}  // namespace flowc::lock
