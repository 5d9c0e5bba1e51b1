#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "marketplace.flow.h"

namespace shop {

/// How one subscriber is to misbehave.
struct Fault {
  std::uint32_t fail_per_10000 = 0;   ///< orders that fail at every attempt
  std::uint32_t flaky_per_10000 = 0;  ///< attempts that fail
  std::chrono::milliseconds slower{0};
};

struct FaultPlan {
  Fault notification, matching, analytics;
  std::uint64_t crash_after = 0;  ///< 0: never
  std::uint64_t seed = 1;

  /// By the name on the command line; nullptr: no such subscriber.
  Fault* find(std::string_view name);
};

/// Misbehaves as planned. Which orders fail depends on the seed, the subscriber and the order
/// alone, so a run can be repeated. Thread-safe.
class Faults {
 public:
  explicit Faults(const FaultPlan& plan) : plan_(plan) {}
  /// Before a handling: waits, or throws.
  void before(std::string_view subscriber, const Fault& fault, std::int64_t order,
              std::uint32_t attempt) const;
  /// After a handling, before its effects are durable: kills the process when it is time.
  void after();
  const FaultPlan& plan() const { return plan_; }

 private:
  FaultPlan plan_;
  std::atomic<std::uint64_t> handled_ = 0;
};

/// The three subscribers, each as planned and then as usual.
class FaultyNotification final : public marketplace::CustomerNotification {
 public:
  FaultyNotification(marketplace::CustomerNotification& usual, Faults& faults)
      : usual_(usual), faults_(faults) {}
  void email_receipt(const marketplace::orders::OrderPlaced& event,
                     EmailReceiptContext& ctx) override;

 private:
  marketplace::CustomerNotification& usual_;
  Faults& faults_;
};

class FaultyMatching final : public marketplace::ProviderMatching {
 public:
  FaultyMatching(marketplace::ProviderMatching& usual, Faults& faults)
      : usual_(usual), faults_(faults) {}
  void match(const marketplace::orders::OrderPlaced& event, MatchContext& ctx) override;

 private:
  marketplace::ProviderMatching& usual_;
  Faults& faults_;
};

class FaultyAnalytics final : public marketplace::Analytics {
 public:
  FaultyAnalytics(marketplace::Analytics& usual, Faults& faults) : usual_(usual), faults_(faults) {}
  void record_order(const marketplace::orders::OrderPlaced& event,
                    RecordOrderContext& ctx) override;
  marketplace::Totals find_totals(const marketplace::FindTotals& query,
                                  FindTotalsContext& ctx) override;

 private:
  marketplace::Analytics& usual_;
  Faults& faults_;
};

}  // namespace shop
