#pragma once

#include <string>
#include <vector>

#include "lock/compare.h"
#include "lock/lock.h"

namespace flowc::lock {

/// Who breaks.
struct Broken {
  std::string service;  ///< empty: in none
  std::string handler;  ///< `Analytics.record_order`
  std::string id;
};

/// What an operator asks before a deployment.
struct Verdict {
  bool new_reads_old = true;   ///< the new program drains the queues and sagas of the old one
  bool old_reads_new = true;   ///< the old program survives what the new one writes
  bool breaking = false;       ///< some change needs an `allow`
  std::vector<Broken> broken;  ///< by service, then id
  std::vector<Change> changes;
};

Verdict verdict(const Lock& before, const Lock& after);

/// A table of answers, then the changes by category; ends with a newline.
std::string to_text(const Verdict& verdict);
/// The same for programs: one JSON object, with a newline at its end.
std::string to_json(const Verdict& verdict);

}  // namespace flowc::lock
