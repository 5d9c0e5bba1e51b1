#include "simulate/progress.h"

#include "flow/decimal.h"

namespace shop {
namespace {

using namespace std::chrono_literals;

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// "analytics.record_order" → "analytics"
std::string short_name(const std::string& endpoint) {
  return endpoint.substr(0, endpoint.find('.'));
}

std::string one_decimal(double value) {
  return flow::Decimal::from_parts(static_cast<flow::Int128>(value * 10), 1).to_string();
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, bool quiet)
    : out_(out), terminal_(terminal), quiet_(quiet) {}

void Progress::show(std::uint64_t sent, const flow::Host& host) {
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || now - shown_ < 1s) return;
  out_ << (terminal_ ? "\r\x1b[K" : "") << line(sent, host) << (terminal_ ? "" : "\n")
       << std::flush;
  shown_ = now;
}

void Progress::finish(std::uint64_t sent, const flow::Host& host) {
  if (quiet_) return;
  out_ << (terminal_ ? "\r\x1b[K" : "") << line(sent, host) << '\n' << std::flush;
}

std::string Progress::line(std::uint64_t sent, const flow::Host& host) {
  const auto now = std::chrono::steady_clock::now();
  std::string text = one_decimal(seconds(now - started_)) + " s  sent " + std::to_string(sent);
  std::uint64_t handled = 0;
  for (const flow::EndpointStats& endpoint : host.endpoint_stats()) {
    if (endpoint.channel.empty()) continue;
    handled += endpoint.handled;
    text += " | " + short_name(endpoint.endpoint) + " " + std::to_string(endpoint.handled);
    if (endpoint.retried != 0) text += ", " + std::to_string(endpoint.retried) + " retried";
    if (endpoint.dead != 0) text += ", " + std::to_string(endpoint.dead) + " dead";
  }
  const double passed = seconds(now - shown_);
  if (passed > 0) {
    text += " | " +
            std::to_string(static_cast<std::uint64_t>(
                static_cast<double>(handled - handled_before_) / passed)) +
            " handled/s";
  }
  handled_before_ = handled;
  return text;
}

}  // namespace shop
