#include "store/memory/dead_letters.h"

#include <algorithm>
#include <utility>

namespace flow::memory {

namespace {

bool matches(const DeadLetterFilter& filter, const DeadLetter& dead) {
  return (filter.ids.empty() || std::ranges::find(filter.ids, dead.id) != filter.ids.end()) &&
         (filter.endpoint.empty() || dead.endpoint == filter.endpoint) &&
         (filter.channel.empty() || dead.channel == filter.channel) &&
         (!filter.key || dead.message.key == filter.key) &&
         (filter.reason_contains.empty() ||
          dead.reason.find(filter.reason_contains) != std::string::npos) &&
         (!filter.dead_after || dead.dead_at >= *filter.dead_after) &&
         (!filter.dead_before || dead.dead_at < *filter.dead_before) && dead.id > filter.after_id;
}

}  // namespace

void DeadLetters::add(DeadLetter&& letter) {
  letter.id = ++last_;
  letters_.emplace(last_, std::move(letter));
}

DeadLetter* DeadLetters::find(std::int64_t id) {
  const auto found = letters_.find(id);
  return found == letters_.end() ? nullptr : &found->second;
}

std::vector<DeadLetter> DeadLetters::list(const DeadLetterFilter& filter) const {
  std::vector<DeadLetter> listed;
  for (const auto& [id, dead] : letters_) {
    if (listed.size() == filter.limit) break;
    if (!matches(filter, dead)) continue;
    listed.push_back(dead);
    if (!filter.payloads) listed.back().message.payload.clear();
  }
  return listed;
}

std::uint64_t DeadLetters::count(const DeadLetterFilter& filter) const {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      letters_, [&](const auto& entry) { return matches(filter, entry.second); }));
}

std::uint64_t DeadLetters::count_of(std::string_view channel) const {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      letters_, [&](const auto& entry) { return entry.second.channel == channel; }));
}

void DeadLetters::trim(const Topology& topology, Timestamp now) {
  std::erase_if(letters_, [&](const auto& entry) {
    const int channel = topology.find_channel(entry.second.channel);
    return channel >= 0 &&
           entry.second.dead_at <
               now - topology.channels[static_cast<std::size_t>(channel)].dead_letter_keep;
  });
}

void DeadLetters::describe(const Uuid& message, EndpointFate& fate) const {
  for (const auto& [id, dead] : letters_) {
    if (dead.endpoint != fate.endpoint || dead.message.id != message) continue;
    fate.dead_letter = id;
    fate.attempts = dead.attempts;
    fate.reason = dead.reason;
  }
}

}  // namespace flow::memory
