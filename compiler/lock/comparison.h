#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lock/compare.h"
#include "lock/types.h"

namespace flowc::lock {

/// A comparison under way: the two locks, and what was found so far.
struct Comparison {
  Comparison(const Lock& old_lock, const Lock& new_lock)
      : before(old_lock), after(new_lock), before_index(old_lock), after_index(new_lock) {}

  const Lock& before;
  const Lock& after;
  Index before_index;
  Index after_index;
  std::map<std::string, std::string> renamed_wires = {};  ///< old wire name to new
  std::map<std::string, std::string> renamed_sagas = {};  ///< old id to new; the same ones too
  std::vector<Change> changes = {};
};

/// What has fields, in both locks: a message, a record, the data of a saga.
struct Holder {
  std::string subject;  ///< in full
  std::string shown;    ///< as people say it
  std::string payload;  ///< what lacks a field: "a message in flight", "a running saga"
  bool travels = true;  ///< else nothing of it is ever in flight or stored
  std::vector<std::string> endpoints;
  Span now;
};

/// How the new program reads what had a type before, and the old one what has another now.
struct TypeChange {
  TypeChange(const Comparison& comparison, const Type& before, const Type& after)
      : new_reads(reads(comparison.after, after, comparison.before, before, Writer::any)),
        old_reads(reads(comparison.before, before, comparison.after, after, Writer::current)) {
    // That the old program has no place for what is new is no loss: contracts grow.
    old_reads.lost &= unsigned{kDigits | kWords};
  }
  unsigned lost() const { return new_reads.lost | old_reads.lost; }

  Reading new_reads;
  Reading old_reads;
};

/// `OrderPlaced` of `shop.OrderPlaced`.
std::string last_name(std::string_view full_name);
/// A name in a message: `shop.OrderPlaced`, with its backticks.
std::string in_ticks(const std::string& text);
/// "2 consumers", "1 consumer", or `otherwise` for none.
std::string consumers(std::size_t count, std::string_view otherwise);
/// The module that a full name begins with, or the main file's.
Span module_of(const Lock& lock, std::string_view full_name);

// The parts, in their order: messages say which wire names moved, and sagas which ids did, before
// endpoints are looked at.
void compare_messages(Comparison& comparison);
void compare_types(Comparison& comparison);
void compare_processes(Comparison& comparison);
void compare_endpoints(Comparison& comparison);
void compare_fields(Comparison& comparison, const Holder& holder, const Fields& before,
                    const Fields& after);

}  // namespace flowc::lock
