#include "commands/explain_retries.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "checks/capabilities.h"
#include "checks/handling.h"
#include "checks/message_flow.h"
#include "checks/retry_arithmetic.h"
#include "checks/saga_waits.h"
#include "commands/explain_text.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::EndpointId;

constexpr std::uint32_t kRowsShown = 12;

/// The rows of the attempts: a delay, and when the attempt begins at worst.
std::string attempts_text(const model::Retry& retry, std::int64_t timeout_us,
                          std::uint64_t attempts) {
  std::string text = "  attempt   delay at most   begins at worst after\n";
  std::int64_t begins = 0;
  const std::uint64_t shown = std::min<std::uint64_t>(attempts, kRowsShown);
  for (std::uint64_t i = 0; i < shown; ++i) {
    std::int64_t delay = 0;
    if (i > retry.now)
      delay = longest_delay_us(retry, static_cast<std::uint32_t>(i - retry.now - 1));
    if (i > 0) begins = add_us(begins, add_us(delay, timeout_us));
    text += fmt::format("  {:<9} {:<15} {}\n", i + 1, i == 0 ? "-" : time_text(delay),
                        time_text(begins));
  }
  if (shown < attempts) text += fmt::format("  … and {} more\n", attempts - shown);
  return text;
}

template <typename Accepts>
std::string endpoints_text(const model::Program& program, const char* label,
                           const SourceMap& sources, Accepts accepts) {
  std::string text;
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    if (accepts(endpoint))
      text += fmt::format("  {:<12} {}, {}\n", label, endpoint.id, place(endpoint.span, sources));
  }
  return text;
}

/// `acceptance.lead_offered`, ``the `after 15m` of saga Acceptance``.
std::string causer_text(const model::Program& program, const MessageFlow& flow,
                        std::uint32_t causer) {
  const Timer* timer = flow.timer(causer);
  if (timer == nullptr) return program.endpoints[causer].id;
  const model::Component& component = program[timer->component];
  return fmt::format("the `{} {}` of {} {}", timer->word, model::duration_text(timer->time_us),
                     component.kind == model::ComponentKind::saga ? "saga" : "orchestrator",
                     component.name);
}

std::string message_text(const model::Program& program, model::MessageId id,
                         const SourceMap& sources) {
  const model::Message& message = program[id];
  std::string text =
      fmt::format("{} {}\n", model::to_string(message.kind), model::full_name(program, id));
  text += fmt::format("  {:<12} {}\n", "wire name", message.wire_name);
  text += fmt::format("  {:<12} {}\n", "declared", place(message.span, sources));
  if (message.expires_us)
    text += fmt::format("  {:<12} after {}\n", "expires", time_text(*message.expires_us));
  if (message.hops) text += fmt::format("  {:<12} at most {}\n", "hops", *message.hops);
  const MessageFlow flow = message_flow(program, {});
  for (std::uint32_t i = 0; i < flow.causes.size(); ++i) {
    const auto cause = std::find_if(flow.causes[i].begin(), flow.causes[i].end(),
                                    [id](const Cause& one) { return one.message == id; });
    if (cause == flow.causes[i].end()) continue;
    const Timer* timer = flow.timer(i);
    text += fmt::format(
        "  {:<12} {}, {}{}\n", "caused by", causer_text(program, flow, i),
        place(timer != nullptr ? timer->place : program.endpoints[i].span, sources),
        cause->causer
            ? ", which starts saga " + program[program.endpoints[*cause->causer].component].name
            : "");
  }
  for (const EndpointId handler : flow.handlers[static_cast<std::uint32_t>(id)]) {
    const model::Endpoint& endpoint = program[handler];
    text += fmt::format("  {:<12} {}, {}", "goes to", endpoint.id, place(endpoint.span, sources));
    for (const model::SagaId saga : endpoint.starts)
      text += ", which starts saga " + program[program[saga].component].name;
    text += "\n";
  }
  const FanOut fan = fan_out(program, flow)[static_cast<std::uint32_t>(id)];
  text += fmt::format("  {:<12} at most {} deliver{}{}\n", "causes",
                      fan.deliveries == UINT64_MAX ? "2^64 - 1" : std::to_string(fan.deliveries),
                      fan.deliveries == 1 ? "y" : "ies", fan.loops ? " in each round" : "");
  text += "of it and of all that follow, when a handling emits each of its messages once";
  text += fan.loops ? "; some of them go round\n" : "\n";
  return text;
}

