#include "store/memory/rows.h"

#include <limits>

namespace flow::memory {

bool Rows::held(const std::optional<std::string>& key, std::uint64_t position,
                std::int64_t row) const {
  if (!key) return false;
  const auto found = keys_.find(*key);
  if (found == keys_.end()) return false;
  // The first of those in order of position and row: of two at one position, one does not wait.
  const auto& first = *found->second.begin();
  return row == 0 ? first.first <= position : first < std::pair{position, row};
}

void Rows::insert(std::int64_t id, Delivery delivery, bool waiting, std::uint32_t replays) {
  const bool waits = waiting && held(delivery.message->key, delivery.position);
  delivery.row = id;
  delivery.key_held = false;
  if (ordered_ && delivery.message->key)
    keys_[*delivery.message->key].emplace(delivery.position, id);
  StoredRow& row = rows_[id];
  row.delivery = std::move(delivery);
  row.waiting = true;
  row.replays = replays;
  set_waiting(row, waits);
}

void Rows::set_waiting(StoredRow& row, bool waiting) {
  const std::pair place{row.delivery.due, row.delivery.row};
  if (!row.waiting) due_.erase(place);
  row.waiting = waiting;
  if (!waiting) due_.insert(place);
}

bool Rows::rewrite(const Delivery& delivery, bool waiting) {
  const auto found = rows_.find(delivery.row);
  if (found == rows_.end()) return false;
  StoredRow& row = found->second;
  const bool waits =
      waiting && held(row.delivery.message->key, row.delivery.position, delivery.row);
  set_waiting(row, true);
  row.delivery.attempts = delivery.attempts;
  row.delivery.due = delivery.due;
  row.delivery.errors = delivery.errors;
  set_waiting(row, waits);
  return true;
}

StoredRow* Rows::find(std::int64_t id) {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

bool Rows::remove(std::int64_t id) {
  const auto found = rows_.find(id);
  const Delivery& delivery = found->second.delivery;
  due_.erase({delivery.due, id});
  bool promoted = false;
  const auto key = delivery.message->key ? keys_.find(*delivery.message->key) : keys_.end();
  if (key != keys_.end()) {
    key->second.erase({delivery.position, id});
    if (key->second.empty()) {
      keys_.erase(key);
    } else {
      StoredRow& next = rows_.at(key->second.begin()->second);
      promoted = next.waiting;
      if (promoted) {
        next.delivery.due = Timestamp{};
        set_waiting(next, false);
      }
    }
  }
  rows_.erase(found);
  return promoted;
}

void Rows::due(Timestamp now, std::size_t max, std::vector<Delivery>& out) const {
  for (const auto& [due, id] : due_) {
    if (due > now || max-- == 0) return;
    out.push_back(rows_.at(id).delivery);
  }
}

std::optional<Timestamp> Rows::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace flow::memory
