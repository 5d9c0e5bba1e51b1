#include "simulate/faults.h"

#include <signal.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace shop {
namespace {

std::uint64_t scramble(std::uint64_t x) {  // splitmix64's finaliser
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::uint64_t draw(std::uint64_t seed, std::string_view subscriber, std::int64_t order,
                   std::uint64_t attempt) {
  std::uint64_t state = scramble(seed);
  for (const char c : subscriber) state = scramble(state ^ static_cast<unsigned char>(c));
  return scramble(scramble(state ^ static_cast<std::uint64_t>(order)) ^ attempt) % 10'000;
}

std::string percent(std::uint32_t per_10000) {
  return flow::Decimal::from_parts(per_10000, 2).normalized().to_string() + "%";
}

}  // namespace

Fault* FaultPlan::find(std::string_view name) {
  if (name == "notification") return &notification;
  if (name == "matching") return &matching;
  if (name == "analytics") return &analytics;
  return nullptr;
}

void Faults::before(std::string_view subscriber, const Fault& fault, std::int64_t order,
                    std::uint32_t attempt) const {
  if (fault.slower.count() > 0) std::this_thread::sleep_for(fault.slower);
  if (draw(plan_.seed, subscriber, order, 0) < fault.fail_per_10000) {
    throw std::runtime_error(std::string{subscriber} + " is unavailable (--fail " +
                             std::string{subscriber} + "=" + percent(fault.fail_per_10000) + ")");
  }
  if (draw(plan_.seed, subscriber, order, attempt) < fault.flaky_per_10000) {
    throw std::runtime_error(std::string{subscriber} + " did not answer (--flaky " +
                             std::string{subscriber} + "=" + percent(fault.flaky_per_10000) + ")");
  }
}

void Faults::after() {
  if (++handled_ == plan_.crash_after) ::kill(::getpid(), SIGKILL);
}

void FaultyNotification::email_receipt(const marketplace::orders::OrderPlaced& event,
                                       EmailReceiptContext& ctx) {
  faults_.before("notification", faults_.plan().notification, event.order_id, ctx.attempt());
  usual_.email_receipt(event, ctx);
  faults_.after();
}

void FaultyMatching::match(const marketplace::orders::OrderPlaced& event, MatchContext& ctx) {
  faults_.before("matching", faults_.plan().matching, event.order_id, ctx.attempt());
  usual_.match(event, ctx);
  faults_.after();
}

void FaultyAnalytics::record_order(const marketplace::orders::OrderPlaced& event,
                                   RecordOrderContext& ctx) {
  faults_.before("analytics", faults_.plan().analytics, event.order_id, ctx.attempt());
  usual_.record_order(event, ctx);
  faults_.after();
}

marketplace::Totals FaultyAnalytics::find_totals(const marketplace::FindTotals& query,
                                                 FindTotalsContext& ctx) {
  return usual_.find_totals(query, ctx);
}

}  // namespace shop