/// One kind of risk: its title, and a line for each endpoint that has it.
template <typename Accepts>
void risk(std::string& text, const model::Program& program, const SourceMap& sources,
          const char* title, Accepts accepts) {
  const std::string lines = endpoints_text(program, "-", sources, accepts);
  if (!lines.empty()) text += fmt::format("{}\n{}", title, lines);
}

void loops(std::string& text, const model::Program& program) {
  const MessageFlow flow = message_flow(program, {});
  const std::vector<Loop> paced = endless_loops(program, flow, true);
  if (paced.empty()) return;
  text += "messages go round, slowed by `schedules` or a timer and bounded by nothing:\n";
  for (const Loop& loop : paced) {
    text += "  -            ";
    const std::size_t shown = std::min<std::size_t>(loop.causers.size(), 5);
    for (std::size_t i = 0; i < shown; ++i)
      text += causer_text(program, flow, loop.causers[i]) + " to ";
    if (shown < loop.causers.size())
      text += fmt::format("{} more, to ", loop.causers.size() - shown);
    text += causer_text(program, flow, loop.causers.front()) + "\n";
  }
}

std::string compared_text(const std::string& what, std::int64_t limit, const RetryTime& time) {
  return fmt::format("  {:<27} {}{}\n", what, time_text(limit),
                     time.horizon_us > limit ? ", which is shorter" : "");
}

std::optional<std::int64_t> expiry_us(const model::Program& program,
                                      const model::Endpoint& endpoint) {
  const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
  return message == nullptr ? std::nullopt : program[*message].expires_us;
}

/// What becomes of an event that a forward has put into its publisher's buffer.
std::string sending_text(const model::Program& program, const model::Endpoint& endpoint,
                         const model::Publisher& publisher) {
  const RetryTime time = worst_case(publisher);
  std::string text = fmt::format("from the buffer of publisher {}, while its breaker is not open\n",
                                 publisher.name);
  text += attempts_text(publisher.retry, 0, time.attempts);
  text += fmt::format("  given up at worst after {}, and what each sending takes\n",
                      time_text(time.horizon_us));
  if (const auto expires = expiry_us(program, endpoint))
    text += compared_text("the message expires after", *expires, time);
  return text;
}

/// How long the brokers that the channel is placed on wait for one handling.
std::string broker_limits_text(const model::Program& program, model::ChannelId id) {
  std::string text;
  for (const model::Deployment& deployment : program.deployments) {
    const model::PlaceRef place = deployment.channel_places[static_cast<std::uint32_t>(id)];
    const std::optional<std::int64_t> limit = capabilities_of(deployment, place).handling_us;
    if (place.kind != model::PlaceRef::Kind::broker || !limit) continue;
    text += fmt::format(
        "  {:<27} {} for a handling{}\n",
        fmt::format("deploy {}: `{}` waits", deployment.name, deployment.brokers[place.index].name),
        time_text(*limit), program[id].timeout_us > *limit ? ", shorter than `timeout`" : "");
  }
  return text;
}

}  // namespace

