#include "simulate/feed.h"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <variant>

#include "input/order_reader.h"

namespace shop {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBatch = 100;

// Sleeps, but wakes up when asked to stop; false then.
bool wait(const std::stop_token& stop, std::chrono::steady_clock::duration time) {
  std::mutex mutex;
  std::unique_lock lock{mutex};
  std::condition_variable_any{}.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

marketplace::PlaceOrder command_for(const Order& order) {
  marketplace::PlaceOrder command{.order_id = order.id,
                                  .customer = order.customer,
                                  .country = order.country,
                                  .placed_on = *flow::parse_date(order.date),
                                  .items = {}};
  for (const OrderLine& line : order.lines) {
    command.items.push_back({.product_id = line.product_id,
                             .quantity = line.quantity,
                             .unit_price = line.unit_price,
                             .discount = line.discount});
  }
  return command;
}

}  // namespace

void create_feed_table(flow::Sql& sql) {
  sql.execute(
      "CREATE TABLE IF NOT EXISTS fed(one INTEGER PRIMARY KEY CHECK (one = 1), source TEXT NOT "
      "NULL, is_all INTEGER "
      "NOT NULL, orders INTEGER NOT NULL, lines INTEGER NOT NULL, gross_micros INTEGER NOT NULL, "
      "net_micros INTEGER "
      "NOT NULL)");
}

std::optional<Fed> read_fed(flow::Sql& sql) {
  const auto rows =
      sql.query("SELECT source, is_all, orders, lines, gross_micros, net_micros FROM fed");
  if (rows.empty()) return std::nullopt;
  const auto number = [&](std::size_t i) { return std::get<std::int64_t>(rows[0].at(i)); };
  return Fed{.source = std::get<std::string>(rows[0].at(0)),
             .all = number(1) != 0,
             .totals = {.orders = number(2),
                        .lines = number(3),
                        .gross = from_micros(number(4)),
                        .net = from_micros(number(5))}};
}

void Feeder::run(const std::stop_token& stop) {
  started_ = std::chrono::steady_clock::now();
  keep(stop, [&](Bus&, flow::Sql& sql) {
    sql.execute("INSERT OR IGNORE INTO fed VALUES (1, ?, 0, 0, 0, 0, 0)", source_.name());
  });
  OrderReader reader{source_, dirty_};
  Order order;
  std::vector<marketplace::PlaceOrder> batch;
  for (bool more = true; more;) {
    more = reader.next(order);
    if (more) {
      ++totals_.orders;
      for (const OrderLine& line : order.lines)
        totals_.add_line(line.quantity, line.unit_price, line.discount);
      batch.push_back(command_for(order));
    }
    if (batch.size() == kBatch || !more) {
      if (!send(batch, stop)) return;
      batch.clear();
    }
  }
  record_end(stop);
}

bool Feeder::send(const std::vector<marketplace::PlaceOrder>& batch, const std::stop_token& stop) {
  if (!pause_for_rate(stop)) return false;
  const bool kept = keep(stop, [&](Bus& bus, flow::Sql&) {
    for (const marketplace::PlaceOrder& command : batch) bus.send(command);
  });
  if (kept) sent_ += batch.size();
  return kept;
}

// A full channel or a busy store says so, and is asked again: that is the back-pressure. False:
// asked to stop.
bool Feeder::keep(const std::stop_token& stop, const std::function<void(Bus&, flow::Sql&)>& work) {
  const auto may_pass = [](const flow::Error& error) {
    return error.category == flow::Category::busy || error.category == flow::Category::transient;
  };
  while (!stop.stop_requested()) {
    try {
      service_.bus().unit_of_work(work);
      return true;
    } catch (const flow::BusError& failed) {
      if (!may_pass(failed.error)) throw;
    } catch (const flow::SqlError& failed) {
      if (!may_pass(failed.error)) throw;
    }
    wait(stop, 20ms);
  }
  return false;
}

bool Feeder::pause_for_rate(const std::stop_token& stop) const {
  if (per_second_ == 0) return !stop.stop_requested();
  const auto due = started_ + std::chrono::microseconds{sent_ * 1'000'000 / per_second_};
  return wait(stop, due - std::chrono::steady_clock::now());
}

void Feeder::record_end(const std::stop_token& stop) {
  keep(stop, [&](Bus&, flow::Sql& sql) {
    sql.execute(
        "UPDATE fed SET is_all = 1, orders = ?, lines = ?, gross_micros = ?, net_micros = ?",
        totals_.orders, totals_.lines, to_micros(totals_.gross), to_micros(totals_.net));
  });
}

}  // namespace shop
