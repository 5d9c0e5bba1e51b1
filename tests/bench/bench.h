#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench.flow.h"
#include "flow/host.h"

namespace bench {

namespace m = ::bench::orders;
using Seconds = std::chrono::duration<double>;

/// One row of the report: ours and its native twin, measured in the same run.
struct Row {
  std::string work;
  std::string backend;
  double ours = 0;
  double twin = 0;  ///< 0: this work has no twin, only a bound
  std::string unit;
  bool less_is_better = false;  ///< ratio is twin / ours then
  double p50_ms = 0, p99_ms = 0;
  double rss_mib = 0;
  std::uint64_t lost = 0, doubled = 0;
  double cpu_us = 0, twin_cpu_us = 0;  ///< processor time of the process for each unit of work
  double switches = 0;                 ///< context switches for each unit of work, ours
};

/// Processor time and context switches of the process from its making on.
class Usage {
 public:
  Usage();
  double cpu_us_each(std::uint64_t work) const;
  double switches_each(std::uint64_t work) const;

 private:
  double cpu_us_ = 0, switches_ = 0;
};

struct Settings {
  std::string directory;  ///< for stores; emptied between works
  std::uint64_t events = 100'000;
  int repeats = 3;  ///< ours and twin by turns; the median of each is reported
};

/// Counts every event at every subscriber by its number.
class Tally {
 public:
  explicit Tally(std::uint64_t events) : seen_(events) {}
  void saw(std::int64_t number) {
    seen_[static_cast<std::size_t>(number)].fetch_add(1, std::memory_order_relaxed);
  }
  std::uint64_t lost() const;
  std::uint64_t doubled() const;

 private:
  std::vector<std::atomic<std::uint8_t>> seen_;
};

/// The three subscribers, each with a tally of its own.
class Subscribers {
 public:
  explicit Subscribers(std::uint64_t events);
  ~Subscribers();
  m::BenchService& service();
  std::uint64_t lost() const;
  std::uint64_t doubled() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

m::OrderPlaced order(std::uint64_t number);
double rss_peak_mib();
double median(std::vector<double> values);

std::vector<Row> memory_work(const Settings& settings);
std::vector<Row> sqlite_work(const Settings& settings);
std::vector<Row> backlog_work(const Settings& settings);
std::vector<Row> start_work(const Settings& settings);

}  // namespace bench
