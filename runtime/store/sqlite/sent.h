#pragma once

#include <optional>
#include <string_view>

#include "engine/store_operating.h"
#include "engine/unit_of_work.h"
#include "store/sqlite/unit.h"

/// The ids that senders gave to their messages (table flow_sent): each is appended once, and what
/// became of it can be asked. Looked up for those messages alone.
namespace flow::sqlite {

// Parts of a transaction.
/// True: it was sent before. Another type or payload under its id: `id_in_use`.
Result<bool> was_sent(Transaction& transaction, const StreamState& stream, const Message& message);
/// It has been appended to its stream's end, or delayed.
Result<void> note_sent(Transaction& transaction, const StreamState& stream,
                       const Outgoing& outgoing);
/// A delayed message has been appended to its stream's end. Nothing to do for ids of our own.
Result<void> note_released(Transaction& transaction, const StreamState& stream,
                           const Message& message, Timestamp now);
Result<void> note_dead(Transaction& transaction, const Uuid& id, std::string_view endpoint);
Result<void> note_replayed(Transaction& transaction, const Uuid& id, std::string_view endpoint);
/// Forgets those past their retention, a bounded number a call; `more` is set when there are more.
Result<void> trim_sent(Transaction& transaction, Timestamp now, bool& more);

// Reader.
Result<std::optional<MessageFate>> read_fate(Database& reader, const Uuid& id);

}  // namespace flow::sqlite
