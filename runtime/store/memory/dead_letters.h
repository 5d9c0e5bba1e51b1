#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "engine/store_operating.h"

namespace flow::memory {

/// The dead letters of a memory store. Not thread-safe.
class DeadLetters {
 public:
  void add(DeadLetter&& letter);
  /// nullptr: there is no such one.
  DeadLetter* find(std::int64_t id);
  std::uint64_t erase(std::int64_t id) { return letters_.erase(id); }
  std::vector<DeadLetter> list(const DeadLetterFilter& filter) const;
  std::uint64_t count(const DeadLetterFilter& filter) const;
  std::uint64_t count_of(std::string_view channel) const;
  void trim(const Topology& topology, Timestamp now);
  /// Adds what the message's last dead letter of this endpoint says, if there is one.
  void describe(const Uuid& message, EndpointFate& fate) const;

 private:
  std::map<std::int64_t, DeadLetter> letters_;
  std::int64_t last_ = 0;
};

}  // namespace flow::memory
