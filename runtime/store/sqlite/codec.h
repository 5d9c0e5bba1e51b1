#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/delivery.h"
#include "flow/clock.h"
#include "flow/message.h"
#include "store/sqlite/database.h"
#include "store/sqlite/node.h"

namespace flow::sqlite {

/// The columns of a message, the same in every table that holds one.
#define FLOW_MESSAGE_COLUMNS                                                                      \
  "message_id, key, correlation_id, causation_id, traceparent, created_at, expires_at, headers, " \
  "payload"
inline constexpr int kMessageColumns = 9;

inline constexpr MessageNo kNoMessage = 0xffff;

inline std::int64_t to_sql(Timestamp instant) {
  return instant.time_since_epoch().count();
}
inline Timestamp from_sql(std::int64_t micros) {
  return Timestamp{microseconds{micros}};
}
inline std::int64_t to_sql(SteadyTime moment) {
  return moment.time_since_epoch().count();
}
inline std::int64_t to_sql(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

/// The columns of flow_node that say whether a process is alive, behind the table's alias `n`.
#define FLOW_NODE_COLUMNS "n.pid, n.started, n.boot, n.pid_space, n.until, n.until_steady"
inline constexpr int kNodeColumns = 6;
bool read_alive(const Run& run, int first, const ProcessIdentity& self, const Now& now);
/// Must outlive the statement's run.
Blob bytes_of(const Uuid& id);

/// Headers as a column; empty: NULL. Must outlive the statement's run.
std::string headers_to_text(const Headers& headers);
Headers headers_from_text(std::string_view text);
std::string errors_to_text(const std::vector<AttemptError>& errors);
std::vector<AttemptError> errors_from_text(std::string_view text);

/// Binds the message's columns from `first` on. Message and headers are read when the statement
/// runs.
void bind_message(Run& run, int first, const Message& message, const std::string& headers);
Message read_message(const Run& run, int first, MessageNo type);

}  // namespace flow::sqlite
