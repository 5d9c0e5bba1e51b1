#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lock/lock.h"

namespace flowc::lock {

/// Who wrote what is read.
enum class Writer {
  any,     ///< whoever, ever: fields with a default may be absent
  current  ///< the program of the writer's lock itself, which leaves out nothing but optional
           ///< fields
};

/// What a reader that takes every payload does not keep of some. Bits.
enum Loss : unsigned {
  kNoLoss = 0,
  kDigits = 1,   ///< of whole numbers that a float64 cannot hold
  kWords = 2,    ///< texts that an enum takes as `unknown`
  kGrowth = 4,   ///< fields, entries and enum values that the reader does not have
  kMeanings = 8  ///< of fields left out, whose defaults differ
};

/// How one type reads another.
struct Reading {
  bool readable = true;     ///< every payload
  unsigned lost = kNoLoss;  ///< of what is readable
  bool whole() const { return readable && lost == kNoLoss; }
};

/// How payloads of type `written` are read as `read`, each with the records and enums of its own
/// lock. Records and enums of the same name are taken to be read whole: what changed in them is
/// reported where they are declared.
Reading reads(const Lock& reader, const Type& read, const Lock& writer, const Type& written,
              Writer who);

/// What happens to the lost part, as the end of a sentence: "whole numbers past 2^53 lose digits".
std::string lost_text(unsigned lost);

/// The type without `?`.
const Type& bare(const Type& type);

/// What of a lock holds a record or an enum, directly or through others.
struct Carriers {
  std::set<MessageKey> messages;
  std::set<std::string> sagas;
  std::set<std::string> steps;  ///< endpoint ids
  bool travels = false;         ///< something but the fields and answers of queries holds it
};

/// Finds who is concerned by a change of one lock. Keeps a reference to the lock.
class Index {
 public:
  explicit Index(const Lock& lock);
  /// `type` is the full name of a record or an enum.
  Carriers carriers(const std::string& type) const;
  /// Ids of the endpoints that take one of these, and of all endpoints of these sagas; ascending.
  std::vector<std::string> endpoints(const Carriers& carriers) const;
  std::vector<std::string> takers(const std::string& wire_name) const;
  std::vector<std::string> endpoints_of_saga(const std::string& saga) const;

 private:
  const Lock* lock_;
  std::map<std::string, std::set<std::string>> records_;  // by what they hold
  std::map<std::string, Carriers> direct_;
  std::map<std::string, std::vector<std::string>> takers_;  // by wire name
};

}  // namespace flowc::lock
