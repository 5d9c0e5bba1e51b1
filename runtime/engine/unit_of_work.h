#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/delivery.h"
#include "flow/sql.h"

namespace flow {

/// An out-of-line delivery to write. row 0 inserts; otherwise that row is rewritten (attempts, due,
/// errors).
struct RowWrite {
  Delivery delivery;
  /// Held behind earlier rows of its key: due when the last of them goes. When there is none, due
  /// at once.
  bool waiting = false;
};

struct Outgoing {
  Message message;
  std::optional<Timestamp> due;  ///< set: appended to its stream at that time, not before
  /// The id is the sender's own: when it was sent before, this is not appended again. Another type
  /// or payload under it: the unit fails with `rejected`, `id_in_use`.
  bool given_id = false;
};

/// A claim of the store's write side by one handler, for its SQL. Destroyed without being
/// submitted: rolled back.
class SqlScope : public Sql {
 public:
  /// From any thread: rolls back, frees the write side for others, and makes every later call of
  /// its owner throw.
  virtual void revoke() noexcept = 0;
  /// The same unit of work for a query's handler: it sees what was written in it, and cannot write.
  virtual Sql& reading() = 0;
};

/// Deliveries in line, of one endpoint, with every ordinal from `first` to `last`.
struct OrdinalRange {
  EndpointNo endpoint = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// All that one handling does. Commits whole or not at all.
struct UnitOfWork {
  ChannelNo channel = no_channel;  ///< whose ownership guards it; no_channel: a bus call
  /// Done with: in line, marks it done; a row, removes it (and makes the next waiting row of its
  /// key due).
  std::optional<Delivery> consumed;  ///< endpoint, ordinal, position, row and message->key are read
  /// Done with as well, all in line, when many deliveries of `channel` were handled without
  /// effects. What is done already is passed over. Only for a store that says takes_ranges().
  std::vector<OrdinalRange> ranges;
  std::vector<Outgoing> outgoing;
  std::optional<RowWrite> put;
  std::optional<DeadLetter> dead_letter;
  std::unique_ptr<SqlScope> sql;
};

/// A unit with the token by which its end is told.
struct Submission {
  std::uint64_t token = 0;
  UnitOfWork unit{};
};

struct Committed {
  std::int64_t row = 0;           ///< of UnitOfWork::put
  std::uint32_t sent_before = 0;  ///< how many of UnitOfWork::outgoing were, under their given id
};

/// How a unit ended.
struct Commitment {
  std::uint64_t token = 0;
  Result<Committed> result;
};

}  // namespace flow
