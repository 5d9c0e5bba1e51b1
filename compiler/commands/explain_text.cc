#include "commands/explain_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "checks/handling.h"
#include "commands/explain_retries.h"
#include "model/homes.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::duration_text;

std::string retry_text(const model::Retry& retry) {
  std::string text = fmt::format("retry now {}", retry.now);
  if (retry.delayed == 0) return text;
  text += fmt::format(", then {} times ", retry.delayed);
  if (retry.exponential) {
    text += fmt::format("exponential {}..{}", duration_text(retry.first_us),
                        duration_text(retry.most_us));
  } else {
    text += fmt::format("every {}", duration_text(retry.first_us));
  }
  return text + fmt::format(" jitter {}%", retry.jitter_percent);
}

std::string policy_text(const model::Channel& channel) {
  std::string text = fmt::format("  concurrency {}\n", channel.concurrency);
  if (channel.ordered_by_key) text += "  ordered by key\n";
  text += "  " + retry_text(channel.retry) + "\n";
  text += fmt::format("  timeout {}\n", duration_text(channel.timeout_us));
  text += fmt::format("  dead_letter keep {}\n", duration_text(channel.dead_letter_keep_us));
  if (channel.capacity) text += fmt::format("  capacity {}\n", *channel.capacity);
  if (channel.rate_count) {
    text += fmt::format("  rate {} per {}\n", *channel.rate_count,
                        duration_text(channel.rate_period_us));
  }
  if (channel.isolated) text += "  isolated\n";
  return text;
}

std::string policy_text(const model::Program& program, const model::Publisher& publisher) {
  std::string text =
      fmt::format("  topic \"{}\"\n  {}\n", publisher.topic, retry_text(publisher.retry));
  text += fmt::format("  breaker opens after {}, probes every {}\n", publisher.breaker_failures,
                      duration_text(publisher.probe_us));
  if (publisher.buffer) text += fmt::format("  buffer up_to {}\n", *publisher.buffer);
  if (publisher.errors) text += fmt::format("  errors {}\n", program[*publisher.errors].name);
  return text;
}

std::string service_text(const model::Program& program, model::ComponentId component) {
  for (const model::Service& service : program.services) {
    const auto& components = service.components;
    if (std::find(components.begin(), components.end(), component) != components.end())
      return service.name;
  }
  return "none";
}

std::string dispatch_text(const model::Program& program, const model::Endpoint& endpoint) {
  switch (endpoint.dispatch) {
    case model::Dispatch::channel:
      if (!endpoint.channel) return "on the channel of its slip";
      return fmt::format("from channel `{}`, in a unit of work of its own",
                         program[*endpoint.channel].name);
    case model::Dispatch::caller:
      return "in its caller's unit of work";
    case model::Dispatch::chained:
      return "in the unit of work of the handler before it";
  }
  return {};
}

std::string payload_text(const model::Program& program, const model::Payload& payload) {
  if (std::holds_alternative<model::Nothing>(payload.type)) return "nothing";
  const auto* message = std::get_if<model::MessageId>(&payload.type);
  const char* kind = message == nullptr ? "record" : model::to_string(program[*message].kind);
  return fmt::format("{} {}", kind, model::full_name(program, payload));
}

/// What the endpoint itself says, beside its channel.
std::string own_policy_text(const model::Program& program, const model::Endpoint& endpoint) {
  std::string text;
  const auto line = [&text](const char* label, const std::string& value) {
    text += fmt::format("  {:<10} {}\n", label, value);
  };
  for (const std::string& old : endpoint.old_ids) line("was", old);
  if (endpoint.schedule && endpoint.schedule->cron.empty())
    line("every", duration_text(endpoint.schedule->period_us));
  if (endpoint.schedule && !endpoint.schedule->cron.empty())
    line("every", fmt::format("\"{}\" in {}", endpoint.schedule->cron, endpoint.schedule->zone));
  if (endpoint.batch) {
    line("batch", fmt::format("up_to {}{}", endpoint.batch->up_to,
                              endpoint.batch->within_us == 0
                                  ? ", of what is there"
                                  : " within " + duration_text(endpoint.batch->within_us) +
                                        ", before the timeout begins"));
  }
  if (endpoint.idempotent_by) {
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    const auto& fields = message != nullptr
                             ? program[*message].fields
                             : program[std::get<model::RecordId>(endpoint.takes.type)].fields;
    line("idempotent", "by " + fields[*endpoint.idempotent_by].name);
  }
  return text;
}

void list(std::string& text, const char* label, const model::Program& program,
          const std::vector<model::MessageId>& messages) {
  for (const model::MessageId id : messages) {
    text += fmt::format("  {:<10} {}\n", label, model::full_name(program, id));
  }
}

std::string used_by(const model::Program& program, model::EndpointId id, const SourceMap& sources) {
  return fmt::format("  {}  ({}, {})\n", program[id].id, model::handler_name(program, id),
                     place(program[id].span, sources));
}

}  // namespace

