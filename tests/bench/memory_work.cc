// In memory, one core: publish to three subscribers through a host on the memory store, beside a
// hand-written loop that decodes the same payload with simdjson and calls the same handler three
// times.
#include <sched.h>

#include <simdjson.h>

#include <stdexcept>

#include "bench.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

// Everything of this process on one core, threads made later included.
class OneCore {
 public:
  OneCore() {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
  }
  ~OneCore() { sched_setaffinity(0, sizeof before_, &before_); }

 private:
  cpu_set_t before_{};
};

struct Measured {
  double per_second = 0;
  std::uint64_t lost = 0, doubled = 0;
  double cpu_us = 0, switches = 0;
};

Measured ours(const Settings& settings) {
  Subscribers subscribers{settings.events};
  flow::HostOptions options;
  options.deployment = "memory";
  auto host = flow::Host::open(subscribers.service(), options);
  if (!host) throw std::runtime_error(host.error().text);
  // The backlog is there before the clock starts: the figure is decode, dispatch and completion.
  for (std::uint64_t n = 0; n < settings.events;) {
    subscribers.service().bus().unit_of_work([&](m::BenchService::Bus& bus, flow::Sql&) {
      for (const std::uint64_t end = std::min(n + 500, settings.events); n < end; ++n)
        bus.publish(order(n));
    });
  }
  const Usage usage;
  const auto begin = Clock::now();
  (*host)->start();
  if (!(*host)->wait_idle(std::chrono::seconds{120}))
    throw std::runtime_error("not idle after 120 s");
  const Seconds took = Clock::now() - begin;
  const double cpu_us = usage.cpu_us_each(3 * settings.events),
               switches = usage.switches_each(3 * settings.events);
  (*host)->drain();
  return {3.0 * static_cast<double>(settings.events) / took.count(), subscribers.lost(),
          subscribers.doubled(), cpu_us, switches};
}

std::string_view text(simdjson::ondemand::value value) {
  return value.get_string().value();
}

m::OrderPlaced decode(simdjson::ondemand::parser& parser, const simdjson::padded_string& payload) {
  m::OrderPlaced event;
  simdjson::ondemand::document document = parser.iterate(payload);
  simdjson::ondemand::object object = document.get_object();
  event.order_id = *flow::Uuid::parse(text(object["order_id"].value()));
  event.number = object["number"].get_int64();
  event.customer = std::string_view(object["customer"].get_string());
  for (simdjson::ondemand::object item : object["items"].get_array()) {
    m::Item& added = event.items.emplace_back();
    added.sku = std::string_view(item["sku"].get_string());
    added.quantity = static_cast<std::int32_t>(item["quantity"].get_int64());
    added.unit_price = *flow::Decimal::parse(text(item["unit_price"].value()));
  }
  event.placed_at = *flow::parse_timestamp(text(object["placed_at"].value()));
  return event;
}

Measured twin(const Settings& settings) {
  std::vector<simdjson::padded_string> payloads;
  payloads.reserve(settings.events);
  for (std::uint64_t n = 0; n < settings.events; ++n)
    payloads.emplace_back(flow::json::encode_payload(order(n)));
  Tally first{settings.events}, second{settings.events}, third{settings.events};
  simdjson::ondemand::parser parser;
  const Usage usage;
  const auto begin = Clock::now();
  for (Tally* tally : {&first, &second, &third}) {
    for (const auto& payload : payloads) tally->saw(decode(parser, payload).number);
  }
  const Seconds took = Clock::now() - begin;
  const double cpu_us = usage.cpu_us_each(3 * settings.events);
  if (first.lost() + second.lost() + third.lost() != 0)
    throw std::runtime_error("the twin lost events");
  return {3.0 * static_cast<double>(settings.events) / took.count(), 0, 0, cpu_us, 0};
}

}  // namespace

std::vector<Row> memory_work(const Settings& settings) {
  const OneCore one_core;
  std::vector<double> our_rates, twin_rates, our_cpu, twin_cpu, switches;
  Row row{.work = "in memory, one core", .backend = "memory", .unit = "deliveries/s"};
  for (int i = 0; i < settings.repeats; ++i) {
    const Measured raw = twin(settings), measured = ours(settings);
    twin_rates.push_back(raw.per_second);
    twin_cpu.push_back(raw.cpu_us);
    our_rates.push_back(measured.per_second);
    our_cpu.push_back(measured.cpu_us);
    switches.push_back(measured.switches);
    row.lost += measured.lost;
    row.doubled += measured.doubled;
  }
  row.ours = median(our_rates);
  row.twin = median(twin_rates);
  row.cpu_us = median(our_cpu);
  row.twin_cpu_us = median(twin_cpu);
  row.switches = median(switches);
  row.rss_mib = rss_peak_mib();
  return {row};
}

}  // namespace bench
