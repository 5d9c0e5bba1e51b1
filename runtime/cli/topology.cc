#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace flow::detail {

namespace {

using Json = nlohmann::ordered_json;

std::string retry_text(const RetryPolicy& retry) {
  if (retry.now == 0 && retry.delayed == 0) return "none";
  std::string text = fmt::format("now {}", retry.now);
  if (retry.delayed > 0) {
    text += retry.exponential
                ? fmt::format(", then {} times {}..{}", retry.delayed, human_duration(retry.first),
                              human_duration(retry.most))
                : fmt::format(", then {} times {}", retry.delayed, human_duration(retry.first));
  }
  return text;
}

std::string rate_text(const ChannelPolicy& channel) {
  if (channel.rate_count == 0) return "-";
  const std::string period = human_duration(channel.rate_period);
  return fmt::format("{}/{}", channel.rate_count,
                     period.starts_with("1") && period.size() == 2 ? period.substr(1) : period);
}

std::string channel_name(const Topology& topology, const Endpoint& endpoint) {
  if (endpoint.dispatch == Dispatch::caller || endpoint.channel == no_channel)
    return "(in the caller)";
  return std::string{topology.channels[endpoint.channel].name};
}

std::string joined(std::span<const std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", part);
  return text;
}

std::string as_text(const Topology& topology) {
  using A = Table::Align;
  std::string out = fmt::format("service   {}\nprogram   {}\ncontract  {}\n", topology.service,
                                topology.program, topology.contract_hash);
  if (!topology.unserved.empty())
    out += fmt::format("not served by this version: {}\n", joined(topology.unserved));
  for (const Deployment& deployment : topology.deployments) {
    const std::string_view kind = deployment.store_kind == StoreKind::memory ? "memory" : "sqlite";
    const Setting& path = deployment.store_path;
    if (!deployment.unserved.empty()) {
      out += fmt::format("deploy    {}: not served by this version: {}\n", deployment.name,
                         joined(deployment.unserved));
      continue;
    }
    out += fmt::format("deploy    {} on {}", deployment.name, kind);
    if (!path.environment.empty()) {
      out += fmt::format(" ${}", path.environment);
      if (path.has_default) out += fmt::format(", else `{}`", path.text);
    } else if (!path.text.empty()) {
      out += fmt::format(" `{}`", path.text);
    }
    out += '\n';
  }
  Table channels{{{"CHANNEL"},
                  {"CONCURRENCY", A::right},
                  {"ORDER"},
                  {"RETRY"},
                  {"TIMEOUT", A::right},
                  {"DEAD LETTERS", A::right},
                  {"CAPACITY", A::right},
                  {"RATE", A::right}}};
  for (const ChannelPolicy& channel : topology.channels) {
    channels.add({std::string{channel.name}, fmt::format("{}", channel.concurrency),
                  channel.ordered_by_key ? "by key" : "-", retry_text(channel.retry),
                  human_duration(channel.timeout), human_duration(channel.dead_letter_keep),
                  channel.capacity == 0 ? "-" : grouped(channel.capacity), rate_text(channel)});
  }
  Table endpoints{{{"ENDPOINT"}, {"HANDLER"}, {"MESSAGE"}, {"CHANNEL"}, {"SERVICE"}, {"EMITS"}}};
  for (const Endpoint& endpoint : topology.endpoints) {
    std::string emits;
    for (const MessageNo message : endpoint.emits) {
      emits += fmt::format("{}{}", emits.empty() ? "" : ", ", topology.messages[message].wire_name);
    }
    endpoints.add({std::string{endpoint.id}, std::string{endpoint.handler},
                   std::string{topology.messages[endpoint.message].wire_name},
                   channel_name(topology, endpoint),
                   std::string{topology.services[endpoint.service]}, emits.empty() ? "-" : emits});
  }
  Table messages{{{"MESSAGE"}, {"VERSION", A::right}, {"KIND"}, {"KEY"}}};
  for (const MessageType& message : topology.messages) {
    messages.add({std::string{message.wire_name}, fmt::format("{}", message.version),
                  std::string{kind_name(message.kind)}, message.has_key ? "yes" : "-"});
  }
  return out + '\n' + channels.text() + '\n' + endpoints.text() + '\n' + messages.text();
}

Json channel_json(const ChannelPolicy& channel) {
  const RetryPolicy& retry = channel.retry;
  return {
      {"channel", channel.name},
      {"concurrency", channel.concurrency},
      {"ordered_by_key", channel.ordered_by_key},
      {"retry",
       {{"now", retry.now},
        {"delayed", retry.delayed},
        {"exponential", retry.exponential},
        {"first_ms", retry.first.count() / 1000},
        {"most_ms", retry.most.count() / 1000},
        {"jitter_percent", retry.jitter_percent}}},
      {"timeout_ms", channel.timeout.count() / 1000},
      {"dead_letter_keep_s", channel.dead_letter_keep.count() / 1'000'000},
      {"capacity", channel.capacity == 0 ? Json{} : Json(channel.capacity)},
      {"rate", channel.rate_count == 0 ? Json{}
                                       : Json{{"count", channel.rate_count},
                                              {"period_ms", channel.rate_period.count() / 1000}}}};
}

Json as_json(const Topology& topology) {
  Json out{{"service", topology.service},
           {"program", topology.program},
           {"contract", topology.contract_hash}};
  out["services"] = Json::array();
  for (const std::string_view service : topology.services) out["services"].push_back(service);
  if (!topology.unserved.empty()) out["unserved"] = topology.unserved;
  out["deployments"] = Json::array();
  for (const Deployment& deployment : topology.deployments) {
    out["deployments"].push_back(
        {{"deployment", deployment.name},
         {"store", deployment.store_kind == StoreKind::memory ? "memory" : "sqlite"},
         {"path", deployment.store_path.text},
         {"environment", deployment.store_path.environment}});
    if (!deployment.unserved.empty()) {
      Json& last = out["deployments"].back();
      last.erase("store");
      last["unserved"] = deployment.unserved;
    }
  }
  out["channels"] = Json::array();
  for (const ChannelPolicy& channel : topology.channels)
    out["channels"].push_back(channel_json(channel));
  out["endpoints"] = Json::array();
  for (const Endpoint& endpoint : topology.endpoints) {
    const bool caller = endpoint.dispatch == Dispatch::caller || endpoint.channel == no_channel;
    Json emits = Json::array();
    for (const MessageNo message : endpoint.emits)
      emits.push_back(topology.messages[message].wire_name);
    out["endpoints"].push_back(
        {{"endpoint", endpoint.id},
         {"handler", endpoint.handler},
         {"message", topology.messages[endpoint.message].wire_name},
         {"channel", caller ? Json{} : Json(topology.channels[endpoint.channel].name)},
         {"service", topology.services[endpoint.service]},
         {"emits", std::move(emits)}});
  }
  out["messages"] = Json::array();
  for (const MessageType& message : topology.messages) {
    out["messages"].push_back({{"message", message.wire_name},
                               {"version", message.version},
                               {"kind", kind_name(message.kind)},
                               {"has_key", message.has_key}});
  }
  return out;
}

// Shown are all; one that is asked for and is not there is said. What is not served is shown, too.
Result<void> check_deployment(const Topology& topology, const std::string& name) {
  if (name.empty()) return {};
  std::vector<std::string> names;
  for (const Deployment& deployment : topology.deployments) {
    if (deployment.name == name) return {};
    names.emplace_back(deployment.name);
  }
  return Error{Category::rejected, "unknown_deployment",
               fmt::format("there is no deployment `{}`{}", name, did_you_mean(name, names))};
}

/// `topology`: what the program declares.
class ShowTopology final : public Command {
 public:
  Result<int> run(CommandContext& context) override {
    if (auto known = check_deployment(context.topology(), context.line.deployment); !known)
      return known.error();
    context.console.out(context.line.json ? json_text(as_json(context.topology()))
                                          : as_text(context.topology()));
    return kDone;
  }
};

}  // namespace

std::unique_ptr<Command> make_topology() {
  return std::make_unique<ShowTopology>();
}

}  // namespace flow::detail