std::string place(Span span, const SourceMap& sources) {
  const Position begin = sources.begin(span);
  return fmt::format("{}:{}:{}", sources.path(span.file), begin.line, begin.column);
}

std::optional<std::string> explain_channel(const model::Program& program, const std::string& name,
                                           const SourceMap& sources) {
  for (std::uint32_t i = 0; i < program.channels.size(); ++i) {
    const model::Channel& channel = program.channels[i];
    if (channel.name != name) continue;
    std::string text = fmt::format("channel {} {{\n{}}}\n", channel.name, policy_text(channel));
    text +=
        fmt::format("{} at {}\n", channel.implicit ? "made for what says no `via`," : "declared",
                    place(channel.span, sources));
    if (!channel.capacity) text += "no capacity: the store's disk alone bounds it\n";
    text += "used by:\n";
    for (std::uint32_t e = 0; e < program.endpoints.size(); ++e) {
      const model::Endpoint& endpoint = program.endpoints[e];
      if (endpoint.channel != model::ChannelId{i}) continue;
      text += used_by(program, model::EndpointId{e}, sources);
    }
    for (const model::Publisher& publisher : program.publishers) {
      if (publisher.errors == model::ChannelId{i})
        text += fmt::format("  the errors of publisher {}, {}\n", publisher.name,
                            place(publisher.span, sources));
    }
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> explain_endpoint(const model::Program& program, const std::string& id,
                                            const SourceMap& sources) {
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    if (endpoint.id != id) continue;
    std::string text = fmt::format("endpoint {}\n", endpoint.id);
    text += fmt::format("  {:<10} {}, {}\n", "handler",
                        model::handler_name(program, model::EndpointId{i}),
                        place(endpoint.span, sources));
    text += fmt::format("  {:<10} {}\n", "service", service_text(program, endpoint.component));
    text += fmt::format("  {:<10} {}\n", "takes", payload_text(program, endpoint.takes));
    if (endpoint.gives)
      text += fmt::format("  {:<10} {}\n", "gives", payload_text(program, *endpoint.gives));
    if (endpoint.then) text += fmt::format("  {:<10} {}\n", "then", program[*endpoint.then].id);
    text += fmt::format("  {:<10} {}\n", "runs", dispatch_text(program, endpoint));
    list(text, "sends", program, endpoint.sends);
    list(text, "publishes", program, endpoint.publishes);
    list(text, "schedules", program, endpoint.schedules);
    for (const model::PublisherId used : endpoint.uses)
      text += fmt::format("  {:<10} publisher {}\n", "uses", program[used].name);
    for (const model::SagaId started : endpoint.starts)
      text += fmt::format("  {:<10} saga {}\n", "starts", program[program[started].component].name);
    text += own_policy_text(program, endpoint);
    if (const auto publisher = forwarded_to(program, endpoint)) {
      text += policy_text(program, program[*publisher]);
    } else if (endpoint.channel) {
      text += policy_text(program[*endpoint.channel]);
    }
    text += retries_text(program, endpoint);
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> explain_publisher(const model::Program& program, const std::string& name,
                                             const SourceMap& sources) {
  for (std::uint32_t i = 0; i < program.publishers.size(); ++i) {
    const model::Publisher& publisher = program.publishers[i];
    if (publisher.name != name) continue;
    std::string text =
        fmt::format("publisher {} {{\n{}}}\n", publisher.name, policy_text(program, publisher));
    text += fmt::format("declared at {}\n", place(publisher.span, sources));
    if (const auto home = model::publisher_services(program)[i])
      text += fmt::format("at home in service {}\n", program[*home].name);
    if (!publisher.buffer) text += "no limit of its buffer: the store's disk alone bounds it\n";
    text += "used by:\n";
    for (std::uint32_t e = 0; e < program.endpoints.size(); ++e) {
      const model::Endpoint& endpoint = program.endpoints[e];
      const auto& uses = endpoint.uses;
      if (std::find(uses.begin(), uses.end(), model::PublisherId{i}) == uses.end()) continue;
      text += used_by(program, model::EndpointId{e}, sources);
    }
    return text;
  }
  return std::nullopt;
}

std::vector<std::string> publisher_names(const model::Program& program) {
  std::vector<std::string> names;
  for (const model::Publisher& publisher : program.publishers) names.push_back(publisher.name);
  return names;
}

std::vector<std::string> channel_names(const model::Program& program) {
  std::vector<std::string> names;
  for (const model::Channel& channel : program.channels) names.push_back(channel.name);
  return names;
}

std::vector<std::string> endpoint_ids(const model::Program& program) {
  std::vector<std::string> ids;
  for (const model::Endpoint& endpoint : program.endpoints) ids.push_back(endpoint.id);
  return ids;
}

}  // namespace flowc
