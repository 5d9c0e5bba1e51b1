#include "store/memory/sent_ids.h"

#include <chrono>
#include <utility>
#include <vector>

namespace flow::memory {

SentMessage* SentIds::find(const Uuid& id) {
  const auto found = sent_.find(id);
  return found == sent_.end() ? nullptr : &found->second;
}

Result<void> SentIds::check(const UnitOfWork& unit, const Topology& topology) const {
  std::unordered_map<Uuid, const Message*> given;
  for (const Outgoing& outgoing : unit.outgoing) {
    if (!outgoing.given_id) continue;
    const Message& message = outgoing.message;
    const auto sent = sent_.find(message.id);
    if (sent != sent_.end()) {
      const bool same_type = sent->second.type == message.type;
      if (same_type && sent->second.digest == digest_of(message.payload)) continue;
      return id_in_use(message.id, topology.messages[sent->second.type].wire_name,
                       sent->second.sent_at, same_type);
    }
    const Message& first = *given.emplace(message.id, &message).first->second;
    const bool same_type = first.type == message.type;
    if (same_type && first.payload == message.payload) continue;
    return id_in_use(message.id, topology.messages[first.type].wire_name, first.created_at,
                     same_type);
  }
  return {};
}

void SentIds::insert(const Uuid& id, SentMessage message) {
  if (sent_.size() == kMost) {
    sent_.erase(order_.front());
    order_.pop_front();
  }
  if (sent_.insert_or_assign(id, std::move(message)).second) order_.push_back(id);
}

void SentIds::trim(const Topology& topology, Timestamp now) {
  // A day at least is kept: seldom is often enough.
  constexpr std::chrono::minutes kEvery{1};
  if (sent_.empty() || (now >= trimmed_at_ && now - trimmed_at_ < kEvery)) return;
  trimmed_at_ = now;
  const std::vector<microseconds> kept = kept_ids(topology);
  const auto dropped = std::erase_if(sent_, [&](const auto& entry) {
    const SentMessage& message = entry.second;
    return !message.due && message.appended_at < now - kept[message.type];
  });
  if (dropped != 0) std::erase_if(order_, [&](const Uuid& id) { return !sent_.contains(id); });
}

EndpointFate fate_of(const SentMessage& sent, EndpointNo endpoint, bool done, const Rows& rows) {
  EndpointFate fate;
  for (const auto& [id, row] : rows.all()) {
    if (row.delivery.endpoint != endpoint || row.delivery.ordinal != sent.ordinal) continue;
    fate.attempts = row.delivery.attempts;
    if (row.waiting) {
      fate.state = EndpointFate::State::waiting;
    } else if (fate.attempts > 0) {
      fate.state = EndpointFate::State::retrying;
      fate.next_due = row.delivery.due;
    }
    return fate;
  }
  if (done) fate.state = EndpointFate::State::handled;
  if (done && sent.dead.contains(endpoint)) fate.state = EndpointFate::State::dead;
  return fate;
}

}  // namespace flow::memory
