#include "cli/dead_letters.h"

#include "cli/json_text.h"
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

std::string shown(const std::string& name, const std::string& value) {
  return is_secret_name(name) ? "***" : bounded(value);
}

// No key and the empty one are two things.
std::string shown_key(const std::optional<std::string>& key) {
  if (!key) return "-";
  return key->empty() ? "\"\"" : *key;
}

Json summary(const DeadLetter& letter) {
  return {{"id", letter.id},
          {"endpoint", bounded(letter.endpoint)},
          {"channel", bounded(letter.channel)},
          {"type", bounded(letter.message_type)},
          {"message_id", letter.message.id.to_string()},
          {"key", letter.message.key ? Json(bounded(*letter.message.key)) : Json{}},
          {"attempts", letter.attempts},
          {"replays", letter.replays},
          {"category", to_string(letter.category)},
          {"reason", bounded(letter.reason)},
          {"dead_at", flow::to_string(letter.dead_at)}};
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
  return json_text(out);
}

std::string dead_letter_text(const DeadLetter& letter, bool payload, const Topology& topology,
                             Timestamp now) {
  const Message& message = letter.message;
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format("{:<13}{}\n", name, printable(bounded(value)));
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
    line("header", bounded(name) + ": " + shown(name, value));
  if (!letter.errors.empty()) {
    Table errors{{{"ATTEMPT", Table::Align::right},
                  {"AT"},
                  {"CATEGORY"},
                  {"ERROR", Table::Align::left, kTextMax}}};
    for (const AttemptError& error : letter.errors) {
      errors.add({fmt::format("{}", error.attempt), flow::to_string(error.at),
                  std::string{to_string(error.category)}, bounded(error.text)});
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
  out["traceparent"] = bounded(message.traceparent);
  out["headers"] = Json::object();
  for (const auto& [name, value] : message.headers)
    out["headers"][bounded(name)] = shown(name, value);
  out["errors"] = Json::array();
  for (const AttemptError& error : letter.errors) {
    out["errors"].push_back({{"attempt", error.attempt},
                             {"at", flow::to_string(error.at)},
                             {"category", to_string(error.category)},
                             {"text", bounded(error.text)}});
  }
  if (!payload) return json_text({{"dead_letter", std::move(out)}});
  // Its own text where it is JSON: numbers keep their digits, and no depth can end the process.
  constexpr std::string_view kHere = "\"here\"";
  const bool is_json = Json::accept(message.payload);
  out["payload"] = is_json ? "here" : message.payload;
  std::string text = json_text({{"dead_letter", std::move(out)}});
  if (is_json) text.replace(text.rfind(kHere), kHere.size(), json_line(message.payload));
  return text;
}

}  // namespace flow::detail
