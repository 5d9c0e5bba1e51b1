#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/result.h"
#include "flow/service.h"
#include "flow/time.h"

namespace flow {

struct HostOptions {
  std::string deployment;       ///< empty: the first declared
  std::string store_path;       ///< overrides the deployment's file; empty: as deployed
  bool handle_channels = true;  ///< false: a bus only (the command line's `send`)
  microseconds drain_deadline{30'000'000};
  bool accept_orphans =
      false;  ///< start although the store holds deliveries of endpoints no longer declared
  /// Called for every alarm and notable event, one line of text, from any thread. Default: standard
  /// error.
  std::function<void(const std::string&)> log;
};

/// A snapshot of one endpoint since the host started. Latency is from created-at to handled and
/// committed.
struct EndpointStats {
  std::string endpoint;
  std::string channel;
  std::uint64_t handled = 0;
  std::uint64_t failed_attempts = 0;
  std::uint64_t retried = 0;
  std::uint64_t dead = 0;
  double p50_ms = 0, p99_ms = 0, p999_ms = 0, max_ms = 0;  ///< publish to committed
  double handler_p50_ms = 0, handler_p99_ms = 0;           ///< the handler's own time
};

/// A channel now, read from the store and, where a process serves it, from that process.
struct ChannelStats {
  std::string channel;
  std::uint64_t depth = 0;     ///< not yet handled: in line, retrying and waiting
  std::uint64_t retrying = 0;  ///< failed at least once, next attempt pending
  std::uint64_t waiting = 0;   ///< held back behind their key
  std::uint64_t delayed = 0;   ///< messages for it whose time has not come; not in the depth
  std::uint64_t dead = 0;
  double oldest_age_s = 0;  ///< of the oldest not yet handled; 0 when there is none
  std::uint64_t in_flight = 0;
  double handled_per_s = 0;
};

/// A message that was sent.
struct Sent {
  Uuid id;
  bool before = false;  ///< by an earlier call, under the id given: nothing was appended now
};

/// How many dead letters an endpoint has for one reason.
struct DeadLetterCount {
  std::string endpoint;
  std::string reason;
  std::uint64_t count = 0;
};

/// A service running in this process. Construct, start, use service.bus(), drain. All functions are
/// thread-safe unless they say otherwise.
class Host {
 public:
  /// Opens the store, checks it against the topology. The error says what to do.
  static Result<std::unique_ptr<Host>> open(Service& service, HostOptions options);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Starts the workers.
  void start();
  /// Stops claiming, finishes what runs until the deadline, hands back the rest. Idempotent. True
  /// when everything that ran had finished. Throws BusError `waits_for_itself` in a handler of this
  /// host, and in a unit of work of its bus.
  bool drain();
  /// True when no channel of this service has a delivery that is in line, running, or due before
  /// `horizon` from now.
  bool idle(microseconds horizon = microseconds{0}) const;
  /// Blocks until idle(horizon) or `timeout`; true when idle. Throws as drain() does.
  bool wait_idle(microseconds timeout, microseconds horizon = microseconds{0});
  /// Too many stuck handlers: the process should drain and leave for its supervisor to restart.
  bool unhealthy() const;

  /// As the generated bus sends it, and throws; says as well whether it was sent before.
  Sent send(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options);

  std::vector<EndpointStats> endpoint_stats() const;
  Result<std::vector<ChannelStats>> channel_stats() const;
  /// The store's dead letters by endpoint and reason, the most frequent first. Reads all of them, a
  /// page at a time.
  Result<std::vector<DeadLetterCount>> dead_letter_counts();
  /// The store, for operators' commands (see engine/store_operating.h).
  Store& store();

 private:
  struct State;
  explicit Host(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace flow
