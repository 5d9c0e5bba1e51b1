#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sema/step.h"

namespace flowc::sema {

using Services = std::set<model::ServiceId>;

/// What is known of services when forwards are placed.
struct ServiceFacts {
  std::vector<std::optional<model::ServiceId>> homes;  ///< by ComponentId
  std::map<model::MessageId, Services> emits;          ///< who publishes what
  std::map<model::ModuleId, Services> in_module;
  model::Doubts doubts;  ///< of others: one forward that is not clear says nothing of the next
};

/// Which service runs a component that no service lists.
using Placed = std::vector<std::pair<model::ComponentId, model::ServiceId>>;

/// Gives each publisher its home, which is where what is forwarded to it runs: the service whose
/// handlers use it, else the one that its forwards say by `in`, else the one that publishes all
/// that is forwarded to it, else the only one of the forwards' module. A forward to publishers of
/// several homes becomes one component in each.
Placed place_forwards(State& state, const ServiceFacts& facts);

}  // namespace flowc::sema
