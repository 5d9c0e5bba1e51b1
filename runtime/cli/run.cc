#include "cli/run.h"

#include "engine/store.h"
#include "flow/host.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "host/deployment.h"
#include "cli/signals.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "observe/redact.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <set>

namespace flow::detail {

namespace {

using namespace std::chrono_literals;

constexpr microseconds kDrainDeadline = 30s;
constexpr microseconds kHealthEvery = 1s;
constexpr auto kMetricsEvery = 5s;

std::string channels_text(const Topology& topology) {
  std::set<ChannelNo> served;
  for (const Endpoint& endpoint : topology.endpoints) {
    if (endpoint.service == topology.service_no && endpoint.channel != no_channel)
      served.insert(endpoint.channel);
  }
  return fmt::format("{} channel{}", served.size(), served.size() == 1 ? "" : "s");
}

// Rewrites the metrics file when its time has come; a file that cannot be written is told once, not
// every 5 s.
class MetricsFile {
 public:
  MetricsFile(const std::string& path, const Topology& topology, LogWriter& log)
      : path_(path), topology_(topology), log_(log) {}

  void refresh(Host& host, bool now) {
    if (path_.empty() || (!now && std::chrono::steady_clock::now() < next_)) return;
    next_ = std::chrono::steady_clock::now() + kMetricsEvery;
    auto channels = host.channel_stats();
    Result<void> written;
    if (channels) {
      written =
          replace_file(path_, metrics_text(topology_.service, host.endpoint_stats(), *channels));
    } else {
      written = channels.error();
    }
    if (!written && !failing_)
      log_.write(LogLevel::error, "metrics are not written: " + written.error().text);
    failing_ = !written;
  }

 private:
  const std::string& path_;
  const Topology& topology_;
  LogWriter& log_;
  std::chrono::steady_clock::time_point next_{};
  bool failing_ = false;
};

void say_running(CommandContext& context, const Deployment& deployment, std::string_view path) {
  const Topology& topology = context.topology();
  const std::string where = path.empty() ? "memory" : without_passwords(path);
  if (context.line.json) {
    context.console.out(fmt::format(
        "{{\"running\":{{\"service\":{},\"deployment\":{},\"store\":{},\"pid\":{}}}}}\n",
        json_quoted(topology.service), json_quoted(deployment.name), json_quoted(where),
        ::getpid()));
  } else {
    context.console.out(fmt::format("{} is running: {} on {} (deployment {})\n", topology.service,
                                    channels_text(topology), printable(where), deployment.name));
  }
}

void say_drained(CommandContext& context, bool finished, microseconds deadline, int code) {
  if (context.line.json) {
    context.console.out(fmt::format("{{\"drained\":{},\"exit_code\":{}}}\n", finished, code));
    return;
  }
  const std::string_view service = context.topology().service;
  context.console.out(
      finished
          ? fmt::format("{} has drained\n", service)
          : fmt::format("{} has left after {}: what still ran will be handled again (exit {})\n",
                        service, human_duration(deadline), code));
}

}  // namespace

void Run::declare(Options& options) {
  options.duration("--drain-deadline", drain_deadline,
                   "How long what runs may take to finish after SIGTERM; default 30s");
  options.flag("--accept-orphans", accept_orphans,
               "Start although the store holds deliveries of endpoints no longer declared");
  options.text("--metrics-file", metrics_file, "PATH",
               "Rewrite this file every 5s with metrics in the Prometheus text format");
  options.footer(
      "Every command takes --json, --deploy NAME and --store PATH as well.\n"
      "Exit codes: 0 drained, 1 failed to start, 2 wrong usage, 3 drained but for handlers that "
      "still ran at the deadline (what they had is handled again), 75 left because too many "
      "handlers were stuck: start it again. A second signal ends it at once, with 128 and the "
      "signal's number.");
}

Result<int> Run::run(CommandContext& context) {
  const CommonOptions& line = context.line;
  const microseconds deadline = drain_deadline.value_or(kDrainDeadline);
  const Topology& topology = context.topology();
  const auto deployment = find_deployment(topology, line.deployment);
  if (!deployment) return deployment.error();
  const auto path = store_path(*deployment.value(), line.store);
  if (!path) return path.error();

  LogWriter log{context.clock, line.json ? LogFormat::json : LogFormat::text, LogLevel::info,
                [&](std::string_view text) { context.console.err(text); }};
  SignalWatch signals;  // before the host: a signal while it opens ends it
  HostOptions options;
  options.deployment = line.deployment;
  options.store_path = line.store;
  options.drain_deadline = deadline;
  options.accept_orphans = accept_orphans;
  options.log = [&](const std::string& text) { log.write(LogLevel::warning, text); };
  auto opened = Host::open(context.service, std::move(options));
  if (!opened) return opened.error();
  Host& host = **opened;
  SignalWatch::begun();
  host.start();
  say_running(context, *deployment.value(), path.value());
  (void)context.console
      .flush();  // whoever waits for the line may have left: no reason to stop handling

  MetricsFile metrics{metrics_file, topology, log};
  std::optional<int> signal;
  bool unhealthy = false;
  while (!signal && !unhealthy) {
    metrics.refresh(host, false);
    signal = signals.wait(kHealthEvery);
    unhealthy = !signal && host.unhealthy();
  }
  log.write(unhealthy ? LogLevel::error : LogLevel::info,
            unhealthy
                ? "too many handlers are stuck: draining, to be started again (exit 75)"
                : fmt::format("draining after {}", *signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  const bool finished = host.drain();
  metrics.refresh(host, true);
  const int code = unhealthy ? kUnhealthy : finished ? kDone : kLeftBehind;
  say_drained(context, finished, deadline, code);
  if (finished) return code;
  // A handler that did not stop by the deadline cannot be joined. What it began is not committed.
  (void)context.console.flush();
  ::_exit(code);
}

std::unique_ptr<Command> make_run() {
  return std::make_unique<Run>();
}

}  // namespace flow::detail
