#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/lock_decoder.h"
#include "compiler/lock_fixtures.h"
#include "lock/verdict.h"

// A contract is edited at random, payloads of either version are made at random, and the runtime's
// decoder, which knows nothing of rules, says who can read whom. The verdict has to agree, both
// ways.
namespace flowc::test {
namespace {

using nlohmann::json;
using Kind = lock::Type::Kind;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool coin() { return below(2) == 0; }

 private:
  std::mt19937_64 engine_;
};

template <class Map>
auto& pick(Map& map, Dice& dice) {
  auto at = map.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice.below(map.size())));
  return *at;
}

lock::Type wrapped(Kind kind, lock::Type element) {
  return {kind, {}, std::make_shared<const lock::Type>(std::move(element))};
}

constexpr std::array<const char*, 10> kPrimitives{"bool",   "int32", "int64", "float64",  "decimal",
                                                  "string", "bytes", "uuid",  "duration", "date"};

/// Of a message's field, or of a record's: that holds no other record, so that none holds itself.
lock::Type random_type(const lock::Lock& lock, Dice& dice, bool of_message, int depth = 0) {
  switch (dice.below(depth < 2 ? 8 : 4)) {
    case 4:
      return wrapped(Kind::list, random_type(lock, dice, of_message, depth + 1));
    case 5:
      return wrapped(Kind::map, random_type(lock, dice, of_message, depth + 1));
    case 6:
      if (of_message) return {Kind::named, pick(lock.records, dice).first, nullptr};
      [[fallthrough]];
    case 7:
      return {Kind::named, pick(lock.enums, dice).first, nullptr};
    case 3:
      if (depth > 0)
        return wrapped(Kind::optional,
                       {Kind::primitive, kPrimitives[dice.below(kPrimitives.size())], nullptr});
      [[fallthrough]];
    default:
      return {Kind::primitive, kPrimitives[dice.below(kPrimitives.size())], nullptr};
  }
}

