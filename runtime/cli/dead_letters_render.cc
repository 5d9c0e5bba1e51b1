#include "cli/dead_letters.h"

#include "cli/table.h"
#include "cli/text.h"
#include "observe/redact.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace flow::detail {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kReasonWidthMax = 60;
constexpr std::size_t kKeyWidthMax = 24;

// What came over the wire may be no UTF-8, and must not end the command.
std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string shown(const std::string& name, const std::string& value) {
  return is_secret_name(name) ? "***" : value;
}

// No key and the empty one are two things.
std::string shown_key(const std::optional<std::string>& key) {
  if (!key) return "-";
  return key->empty() ? "\"\"" : *key;
}

Json summary(const DeadLetter& letter) {
  return {{"id", letter.id},
          {"endpoint", letter.endpoint},
          {"channel", letter.channel},
          {"type", letter.message_type},
          {"message_id", letter.message.id.to_string()},
          {"key", letter.message.key ? Json(*letter.message.key) : Json{}},
          {"attempts", letter.attempts},
          {"replays", letter.replays},
          {"category", to_string(letter.category)},
          {"reason", letter.reason},
          {"dead_at", flow::to_string(letter.dead_at)}};
}

Json payload_json(const std::string& payload) {
  Json parsed = Json::parse(payload, nullptr, false);
  return parsed.is_discarded() ? Json(payload) : parsed;
}

std::string ago(Timestamp at, Timestamp now) {
  return fmt::format("{} ({} ago)", flow::to_string(at), age(saturating_difference(now, at)));
}

}  // namespace

std::string dead_letters_table(std::span<const DeadLetter> letters, const Topology& topology,
                               Timestamp now) {
  constexpr auto kRight = Table::Align::right;
  Table table{{{"ID", kRight},
               {"AGE", kRight},
               {"ENDPOINT"},
               {"MESSAGE"},
               {"KEY", Table::Align::left, kKeyWidthMax},
               {"ATTEMPTS", kRight},
               {"CATEGORY"},
               {"REASON", Table::Align::left, kReasonWidthMax}}};
  for (const DeadLetter& letter : letters) {
    const bool declared = topology.find_endpoint(letter.endpoint) >= 0;
    table.add({fmt::format("{}", letter.id), age(saturating_difference(now, letter.dead_at)),
               letter.endpoint + (declared ? "" : " (gone)"),
               std::string{last_part(letter.message_type)}, shown_key(letter.message.key),
               fmt::format("{}", letter.attempts), std::string{to_string(letter.category)},
               letter.reason});
  }
  return table.text();
}

std::string dead_letters_json(std::span<const DeadLetter> letters, std::uint64_t total) {
  Json out{{"dead_letters", Json::array()}, {"total", total}};
  for (const DeadLetter& letter : letters) out["dead_letters"].push_back(summary(letter));
  return dump(out);
}

std::string dead_letter_text(const DeadLetter& letter, bool payload, const Topology& topology,
                             Timestamp now) {
  const Message& message = letter.message;
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format("{:<13}{}\n", name, printable(value));
  };
  const bool declared = topology.find_endpoint(letter.endpoint) >= 0;
  line("dead letter", fmt::format("{}", letter.id));
  line("endpoint",
       letter.endpoint + (declared ? "" : " (not declared any more: it cannot be replayed)"));
  line("channel", letter.channel);
  line("reason", letter.reason);
  line("category", to_string(letter.category));
  line("dead since", ago(letter.dead_at, now));
  line("attempts", fmt::format("{}", letter.attempts));
  line("replays", fmt::format("{}", letter.replays));
  line("message", letter.message_type);
  line("message id", message.id.to_string());
  if (message.key) line("key", shown_key(message.key));
  line("created", ago(message.created_at, now));
  if (message.expires_at) line("expires", flow::to_string(*message.expires_at));
  line("correlation", message.correlation_id.is_nil() ? "" : message.correlation_id.to_string());
  line("causation", message.causation_id.is_nil() ? "" : message.causation_id.to_string());
  line("traceparent", message.traceparent);
  for (const auto& [name, value] : message.headers)
    line("header", name + ": " + shown(name, value));
  if (!letter.errors.empty()) {
    Table errors{{{"ATTEMPT", Table::Align::right}, {"AT"}, {"CATEGORY"}, {"ERROR"}}};
    for (const AttemptError& error : letter.errors) {
      errors.add({fmt::format("{}", error.attempt), flow::to_string(error.at),
                  std::string{to_string(error.category)}, error.text});
    }
    out += '\n' + errors.text();
  }
  if (!payload) return out + "\npayload not shown: --payload shows it\n";
  return out + "\npayload\n" + printable_lines(message.payload) + '\n';
}

std::string dead_letter_json(const DeadLetter& letter, bool payload) {
  const Message& message = letter.message;
  Json out = summary(letter);
  out["created_at"] = flow::to_string(message.created_at);
  out["expires_at"] = message.expires_at ? Json(flow::to_string(*message.expires_at)) : Json{};
  out["correlation_id"] = message.correlation_id.to_string();
  out["causation_id"] = message.causation_id.to_string();
  out["traceparent"] = message.traceparent;
  out["headers"] = Json::object();
  for (const auto& [name, value] : message.headers) out["headers"][name] = shown(name, value);
  out["errors"] = Json::array();
  for (const AttemptError& error : letter.errors) {
    out["errors"].push_back({{"attempt", error.attempt},
                             {"at", flow::to_string(error.at)},
                             {"category", to_string(error.category)},
                             {"text", error.text}});
  }
  if (payload) out["payload"] = payload_json(message.payload);
  return dump({{"dead_letter", std::move(out)}});
}

}  // namespace flow::detail
