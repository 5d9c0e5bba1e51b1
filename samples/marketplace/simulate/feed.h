#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "input/dirty_lines.h"
#include "input/money.h"
#include "input/source.h"
#include "marketplace.flow.h"

namespace shop {

/// What a store knows of the run it holds.
struct Fed {
  std::string source;  ///< Source::name()
  bool all = false;    ///< fed to its end
  OrderTotals totals;  ///< when all
};

/// Creates what feeding keeps of itself in the store.
void create_feed_table(flow::Sql& sql);
std::optional<Fed> read_fed(flow::Sql& sql);

/// Reads a source and sends its orders, a hundred to a unit of work. Sending an order again is
/// harmless (see Orders::place), so after a crash the whole source is fed again. Used by one
/// thread; placed() by any.
class Feeder {
 public:
  Feeder(marketplace::MarketplaceService& service, const Source& source, std::uint64_t per_second)
      : service_(service), source_(source), per_second_(per_second) {}

  /// Returns at the source's end, or when asked to stop. Throws InputError, and flow::BusError when
  /// the store fails for good.
  void run(const std::stop_token& stop);
  /// How many orders have been sent so far.
  std::uint64_t sent() const { return sent_; }

  const OrderTotals& totals() const { return totals_; }
  DirtyLines& dirty() { return dirty_; }

 private:
  using Bus = marketplace::MarketplaceService::Bus;

  bool send(const std::vector<marketplace::PlaceOrder>& batch, const std::stop_token& stop);
  bool pause_for_rate(const std::stop_token& stop) const;
  bool keep(const std::stop_token& stop, const std::function<void(Bus&, flow::Sql&)>& work);
  void record_end(const std::stop_token& stop);

  marketplace::MarketplaceService& service_;
  const Source& source_;
  std::uint64_t per_second_;
  std::chrono::steady_clock::time_point started_;
  std::atomic<std::uint64_t> sent_ = 0;
  OrderTotals totals_;
  DirtyLines dirty_;
};

}  // namespace shop
