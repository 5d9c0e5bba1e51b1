#include "store/sqlite/codec.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace flow::sqlite {

namespace {

Uuid uuid_from(std::string_view bytes) {
  Uuid::Octets octets{};
  std::memcpy(octets.data(), bytes.data(), std::min(bytes.size(), octets.size()));
  return Uuid{octets};
}

// Text that a handler's exception carries need not be UTF-8.
std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

bool read_alive(const Run& run, int first, const ProcessIdentity& self, const Now& now) {
  ProcessIdentity process;
  process.pid = run.integer(first);
  process.started = run.integer(first + 1);
  process.boot = run.text(first + 2);
  process.pid_space = run.text(first + 3);
  const Lease lease{from_sql(run.integer(first + 4)),
                    SteadyTime{microseconds{run.integer(first + 5)}}};
  return is_alive(process, lease, self, now);
}

Blob bytes_of(const Uuid& id) {
  return {id.octets().data(), id.octets().size()};
}

std::string headers_to_text(const Headers& headers) {
  return headers.empty() ? std::string{} : dump(nlohmann::json(headers));
}

Headers headers_from_text(std::string_view text) {
  Headers headers;
  if (text.empty()) return headers;
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return headers;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) headers.emplace(name, value.get<std::string>());
  }
  return headers;
}

std::string errors_to_text(const std::vector<AttemptError>& errors) {
  if (errors.empty()) return {};
  nlohmann::json list = nlohmann::json::array();
  for (const AttemptError& error : errors) {
    list.push_back({{"attempt", error.attempt},
                    {"at", to_sql(error.at)},
                    {"category", static_cast<int>(error.category)},
                    {"text", error.text}});
  }
  return dump(list);
}

std::vector<AttemptError> errors_from_text(std::string_view text) {
  std::vector<AttemptError> errors;
  if (text.empty()) return errors;
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return errors;
  for (const nlohmann::json& item : list) {
    if (!item.is_object()) continue;
    AttemptError& error = errors.emplace_back();
    error.attempt = item.value("attempt", 0U);
    error.at = from_sql(item.value("at", std::int64_t{0}));
    error.category = static_cast<Category>(item.value("category", 0));
    error.text = item.value("text", std::string{});
  }
  return errors;
}

void bind_message(Run& run, int first, const Message& message, const std::string& headers) {
  run.bind(first, bytes_of(message.id));
  if (message.key) run.bind(first + 1, std::string_view{*message.key});
  // NULL stands for the message itself, as in every message that begins something.
  if (message.correlation_id != message.id) run.bind(first + 2, bytes_of(message.correlation_id));
  if (!message.causation_id.is_nil()) run.bind(first + 3, bytes_of(message.causation_id));
  if (!message.traceparent.empty()) run.bind(first + 4, std::string_view{message.traceparent});
  run.bind(first + 5, to_sql(message.created_at));
  if (message.expires_at) run.bind(first + 6, to_sql(*message.expires_at));
  if (!headers.empty()) run.bind(first + 7, std::string_view{headers});
  run.bind(first + 8, std::string_view{message.payload});
}

Message read_message(const Run& run, int first, MessageNo type) {
  Message message;
  message.type = type;
  message.id = uuid_from(run.blob(first));
  if (!run.is_null(first + 1)) message.key = run.text(first + 1);
  message.correlation_id = run.is_null(first + 2) ? message.id : uuid_from(run.blob(first + 2));
  if (!run.is_null(first + 3)) message.causation_id = uuid_from(run.blob(first + 3));
  message.traceparent = run.text(first + 4);
  message.created_at = from_sql(run.integer(first + 5));
  if (!run.is_null(first + 6)) message.expires_at = from_sql(run.integer(first + 6));
  message.headers = headers_from_text(run.text(first + 7));
  message.payload = run.text(first + 8);
  return message;
}

}  // namespace flow::sqlite
