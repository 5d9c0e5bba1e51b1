#include "simulate/report.h"

#include <sys/resource.h>

#include <algorithm>
#include <iomanip>
#include <variant>

#include "flow/json.h"

namespace shop {
namespace {

std::string money(const flow::Decimal& amount) {
  return amount.rounded(2, flow::Decimal::Rounding::half_up).to_string();
}

// "1265793.04" → "1,265,793.04"
std::string grouped(const std::string& number) {
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(number.find('.'), number.size());
  std::string text;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (i > first && i < end && (end - i) % 3 == 0) text += ',';
    text += number[i];
  }
  return text;
}
template <typename Integer>
std::string grouped(Integer number) {
  return grouped(std::to_string(number));
}

std::int64_t count(flow::Sql& sql, const char* statement) {
  return std::get<std::int64_t>(sql.query(statement).at(0).at(0));
}

SubscriberResult count_orders(flow::Sql& sql, std::string name, const std::string& table) {
  const auto rows = sql.query("SELECT count(*), count(DISTINCT order_id) FROM " + table).at(0);
  const auto all = std::get<std::int64_t>(rows.at(0));
  const auto distinct = std::get<std::int64_t>(rows.at(1));
  return {
      .name = std::move(name), .orders = distinct, .doubled = all - distinct, .complete = false};
}

double peak_memory_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void print_totals(std::ostream& out, const char* name, const OrderTotals& totals) {
  out << "  " << std::left << std::setw(14) << name << std::right << std::setw(12)
      << grouped(totals.orders) << std::setw(14) << grouped(totals.lines) << std::setw(20)
      << grouped(money(totals.gross)) << std::setw(20) << grouped(money(totals.net)) << '\n';
}

void print_dirty(std::ostream& out, const DirtyLines& dirty) {
  if (dirty.total() == 0) return;
  out << "\nDirty lines of the input: " << grouped(dirty.total());
  const char* separator = " (";
  for (const auto& [file, lines] : dirty.by_file()) {
    out << separator << file << " " << grouped(lines);
    separator = ", ";
  }
  out << ")\n";
  constexpr std::size_t kShown = 5;
  const std::size_t shown = std::min(kShown, dirty.shown().size());
  for (std::size_t i = 0; i < shown; ++i) {
    const DirtyLine& line = dirty.shown()[i];
    out << "  " << line.file << ":" << line.line << ": " << line.why << "; kept " << line.kept
        << '\n';
  }
  if (dirty.total() > shown)
    out << "  and " << grouped(dirty.total() - shown) << " more (see --report)\n";
}

void print_endpoints(std::ostream& out, const Report& report) {
  out << "\n  Endpoint                               handled   retried      dead    p50 ms    p99 "
         "ms  handler p99\n";
  for (const flow::EndpointStats& endpoint : report.endpoints) {
    if (endpoint.channel.empty()) continue;
    out << "  " << std::left << std::setw(36) << endpoint.endpoint << std::right << std::setw(10)
        << grouped(endpoint.handled) << std::setw(10) << grouped(endpoint.retried) << std::setw(10)
        << grouped(endpoint.dead) << std::fixed << std::setprecision(1) << std::setw(10)
        << endpoint.p50_ms << std::setw(10) << endpoint.p99_ms << std::setw(13)
        << endpoint.handler_p99_ms << '\n';
  }
}

void write(flow::json::Writer& json, const OrderTotals& totals) {
  json.field("orders", totals.orders);
  json.field("lines", totals.lines);
  json.field("gross", money(totals.gross));
  json.field("net", money(totals.net));
}

void write_endpoints(flow::json::Writer& json, const Report& report) {
  json.key("endpoints");
  json.begin_array();
  for (const flow::EndpointStats& endpoint : report.endpoints) {
    if (endpoint.channel.empty()) continue;
    json.begin_object();
    json.field("endpoint", endpoint.endpoint);
    json.field("channel", endpoint.channel);
    json.field("handled", static_cast<std::int64_t>(endpoint.handled));
    json.field("retried", static_cast<std::int64_t>(endpoint.retried));
    json.field("dead", static_cast<std::int64_t>(endpoint.dead));
    json.field("p50_ms", endpoint.p50_ms);
    json.field("p99_ms", endpoint.p99_ms);
    json.field("handler_p50_ms", endpoint.handler_p50_ms);
    json.field("handler_p99_ms", endpoint.handler_p99_ms);
    json.end_object();
  }
  json.end_array();
}

void write_dirty(flow::json::Writer& json, const DirtyLines& dirty) {
  json.key("dirty_lines");
  json.begin_object();
  json.field("total", static_cast<std::int64_t>(dirty.total()));
  json.key("by_file");
  json.begin_object();
  for (const auto& [file, lines] : dirty.by_file())
    json.field(file, static_cast<std::int64_t>(lines));
  json.end_object();
  json.key("first");
  json.begin_array();
  for (const DirtyLine& line : dirty.shown()) {
    json.begin_object();
    json.field("file", line.file);
    json.field("line", static_cast<std::int64_t>(line.line));
    json.field("why", line.why);
    json.field("kept", line.kept);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

bool Report::complete() const {
  return fed_all && totals_agree &&
         std::all_of(subscribers.begin(), subscribers.end(),
                     [](const SubscriberResult& s) { return s.complete; });
}

Report gather(marketplace::MarketplaceService& service, flow::Host& host,
              const Notification& notification, const Fed& fed) {
  Report report;
  report.source = fed.source;
  report.fed_all = fed.all;
  report.fed = fed.totals;
  const marketplace::Totals totals = service.bus().ask(marketplace::FindTotals{});
  report.analytics = {
      .orders = totals.orders, .lines = totals.lines, .gross = totals.gross, .net = totals.net};
  report.totals_agree = report.analytics == report.fed;
  report.receipts = notification.receipts();
  service.bus().unit_of_work([&](marketplace::MarketplaceService::Bus&, flow::Sql& sql) {
    report.orders_placed = count(sql, "SELECT count(*) FROM orders");
    report.matches = count(sql, "SELECT count(*) FROM matches");
    report.subscribers = {
        {.name = "notification", .orders = report.receipts, .doubled = 0, .complete = false},
        count_orders(sql, "matching", "matched_orders"),
        count_orders(sql, "analytics", "recorded_orders")};
  });
  for (SubscriberResult& subscriber : report.subscribers) {
    subscriber.complete =
        fed.all && subscriber.doubled == 0 && subscriber.orders == fed.totals.orders;
  }
  report.endpoints = host.endpoint_stats();
  auto dead = host.dead_letter_counts();
  if (!dead) throw flow::BusError(dead.error());
  report.dead_letters = std::move(*dead);
  report.peak_memory_mib = peak_memory_mib();
  return report;
}

void print(std::ostream& out, const Report& report) {
  out << "\nThe run of " << report.source << (report.fed_all ? "" : " (not fed to its end)")
      << '\n';
  out << "\n                      orders         lines               gross                 net\n";
  print_totals(out, "fed", report.fed);
  print_totals(out, "analytics", report.analytics);
  out << "\n  Subscriber          orders       doubled   complete\n";
  for (const SubscriberResult& subscriber : report.subscribers) {
    out << "  " << std::left << std::setw(14) << subscriber.name << std::right << std::setw(12)
        << grouped(subscriber.orders) << std::setw(14) << grouped(subscriber.doubled) << "   "
        << (subscriber.complete ? "yes" : "no") << '\n';
  }
  out << "  Receipts written: " << grouped(report.receipts)
      << ". Offers to suppliers: " << grouped(report.matches) << ".\n";
  print_endpoints(out, report);
  if (!report.dead_letters.empty()) {
    out << "\n  Dead letters (marketplace dead-letters list)\n";
    for (const flow::DeadLetterCount& dead : report.dead_letters) {
      out << "  " << std::setw(8) << grouped(dead.count) << "  " << dead.endpoint << ": "
          << dead.reason << '\n';
    }
  }
  if (report.dirty != nullptr) print_dirty(out, *report.dirty);
  out << "\n"
      << std::fixed << std::setprecision(1) << report.seconds << " s, peak memory "
      << report.peak_memory_mib << " MiB. "
      << (report.complete() ? "Complete: every order reached every subscriber once."
                            : "Not complete.")
      << '\n';
}

std::string to_json(const Report& report) {
  std::string text;
  flow::json::Writer json{text};
  json.begin_object();
  json.field("source", report.source);
  json.field("complete", report.complete());
  json.field("fed_all", report.fed_all);
  write(json, report.fed);
  json.field("orders_placed", report.orders_placed);
  json.key("analytics");
  json.begin_object();
  write(json, report.analytics);
  json.end_object();
  json.field("totals_agree", report.totals_agree);
  json.key("subscribers");
  json.begin_object();
  for (const SubscriberResult& subscriber : report.subscribers) {
    json.key(subscriber.name);
    json.begin_object();
    json.field("orders", subscriber.orders);
    json.field("doubled", subscriber.doubled);
    json.field("complete", subscriber.complete);
    json.end_object();
  }
  json.end_object();
  json.field("matches", report.matches);
  json.field("receipts", report.receipts);
  write_endpoints(json, report);
  json.key("dead_letters");
  json.begin_array();
  for (const flow::DeadLetterCount& dead : report.dead_letters) {
    json.begin_object();
    json.field("endpoint", dead.endpoint);
    json.field("reason", dead.reason);
    json.field("count", static_cast<std::int64_t>(dead.count));
    json.end_object();
  }
  json.end_array();
  if (report.dirty != nullptr) write_dirty(json, *report.dirty);
  json.field("seconds", report.seconds);
  json.field("peak_memory_mib", report.peak_memory_mib);
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace shop
