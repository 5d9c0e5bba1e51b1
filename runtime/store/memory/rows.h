#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/delivery.h"

namespace flow::memory {

struct StoredRow {
  Delivery delivery;
  bool waiting = false;
  std::uint32_t replays = 0;
};

/// The out-of-line deliveries of one channel. Not thread-safe.
class Rows {
 public:
  explicit Rows(bool ordered) : ordered_(ordered) {}

  /// The key has a row before this one: at an earlier position, or an older row at the same.
  /// `row` 0: one that is to be inserted.
  bool held(const std::optional<std::string>& key, std::uint64_t position,
            std::int64_t row = 0) const;
  void insert(std::int64_t id, Delivery delivery, bool waiting, std::uint32_t replays);
  /// False: there is no such row.
  bool rewrite(const Delivery& delivery, bool waiting);
  StoredRow* find(std::int64_t id);
  /// Removes it and makes the key's next due, if that waited. True: it did.
  bool remove(std::int64_t id);

  void due(Timestamp now, std::size_t max, std::vector<Delivery>& out) const;
  std::optional<Timestamp> next_due() const;
  std::size_t size() const { return rows_.size(); }
  std::size_t waiting() const { return rows_.size() - due_.size(); }
  const std::map<std::int64_t, StoredRow>& all() const { return rows_; }

 private:
  void set_waiting(StoredRow& row, bool waiting);

  bool ordered_;
  std::map<std::int64_t, StoredRow> rows_;
  std::set<std::pair<Timestamp, std::int64_t>> due_;
  std::map<std::string, std::set<std::pair<std::uint64_t, std::int64_t>>> keys_;  // position, id
};

}  // namespace flow::memory
