#include "simulate/options.h"

#include <charconv>
#include <chrono>

#include "flow/decimal.h"

namespace shop {

const std::string_view kUsage =
    R"(marketplace simulate [FLAGS]     places orders and shows what becomes of them
  --data DIR              orders from a folder of CSV files (see samples/README.md)
  --orders N --seed S     generated orders (2000, seed 1)
  --dirty 2%              how many lines of generated input are dirty (2%)
  --store FILE            where everything is kept (flow.db)
  --receipts DIR          where receipts are written (receipts)
  --fresh                 begin anew: without it, a store's earlier run goes on
  --resume                feed nothing, finish what the store holds
  --rate N                feed N orders per second (as fast as they are taken)
  --fail ENDPOINT=20%     these orders fail there, every time they are tried
  --flaky ENDPOINT=20%    these attempts fail there; a retry may succeed
  --slow ENDPOINT=50ms    every handling there takes that much longer
  --crash-after N         kill -9 of itself after N handlings
  --report FILE           the report as JSON, too
  --quiet                 no progress
  ENDPOINT is notification, matching or analytics; its flags may be repeated.
marketplace generate DIR [--orders N] [--seed S] [--dirty 2%]     writes generated orders as CSV
)";

namespace {

std::uint64_t count(const std::string& flag, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError(flag + " wants a number, not `" + text + "`");
  }
  return value;
}

// "2%", "0.5%": in ten-thousandths.
std::uint32_t percentage(const std::string& flag, std::string text) {
  const std::string whole = text;
  if (text.ends_with('%')) {
    text.pop_back();
    const auto value = flow::Decimal::parse(text);
    if (value && !value->is_negative() && *value <= 100 && value->normalized().scale() <= 2) {
      return static_cast<std::uint32_t>(value->rounded(2).coefficient());
    }
  }
  throw UsageError(flag + " wants a percentage from 0% to 100%, as 2% or 0.5%, not `" + whole +
                   "`");
}

// "50ms", "2s".
std::chrono::milliseconds length(const std::string& flag, std::string text) {
  const std::string whole = text;
  const bool milliseconds = text.ends_with("ms");
  if (!text.ends_with('s'))
    throw UsageError(flag + " wants a time as 50ms or 2s, not `" + whole + "`");
  text.resize(text.size() - (milliseconds ? 2 : 1));
  constexpr std::uint64_t kMost = 3'600'000;
  const std::uint64_t value = count(flag, text) * (milliseconds ? 1 : 1000);
  if (value > kMost) throw UsageError(flag + " wants at most an hour, not `" + whole + "`");
  return std::chrono::milliseconds{value};
}

// Walks over flags and their values, given as `--flag value` or `--flag=value`.
class Arguments {
 public:
  explicit Arguments(const std::vector<std::string>& all) : all_(all) {}

  bool next() {
    if (at_ == all_.size()) return false;
    flag_ = all_[at_++];
    value_.reset();
    const std::size_t equals = flag_.find('=');
    if (flag_.starts_with("--") && equals != std::string::npos) {
      value_ = flag_.substr(equals + 1);
      flag_.resize(equals);
    }
    return true;
  }
  const std::string& flag() const { return flag_; }
  std::string value() {
    if (value_) return *value_;
    if (at_ == all_.size()) throw UsageError(flag_ + " wants a value");
    return all_[at_++];
  }
  std::uint64_t number() { return count(flag_, value()); }
  // "analytics=20%": the endpoint's plan and the rest.
  std::pair<Fault&, std::string> fault(FaultPlan& plan) {
    const std::string text = value();
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      throw UsageError(flag_ + " wants ENDPOINT=AMOUNT, not `" + text + "`");
    Fault* const fault = plan.find(text.substr(0, equals));
    if (fault == nullptr) {
      throw UsageError(flag_ + ": no endpoint `" + text.substr(0, equals) +
                       "`; there are notification, matching and analytics");
    }
    return {*fault, text.substr(equals + 1)};
  }
  bool generator(Generator::Options& options) {
    if (flag_ == "--orders") {
      options.orders = number();
    } else if (flag_ == "--seed") {
      options.seed = number();
    } else if (flag_ == "--dirty") {
      options.dirty_per_10000 = percentage(flag_, value());
    } else {
      return false;
    }
    return true;
  }
  bool fault_flag(FaultPlan& plan) {
    if (flag_ == "--fail") {
      const auto [broken, amount] = fault(plan);
      broken.fail_per_10000 = percentage(flag_, amount);
    } else if (flag_ == "--flaky") {
      const auto [broken, amount] = fault(plan);
      broken.flaky_per_10000 = percentage(flag_, amount);
    } else if (flag_ == "--slow") {
      const auto [broken, amount] = fault(plan);
      broken.slower = length(flag_, amount);
    } else if (flag_ == "--crash-after") {
      plan.crash_after = number();
    } else {
      return false;
    }
    return true;
  }

 private:
  const std::vector<std::string>& all_;
  std::size_t at_ = 0;
  std::string flag_;
  std::optional<std::string> value_;
};

}  // namespace

SimulateOptions parse_simulate(const std::vector<std::string>& arguments) {
  SimulateOptions options;
  Arguments in{arguments};
  bool generated = false;
  while (in.next()) {
    if (in.generator(options.generator)) {
      generated = generated || in.flag() == "--orders";
    } else if (in.fault_flag(options.faults)) {
    } else if (in.flag() == "--data") {
      options.data = in.value();
    } else if (in.flag() == "--store") {
      options.store = in.value();
    } else if (in.flag() == "--receipts") {
      options.receipts = in.value();
    } else if (in.flag() == "--report") {
      options.report = in.value();
    } else if (in.flag() == "--rate") {
      options.rate = in.number();
    } else if (in.flag() == "--fresh") {
      options.fresh = true;
    } else if (in.flag() == "--resume") {
      options.resume = true;
    } else if (in.flag() == "--quiet") {
      options.quiet = true;
    } else {
      throw UsageError("simulate does not know " + in.flag());
    }
  }
  if (options.data && generated)
    throw UsageError("--data and --orders are two different inputs: give one");
  if (options.fresh && options.resume)
    throw UsageError("--fresh begins anew and --resume goes on: give one");
  options.faults.seed = options.generator.seed;
  return options;
}

GenerateOptions parse_generate(const std::vector<std::string>& arguments) {
  GenerateOptions options;
  Arguments in{arguments};
  while (in.next()) {
    if (in.generator(options.generator)) continue;
    if (in.flag().starts_with("-") || !options.folder.empty()) {
      throw UsageError("generate does not know " + in.flag());
    }
    options.folder = in.flag();
  }
  if (options.folder.empty()) throw UsageError("generate wants the folder to write to");
  return options;
}

}  // namespace shop
