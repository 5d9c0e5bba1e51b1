#include "bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace bench {

std::uint64_t Tally::lost() const {
  return static_cast<std::uint64_t>(
      std::count_if(seen_.begin(), seen_.end(), [](const auto& n) { return n.load() == 0; }));
}

std::uint64_t Tally::doubled() const {
  std::uint64_t doubled = 0;
  for (const auto& n : seen_) doubled += n.load() > 1 ? n.load() - 1U : 0U;
  return doubled;
}

namespace {

template <typename Component, typename Context>
class Subscriber final : public Component {
 public:
  explicit Subscriber(std::uint64_t events) : tally(events) {}
  void on_order(const m::OrderPlaced& event, Context&) override { tally.saw(event.number); }
  Tally tally;
};

}  // namespace

struct Subscribers::State {
  explicit State(std::uint64_t events) : first(events), second(events), third(events) {}
  Subscriber<m::First, m::First::OnOrderContext> first;
  Subscriber<m::Second, m::Second::OnOrderContext> second;
  Subscriber<m::Third, m::Third::OnOrderContext> third;
  m::BenchService service{{.first = first, .second = second, .third = third}};
};

Subscribers::Subscribers(std::uint64_t events) : state_(std::make_unique<State>(events)) {}
Subscribers::~Subscribers() = default;
m::BenchService& Subscribers::service() {
  return state_->service;
}
std::uint64_t Subscribers::lost() const {
  return state_->first.tally.lost() + state_->second.tally.lost() + state_->third.tally.lost();
}
std::uint64_t Subscribers::doubled() const {
  return state_->first.tally.doubled() + state_->second.tally.doubled() +
         state_->third.tally.doubled();
}

m::OrderPlaced order(std::uint64_t number) {
  m::OrderPlaced event;
  flow::Uuid::Octets octets{};
  for (std::size_t i = 0; i < 8; ++i)
    octets[i] = static_cast<std::uint8_t>(number >> (8 * (7 - i)));
  event.order_id = flow::Uuid{octets};
  event.number = static_cast<std::int64_t>(number);
  event.customer = "Vins et alcools Chevalier";
  event.items = {{"sku-11", 12, *flow::Decimal::parse("14.00")},
                 {"sku-42", 10, *flow::Decimal::parse("9.80")},
                 {"sku-72", 5, *flow::Decimal::parse("34.80")}};
  event.placed_at = flow::Timestamp{std::chrono::microseconds{836'438'400'000'000}};
  return event;
}

double rss_peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024.0;
  }
  return 0;
}

namespace {

// Processor time in µs, and context switches, so far.
std::pair<double, double> used() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return {us(usage.ru_utime) + us(usage.ru_stime),
          static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw)};
}

}  // namespace

Usage::Usage() {
  std::tie(cpu_us_, switches_) = used();
}
double Usage::cpu_us_each(std::uint64_t work) const {
  return (used().first - cpu_us_) / static_cast<double>(work);
}
double Usage::switches_each(std::uint64_t work) const {
  return (used().second - switches_) / static_cast<double>(work);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

namespace {

void print(const Row& row) {
  const double ratio = row.twin <= 0        ? 0
                       : row.less_is_better ? row.twin / row.ours
                                            : row.ours / row.twin;
  std::printf(
      R"({"work":"%s","backend":"%s","ours":%.6g,"twin":%.6g,"ratio":%.3f,"unit":"%s","p50_ms":%.3f,"p99_ms":%.3f,"rss_mib":%.1f,"lost":%llu,"doubled":%llu,"cpu_us":%.3f,"twin_cpu_us":%.3f,"switches":%.4f})"
      "\n",
      row.work.c_str(), row.backend.c_str(), row.ours, row.twin, ratio, row.unit.c_str(),
      row.p50_ms, row.p99_ms, row.rss_mib, static_cast<unsigned long long>(row.lost),
      static_cast<unsigned long long>(row.doubled), row.cpu_us, row.twin_cpu_us, row.switches);
  std::fflush(stdout);
}

struct Work {
  std::string_view name;
  std::vector<Row> (*run)(const Settings&);
};
constexpr Work works[] = {{"memory", memory_work},
                          {"sqlite", sqlite_work},
                          {"backlog", backlog_work},
                          {"start", start_work}};

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) {
    throw std::invalid_argument("wants a positive number, not `" + std::string(text) + "`");
  }
  return value;
}

}  // namespace
}  // namespace bench

// bench WORK DIRECTORY [EVENTS] [REPEATS]: one JSON object a line on standard output.
int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::fprintf(stderr, "usage: bench WORK DIRECTORY [EVENTS] [REPEATS]\n");
    return 2;
  }
  try {
    bench::Settings settings;
    settings.directory = argv[2];
    if (argc > 3) settings.events = bench::number(argv[3]);
    if (argc > 4) settings.repeats = static_cast<int>(bench::number(argv[4]));
    for (const bench::Work& work : bench::works) {
      if (work.name != argv[1]) continue;
      for (const bench::Row& row : work.run(settings)) bench::print(row);
      return 0;
    }
    std::fprintf(stderr, "bench: no work is called %s\n", argv[1]);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench: %s\n", e.what());
    return 1;
  }
}
