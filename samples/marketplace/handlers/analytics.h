#pragma once

#include "marketplace.flow.h"

namespace shop {

/// Adds orders up per country and month.
class Analytics final : public marketplace::Analytics {
 public:
  void record_order(const marketplace::orders::OrderPlaced& event,
                    RecordOrderContext& ctx) override;
  marketplace::Totals find_totals(const marketplace::FindTotals& query,
                                  FindTotalsContext& ctx) override;
};

}  // namespace shop
