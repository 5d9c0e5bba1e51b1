#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "flow/host.h"
#include "handlers/notification.h"
#include "input/dirty_lines.h"
#include "input/money.h"
#include "marketplace.flow.h"
#include "simulate/feed.h"

namespace shop {

/// One subscriber's result: how many orders are in it, and how many of them more than once.
struct SubscriberResult {
  std::string name;
  std::int64_t orders = 0;
  std::int64_t doubled = 0;
  bool complete = false;  ///< every order fed is in it, once
};

/// What a run came to. Counted in the results themselves, not by those who made them.
struct Report {
  std::string source;
  bool fed_all = false;
  OrderTotals fed;
  std::int64_t orders_placed = 0;
  OrderTotals analytics;      ///< the SQL totals over countries and months
  bool totals_agree = false;  ///< analytics' with those fed
  std::vector<SubscriberResult> subscribers;
  std::int64_t matches = 0;
  std::int64_t receipts = 0;
  std::vector<flow::EndpointStats> endpoints;
  std::vector<flow::DeadLetterCount> dead_letters;
  const DirtyLines* dirty = nullptr;
  double seconds = 0;
  double peak_memory_mib = 0;

  bool complete() const;
};

/// Reads the results out of the store and the receipts' folder.
Report gather(marketplace::MarketplaceService& service, flow::Host& host,
              const Notification& notification, const Fed& fed);

/// For people.
void print(std::ostream& out, const Report& report);
/// For programs: one JSON object. Amounts are strings, in units and cents.
std::string to_json(const Report& report);

}  // namespace shop
