#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

#include "flow/host.h"

namespace shop {

/// Shows how a run goes, once a second: a line that updates itself on a terminal, a line each
/// otherwise. Used by one thread.
class Progress {
 public:
  Progress(std::ostream& out, bool terminal, bool quiet);
  /// Shows the line when a second has passed since the last one.
  void show(std::uint64_t sent, const flow::Host& host);
  /// The last line, which stays.
  void finish(std::uint64_t sent, const flow::Host& host);

 private:
  std::string line(std::uint64_t sent, const flow::Host& host);

  std::ostream& out_;
  bool terminal_;
  bool quiet_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_ = started_;
  std::uint64_t handled_before_ = 0;
};

}  // namespace shop
