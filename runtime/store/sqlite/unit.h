#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/unit_of_work.h"
#include "store/sqlite/catalog.h"
#include "store/sqlite/database.h"

namespace flow::sqlite {

/// What a transaction changed that others must hear of once it is durable.
struct Effects {
  std::vector<bool> wake;          ///< by ChannelNo
  std::optional<Timestamp> timer;  ///< the earliest new delayed message
  bool foreign = false;            ///< other processes may have something to read

  explicit Effects(std::size_t channels) : wake(channels, false) {}
  void wake_channel(ChannelNo channel) {
    foreign = true;
    if (channel < wake.size()) wake[channel] = true;
  }
};

/// The open transaction as its operations see it. Belongs to whoever holds the writer's turn.
struct Transaction {
  Database& database;
  Catalog& catalog;
  Effects& effects;
  std::int64_t& node;  ///< ours; 0: none yet

  /// Appends to the message's stream.
  Result<void> append(const Message& message);
  Result<void> append(StreamState& stream, const Message& message);
  /// Makes what waits first of the key due, when nothing else of the key is before it. The first
  /// row of a key never waits, nor does the first of those that the channel's owner serves.
  Result<void> promote(const ChannelState& channel, std::string_view key);
  /// A row for this endpoint that is due at `due`; nullopt: waits behind earlier rows of its key
  /// that this program serves, if any.
  Result<std::int64_t> insert_row(const EndpointState& endpoint, const Delivery& delivery,
                                  std::optional<Timestamp> due, std::uint32_t replays);
};

/// All that most units do: a delivery in line was handled, and sent nothing.
struct Consumption {
  ChannelNo channel = no_channel;
  EndpointNo endpoint = 0;
  std::uint64_t ordinal = 0;  ///< 0: this is not all
};
inline Consumption consumption_of(const UnitOfWork& unit) {
  if (!unit.consumed || unit.consumed->row != 0 || !unit.outgoing.empty() || unit.put ||
      unit.dead_letter || unit.sql) {
    return {};
  }
  return {unit.channel, unit.consumed->endpoint, unit.consumed->ordinal};
}
/// Without a statement: it is part of the endpoint's next flush.
Result<void> apply_consumption(Transaction& transaction, const Consumption& consumption);

/// Applies a unit: whole, or (an error) not at all. An error that ended the transaction too leaves
/// database.in_transaction() false.
Result<Committed> apply_unit(Transaction& transaction, UnitOfWork& unit);

}  // namespace flow::sqlite