json scalar(const std::string& name, Dice& dice) {
  if (name == "bool") return dice.coin();
  if (name == "int32") return static_cast<std::int32_t>(dice.below(1000));
  if (name == "int64") return static_cast<std::int64_t>(5'000'000'000 + dice.below(1000));
  if (name == "float64") return 0.5;
  if (name == "decimal") return "12.50";
  if (name == "bytes") return "AAE=";
  if (name == "uuid") return "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b";
  if (name == "duration") return "PT15M";
  if (name == "date") return "2026-11-22";
  return "hello!";
}

json payload(const lock::Lock& lock, const lock::Fields& fields, Dice& dice, bool writes_defaults);

json value(const lock::Lock& lock, const lock::Type& type, Dice& dice, bool writes_defaults) {
  switch (type.kind) {
    case Kind::primitive:
      return scalar(type.name, dice);
    case Kind::optional:
      return dice.coin() ? json() : value(lock, *type.element, dice, writes_defaults);
    case Kind::list:
    case Kind::map: {
      json made = type.kind == Kind::list ? json::array() : json::object();
      for (std::size_t i = dice.below(3); i > 0; --i) {
        json element = value(lock, *type.element, dice, writes_defaults);
        if (type.kind == Kind::list) {
          made.push_back(std::move(element));
        } else {
          made["k" + std::to_string(i)] = std::move(element);
        }
      }
      return made;
    }
    case Kind::named:
      break;
  }
  if (const auto found = lock.enums.find(type.name); found != lock.enums.end())
    return pick(found->second.values, dice).first;
  return payload(lock, lock.records.at(type.name).fields, dice, writes_defaults);
}

/// What a writer may write: all but optional fields. What a reader may meet: older payloads too,
/// which lack the fields that have a default by now.
json payload(const lock::Lock& lock, const lock::Fields& fields, Dice& dice, bool writes_defaults) {
  json made = json::object();
  for (const auto& [name, field] : fields) {
    const bool optional = field.type.kind == Kind::optional;
    const bool may_lack = optional || (field.default_value && !writes_defaults);
    if (may_lack && dice.coin()) continue;
    made[name] = value(lock, optional ? *field.type.element : field.type, dice, writes_defaults);
  }
  return made;
}

/// Whether `reader` took every one of so many payloads.
bool reads_all(const lock::Lock& reader, const lock::Lock& writer, bool writes_defaults,
               std::size_t tries, Dice& dice, json& refused) {
  for (std::size_t i = 0; i < tries; ++i) {
    for (const auto& [key, message] : writer.messages) {
      refused = payload(writer, message.fields, dice, writes_defaults);
      if (!Decoder::read(reader, reader.messages.at(key).fields, refused.dump())) return false;
    }
  }
  return true;
}

lock::Lock start() {
  return compiled(R"(module shop
enum Tier { basic  gold  unknown }
enum Colour { red  green }
record Part { name: string  colour: Colour  weight: float64 = 1.5 }
record Item { sku: string  parts: [Part]  tier: Tier?  count: int32 = 1 }
event Placed {
  key id: uuid
  items: [Item]
  first: Item?
  labels: {string: string}
  colours: {string: Colour}
  total: int32
  note: string?
  day: date
}
command Place { key id: uuid  part: Part  size: int64 = 5  tier: Tier = gold }
handlers Jobs { place(Place) publishes Placed  see(Placed) }
service shop { Jobs }
)");
}

lock::Fields& fields_of(lock::Lock& lock, Dice& dice, bool of_message) {
  return of_message ? pick(lock.messages, dice).second.fields
                    : pick(lock.records, dice).second.fields;
}

void add_field(lock::Lock& lock, Dice& dice, int kind) {
  const bool of_message = dice.coin();
  lock::Field field;
  field.name = "new" + std::to_string(dice.below(1000));
  field.type = random_type(lock, dice, of_message);
  if (kind == 0) field.type = wrapped(Kind::optional, field.type);
  if (kind == 1) field.default_value = "1";
  const std::string name = field.name;
  fields_of(lock, dice, of_message).emplace(name, field);
}

void rename_record(lock::Lock& lock, Dice& dice) {
  const std::string old = pick(lock.records, dice).first;
  const std::string now = old + "X";
  const std::function<lock::Type(const lock::Type&)> renamed = [&](const lock::Type& type) {
    lock::Type made = type;
    if (made.name == old) made.name = now;
    if (made.element) made.element = std::make_shared<const lock::Type>(renamed(*made.element));
    return made;
  };
  auto node = lock.records.extract(old);
  node.key() = now;
  lock.records.insert(std::move(node));
  for (auto& [key, message] : lock.messages)
    for (auto& [name, field] : message.fields) field.type = renamed(field.type);
  for (auto& [key, record] : lock.records)
    for (auto& [name, field] : record.fields) field.type = renamed(field.type);
}

constexpr std::size_t kCompatibleEdits = 5;
constexpr std::size_t kEdits = 13;

void edit(lock::Lock& lock, Dice& dice, std::size_t which) {
  const bool of_message = dice.coin();
  lock::Fields& fields = fields_of(lock, dice, of_message);
  if (fields.empty()) return;
  lock::Field& field = pick(fields, dice).second;
  switch (which) {
    // Compatible ones.
    case 0:
      return add_field(lock, dice, 0);
    case 1:
      return add_field(lock, dice, 1);
    case 2:
      return rename_record(lock, dice);
    case 3:
      lock.enums.at("shop.Tier").values.emplace("v" + std::to_string(dice.below(100)), Span{});
      return;
    case 4:  // the name in C++ alone
      field.name += "X";
      return;
    // Others.
    case 5:
      return add_field(lock, dice, 2);
    case 6:
      fields.erase(pick(fields, dice).first);
      return;
    case 7:
      field.type = random_type(lock, dice, of_message);
      field.default_value.reset();
      return;
    case 8:
      field.type = field.type.kind == Kind::optional ? *field.type.element
                                                     : wrapped(Kind::optional, field.type);
      field.default_value.reset();
      return;
    case 9:
      if (field.default_value) {
        field.default_value.reset();
      } else if (field.type.kind != Kind::optional) {
        field.default_value = "1";
      }
      return;
    case 10: {
      auto node = fields.extract(pick(fields, dice).first);
      node.key() += "x";
      fields.insert(std::move(node));
      return;
    }
    case 11:
      pick(lock.enums, dice).second.values.emplace("w" + std::to_string(dice.below(100)), Span{});
      return;
    default: {
      auto& values = pick(lock.enums, dice).second.values;
      if (values.size() > 1) values.erase(pick(values, dice).first);
    }
  }
}

TEST_CASE("the verdict agrees with decoding, whatever is edited") {
  const lock::Lock before = start();
  std::array<std::size_t, 4> outcomes{};
  for (std::uint64_t seed = 1; seed <= 800; ++seed) {
    Dice dice(seed);
    lock::Lock after = before;
    for (std::size_t i = 1 + dice.below(3); i > 0; --i) edit(after, dice, dice.below(kEdits));
    const lock::Verdict verdict = lock::verdict(before, after);
    ++outcomes[(verdict.new_reads_old ? 1U : 0U) + (verdict.old_reads_new ? 2U : 0U)];
    CAPTURE(seed);
    INFO(lock::to_text(verdict));
    // A no needs one payload as its proof, which may be a rare one.
    json refused;
    const bool new_reads =
        reads_all(after, before, false, verdict.new_reads_old ? 60 : 5000, dice, refused);
    CHECK_MESSAGE(new_reads == verdict.new_reads_old, "old payload: ", refused.dump());
    const bool old_reads =
        reads_all(before, after, true, verdict.old_reads_new ? 60 : 5000, dice, refused);
    CHECK_MESSAGE(old_reads == verdict.old_reads_new, "new payload: ", refused.dump());
  }
  for (const std::size_t count : outcomes) CHECK(count > 20);  // each answer was put to the test
}

TEST_CASE("edits that are known to be compatible need no allow") {
  const lock::Lock before = start();
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Dice dice(seed);
    lock::Lock after = before;
    for (std::size_t i = 1 + dice.below(6); i > 0; --i)
      edit(after, dice, dice.below(kCompatibleEdits));
    const lock::Verdict verdict = lock::verdict(before, after);
    CAPTURE(seed);
    CHECK_MESSAGE(!verdict.breaking, lock::to_text(verdict));
    CHECK((verdict.new_reads_old && verdict.old_reads_new));
  }
}

}  // namespace
}  // namespace flowc::test
