#include "observe/metrics.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace flow::detail {

namespace {

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

class Writer {
 public:
  explicit Writer(std::string_view service) : service_(label_value(service)) {}

  void metric(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }
  template <typename T>
  void sample(std::string_view labels, T value) {
    text_ += fmt::format("{}{{service=\"{}\",{}}} {}\n", name_, service_, labels, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string service_;
  std::string_view name_;
  std::string text_;
};

std::string labels_of(const EndpointStats& stats) {
  return fmt::format("endpoint=\"{}\",channel=\"{}\"", label_value(stats.endpoint),
                     label_value(stats.channel));
}

std::string labels_of(const ChannelStats& stats) {
  return fmt::format("channel=\"{}\"", label_value(stats.channel));
}

template <typename Stats, typename Read>
void all(Writer& writer, std::span<const Stats> rows, Read read) {
  for (const Stats& row : rows) writer.sample(labels_of(row), read(row));
}

}  // namespace

std::string metrics_text(std::string_view service, std::span<const EndpointStats> endpoints,
                         std::span<const ChannelStats> channels) {
  using E = EndpointStats;
  using C = ChannelStats;
  Writer writer{service};
  writer.metric("flow_handled_total", "counter", "Deliveries handled and committed.");
  all(writer, endpoints, [](const E& e) { return e.handled; });
  writer.metric("flow_failed_attempts_total", "counter", "Attempts that failed.");
  all(writer, endpoints, [](const E& e) { return e.failed_attempts; });
  writer.metric("flow_retried_total", "counter", "Attempts after the first.");
  all(writer, endpoints, [](const E& e) { return e.retried; });
  writer.metric("flow_dead_total", "counter", "Deliveries that became dead letters.");
  all(writer, endpoints, [](const E& e) { return e.dead; });
  writer.metric("flow_latency_seconds", "gauge", "From publish to committed, by quantile.");
  for (const E& e : endpoints) {
    const std::string labels = labels_of(e);
    writer.sample(labels + ",quantile=\"0.5\"", e.p50_ms / 1000);
    writer.sample(labels + ",quantile=\"0.99\"", e.p99_ms / 1000);
    writer.sample(labels + ",quantile=\"0.999\"", e.p999_ms / 1000);
    writer.sample(labels + ",quantile=\"1\"", e.max_ms / 1000);
  }
  writer.metric("flow_handler_seconds", "gauge", "The handler's own time, by quantile.");
  for (const E& e : endpoints) {
    writer.sample(labels_of(e) + ",quantile=\"0.5\"", e.handler_p50_ms / 1000);
    writer.sample(labels_of(e) + ",quantile=\"0.99\"", e.handler_p99_ms / 1000);
  }
  writer.metric("flow_channel_depth", "gauge", "Deliveries not yet handled.");
  all(writer, channels, [](const C& c) { return c.depth; });
  writer.metric("flow_channel_oldest_seconds", "gauge",
                "Age of the oldest delivery not yet handled.");
  all(writer, channels, [](const C& c) { return c.oldest_age_s; });
  writer.metric("flow_channel_in_flight", "gauge", "Handlers running now.");
  all(writer, channels, [](const C& c) { return c.in_flight; });
  writer.metric("flow_channel_retrying", "gauge",
                "Deliveries that failed and wait for their next attempt.");
  all(writer, channels, [](const C& c) { return c.retrying; });
  writer.metric("flow_channel_waiting", "gauge", "Deliveries held back behind their key.");
  all(writer, channels, [](const C& c) { return c.waiting; });
  writer.metric("flow_channel_delayed", "gauge", "Messages for it whose time has not come.");
  all(writer, channels, [](const C& c) { return c.delayed; });
  writer.metric("flow_channel_dead", "gauge", "Dead letters kept.");
  all(writer, channels, [](const C& c) { return c.dead; });
  return writer.take();
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string next = path + ".next";
  const auto failed = [&](std::string_view what) {
    return Error{
        Category::transient, "file_write",
        fmt::format("cannot {} `{}`: {}", what, next, std::generic_category().message(errno))};
  };
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failed("create");
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      Error error = failed("write");
      ::close(file);
      ::unlink(next.c_str());
      return error;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(file);
  if (std::rename(next.c_str(), path.c_str()) != 0) return failed("rename");
  return {};
}

}  // namespace flow::detail