std::string retries_text(const model::Program& program, const model::Endpoint& endpoint) {
  if (const auto publisher = forwarded_to(program, endpoint))
    return sending_text(program, endpoint, program[*publisher]);
  if (!endpoint.channel) return {};
  const model::Channel& channel = program[*endpoint.channel];
  const RetryTime time = worst_case(channel, endpoint);
  std::string text = fmt::format("on_failure {}\n", model::to_string(endpoint.on_failure));
  text += attempts_text(channel.retry, channel.timeout_us, time.attempts);
  text += fmt::format("  dead letter at worst after {}: {} between attempts, {} × {} handling\n",
                      time_text(time.horizon_us), time_text(time.delays_us), time.attempts,
                      time_text(channel.timeout_us));
  const auto compare = [&](const std::string& what, std::int64_t limit) {
    text += compared_text(what, limit, time);
  };
  if (const auto expires = expiry_us(program, endpoint))
    compare("the message expires after", *expires);
  compare("dead letters are kept", channel.dead_letter_keep_us);
  for (const SagaWait& wait : saga_waits(program)) {
    if (&program[wait.handler] != &endpoint) continue;
    const model::Saga& saga = program[wait.saga];
    compare(fmt::format("saga {} waits in `{}`", program[saga.component].name,
                        saga.states[wait.state].name),
            wait.wait_us);
  }
  return text + broker_limits_text(program, *endpoint.channel);
}

std::optional<std::string> explain_message(const model::Program& program, const std::string& name,
                                           const SourceMap& sources) {
  std::string text;
  for (std::uint32_t i = 0; i < program.messages.size(); ++i) {
    const model::MessageId id{i};
    if (program[id].superseded) continue;
    if (program[id].name != name && model::full_name(program, id) != name) continue;
    text += message_text(program, id, sources);
  }
  if (text.empty()) return std::nullopt;
  return text;
}

std::vector<std::string> message_names(const model::Program& program) {
  std::vector<std::string> names;
  for (const model::Message& message : program.messages) names.push_back(message.name);
  return names;
}

std::string explain_risks(const model::Program& program, const SourceMap& sources) {
  std::string text;
  risk(text, program, sources,
       "reaches outside without `idempotent by`, and may do so again after a crash or a retry:",
       [&](const model::Endpoint& endpoint) {
         return !endpoint.uses.empty() && !endpoint.idempotent_by &&
                !forwarded_to(program, endpoint);
       });
  risk(text, program, sources,
       "holds back its key while it is retried, for as long as its retries last:",
       [&](const model::Endpoint& endpoint) {
         return endpoint.channel && program[*endpoint.channel].ordered_by_key &&
                endpoint.on_failure == model::OnFailure::retry;
       });
  risk(text, program, sources, "holds back its key until somebody decides about its dead letter:",
       [](const model::Endpoint& endpoint) {
         return endpoint.on_failure == model::OnFailure::park_key;
       });
  risk(text, program, sources,
       "gives up the order of its key when a message fails:", [](const model::Endpoint& endpoint) {
         return endpoint.on_failure == model::OnFailure::skip_key;
       });
  risk(text, program, sources,
       "one failure stops its whole channel:", [](const model::Endpoint& endpoint) {
         return endpoint.on_failure == model::OnFailure::stop_channel;
       });
  risk(text, program, sources, "runs in its publisher's unit of work, and can fail it:",
       [&](const model::Endpoint& endpoint) {
         const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
         return message != nullptr && endpoint.dispatch == model::Dispatch::caller &&
                program[*message].kind == model::MessageKind::event;
       });
  risk(text, program, sources,
       "expires while it is still retried:", [&](const model::Endpoint& endpoint) {
         const std::optional<std::int64_t> expires = expiry_us(program, endpoint);
         if (!expires || !endpoint.channel) return false;
         const auto publisher = forwarded_to(program, endpoint);
         const RetryTime time = publisher ? worst_case(program[*publisher])
                                          : worst_case(program[*endpoint.channel], endpoint);
         return time.horizon_us > *expires;
       });
  loops(text, program);
  return text.empty() ? "no risks of the kinds that flowc knows\n" : text;
}

}  // namespace flowc
