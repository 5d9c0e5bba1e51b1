#include "cli/send.h"

#include "engine/store.h"
#include "flow/host.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/message_input.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "observe/log.h"
#include "observe/redact.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace flow::detail {

namespace {

using Json = nlohmann::ordered_json;
using State = EndpointFate::State;

constexpr std::size_t kReasonMax = 200;

std::string state_text(const EndpointFate& fate, Timestamp now) {
  switch (fate.state) {
    case State::in_line:
      return "in line";
    case State::handled:
      return "handled";
    case State::retrying:
      return fate.next_due && *fate.next_due > now
                 ? fmt::format("retrying, attempt {} in {}", fate.attempts + 1,
                               age(*fate.next_due - now))
                 : fmt::format("retrying, attempt {}", fate.attempts);
    case State::waiting:
      return "waiting behind its key";
    case State::dead: {
      const std::string reason = printable(bounded(fate.reason, kReasonMax));
      if (fate.dead_letter == 0) return "dead, and its dead letter is gone";
      return fmt::format("dead: {} (dead letter {})", reason, fate.dead_letter);
    }
    case State::gone:
      return "not declared any more";
  }
  return "in line";
}

std::string fate_text(const MessageFate& fate, Timestamp now) {
  std::string text;
  if (fate.delayed_until)
    text = fmt::format("delayed until {}", flow::to_string(*fate.delayed_until));
  for (const EndpointFate& endpoint : fate.endpoints) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", printable(bounded(endpoint.endpoint)),
                        state_text(endpoint, now));
  }
  if (text.empty()) text = "nobody handles it";
  return fmt::format("was sent before at {}: {}\n", flow::to_string(fate.sent_at), text);
}

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(flow::to_string(*time)) : Json{};
}

Json fate_json(const MessageFate& fate) {
  Json endpoints = Json::array();
  for (const EndpointFate& endpoint : fate.endpoints) {
    const bool dead = endpoint.state == State::dead;
    endpoints.push_back(
        {{"endpoint", bounded(endpoint.endpoint)},
         {"state", to_string(endpoint.state)},
         {"attempts", endpoint.attempts},
         {"next_due", time_json(endpoint.next_due)},
         {"dead_letter", dead && endpoint.dead_letter != 0 ? Json(endpoint.dead_letter) : Json{}},
         {"reason", dead ? Json(bounded(endpoint.reason)) : Json{}}});
  }
  return {{"at", flow::to_string(fate.sent_at)},
          {"delayed_until", time_json(fate.delayed_until)},
          {"endpoints", std::move(endpoints)}};
}

}  // namespace

void Send::declare(Options& options) {
  options.argument("TYPE", type,
                   "The message: its full name, or its last part when only one has it");
  options.argument("PAYLOAD", payload, "JSON, @FILE, or - for standard input");
  options.duration("--delay", delay, "Hand it to nobody before");
  options.duration("--expires-in", expires_in, "Dead-letter it when not handled by then");
  options.id("--id", id,
             "The message's id, for callers that send again: the second time sends nothing, and "
             "says what became of the first");
  options.headers("--header", headers, "A header; may be repeated");
}

Result<void> Send::check() {
  if (expires_in && expires_in->count() == 0)
    return usage("--expires-in: 0 expires before anyone handles it");
  if (delay && expires_in && *delay >= *expires_in) {
    return usage(
        fmt::format("--delay {} and --expires-in {}: it would have expired before it is handed to "
                    "anyone",
                    human_duration(*delay), human_duration(*expires_in)));
  }
  return {};
}

// As check(), for a type that expires by itself.
Result<void> Send::check_expiry(const MessageType& message) const {
  if (!delay || expires_in || message.expires.count() == 0 || *delay < message.expires) return {};
  return usage(
      fmt::format("--delay {}: a `{}` expires {} after it was sent, before it is handed to anyone; "
                  "--expires-in gives it longer",
                  human_duration(*delay), message.wire_name, human_duration(message.expires)));
}

Result<int> Send::run(CommandContext& context) {
  const CommonOptions& line = context.line;
  const Result<MessageNo> number = find_message(context.topology(), type, kind_);
  if (!number) return number.error();
  const MessageType& message = context.topology().messages[*number];
  if (auto good = check_expiry(message); !good) return good.error();
  if (auto allowed = refuse_memory(context, "what this process would send ends with it"); !allowed)
    return allowed.error();
  auto text = read_payload(payload, context.console);
  if (!text) return text.error();
  auto key = inspect_payload(message, *text);
  if (!key) return key.error();

  LogWriter log{context.clock, line.json ? LogFormat::json : LogFormat::text, LogLevel::info,
                [&](std::string_view written) { context.console.err(written); }};
  HostOptions options;
  options.deployment = line.deployment;
  options.store_path = line.store;
  options.handle_channels = false;
  options.log = [&](const std::string& said) { log.write(LogLevel::warning, said); };
  auto host = Host::open(context.service, std::move(options));
  if (!host) return host.error();
  const SendOptions how{.delay = delay.value_or(microseconds{0}),
                        .expires_in = expires_in,
                        .id = id,
                        .headers = headers};
  const Sent sent = (*host)->send(*number, std::move(*key), std::move(*text), how);
  std::optional<MessageFate> before;
  if (sent.before) {
    auto fate = (*host)->store().fate(sent.id);
    if (!fate) return fate.error();
    before = std::move(*fate);
  }
  (*host)->drain();
  const auto readers =
      std::ranges::count(context.topology().endpoints, *number, &Endpoint::message);
  if (readers == 0) {
    log.write(LogLevel::warning,
              fmt::format("no endpoint handles `{}`: it was not kept", message.wire_name));
  }
  if (line.json) {
    context.console.out(json_text({{"id", sent.id.to_string()},
                                   {"type", message.wire_name},
                                   {"endpoints", readers},
                                   {"sent_before", before ? fate_json(*before) : Json{}}},
                                  -1));
  } else {
    context.console.out(sent.id.to_string() + '\n');
    if (before) context.console.out(fate_text(*before, context.clock.now()));
  }
  return kDone;
}

std::unique_ptr<Command> make_send() {
  return std::make_unique<Send>(MessageKind::command);
}
std::unique_ptr<Command> make_publish() {
  return std::make_unique<Send>(MessageKind::event);
}

}  // namespace flow::detail
