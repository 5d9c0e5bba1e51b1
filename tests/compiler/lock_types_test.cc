#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/lock_decoder.h"
#include "compiler/lock_fixtures.h"
#include "lock/verdict.h"

// A field of each type becomes one of each other type. What the runtime's encoder writes at the
// edges of the one is read by the runtime's decoder as the other, and the verdict has to say the
// same: refused, read but not what was written, or read whole.
namespace flowc::test {
namespace {

using Kind = lock::Type::Kind;
using Tree = Decoder::Tree;

lock::Type wrapped(Kind kind, lock::Type element) {
  return {kind, {}, std::make_shared<const lock::Type>(std::move(element))};
}

/// Every declaration is in both programs; a field goes from one to another.
lock::Lock declarations() {
  return compiled(R"(module shop
enum Tier { basic  gold }
enum Grade { basic  gold  unknown }
enum Wide { basic  gold  silver }
record One { a: int32 }
record Long { a: int64 }
record Real { a: float64 }
record Maybe { a: int32? }
record Filled { a: int32 = 1 }
record Other { a: int32 = 2 }
record Pair { a: int32  b: string? }
record Texts { a: string  b: string? }
record Old { renamed: int32 was "a" }
record Nested { a: Long }
record Bare { a: One? }
public event Placed {
  tier: Tier  grade: Grade  wide: Wide  one: One  long: Long  real: Real  maybe: Maybe
  filled: Filled  other: Other  pair: Pair  texts: Texts  old: Old  nested: Nested  bare: Bare
}
handlers Jobs { see(Placed) }
service shop { Jobs }
)");
}

std::vector<lock::Type> all_types(const lock::Lock& lock) {
  std::vector<lock::Type> bases;
  for (const char* name : {"bool", "int32", "int64", "float64", "decimal", "string", "bytes",
                           "uuid", "timestamp", "duration", "date"})
    bases.push_back({Kind::primitive, name, nullptr});
  for (const auto& [name, value] : lock.enums) bases.push_back({Kind::named, name, nullptr});
  for (const auto& [name, value] : lock.records) bases.push_back({Kind::named, name, nullptr});
  std::vector<lock::Type> all = bases;
  for (const lock::Type& base : bases) {
    all.push_back(wrapped(Kind::optional, base));
    all.push_back(wrapped(Kind::list, base));
    all.push_back(wrapped(Kind::map, base));
    all.push_back(wrapped(Kind::list, wrapped(Kind::optional, base)));
  }
  return all;
}

template <class... T>
std::vector<std::string> written(const T&... values) {
  return {flow::json::encode_payload(values)...};
}

std::vector<std::string> scalar_edges(const std::string& name) {
  using std::chrono::sys_days;
  using std::chrono::year;
  using Double = std::numeric_limits<double>;
  using Long = std::numeric_limits<std::int64_t>;
  if (name == "bool") return written(true, false);
  if (name == "int32")
    return written(std::int32_t{0}, std::numeric_limits<std::int32_t>::min(),
                   std::numeric_limits<std::int32_t>::max());
  if (name == "int64")
    return written(std::int64_t{0}, Long::min(), Long::max(), std::int64_t{9007199254740993});
  if (name == "float64")
    return written(0.0, -0.0, 0.5, 1e19, Double::max(), Double::lowest(), Double::denorm_min());
  if (name == "decimal")
    return written(flow::Decimal::from_string("12.50"),
                   flow::Decimal::from_string("-" + std::string(38, '9')),
                   flow::Decimal::from_string("0." + std::string(27, '0') + "1"));
  if (name == "bytes") return written(flow::Bytes{}, flow::Bytes{std::byte{0}, std::byte{255}});
  if (name == "uuid")
    return written(flow::Uuid{}, flow::Uuid::from_string("0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b"));
  const flow::Date first = year{1} / 1 / 1, last = year{9999} / 12 / 31;
  if (name == "timestamp")
    return written(flow::Timestamp{sys_days{first}},
                   flow::Timestamp{sys_days{last}} + std::chrono::microseconds{1});
  if (name == "duration")
    return written(flow::Duration{0}, flow::Duration::max(), flow::Duration::min(),
                   flow::Duration{-1'500'000});
  if (name == "date") return written(first, last);
  return written(std::string{}, std::string{"hello!"}, std::string{"a\n\"\xC3\xA9"});
}

/// What a program writes at the edges of its types. `any`: or one before it, which did not have
/// the fields that have a default.
class Edges {
 public:
  Edges(const lock::Lock& lock, bool any) : lock_(lock), any_(any) {}

  std::vector<std::string> of(const lock::Type& type) const {
    switch (type.kind) {
      case Kind::primitive:
        return scalar_edges(type.name);
      case Kind::optional: {
        std::vector<std::string> edges = of(*type.element);
        edges.push_back("null");
        return edges;
      }
      case Kind::list:
        return around("[", of(*type.element), "]", "[]");
      case Kind::map: {
        std::vector<std::string> edges = around("{\"a\":", of(*type.element), "}", "{}");
        for (const std::string& value : of(*type.element))
          edges.push_back("{\"zz\":" + value + "}");
        return edges;
      }
      case Kind::named:
        break;
    }
    if (const auto found = lock_.enums.find(type.name); found != lock_.enums.end()) {
      std::vector<std::string> edges;
      for (const auto& [value, span] : found->second.values)
        edges.push_back(flow::json::encode_payload(value));
      return edges;
    }
    return of(lock_.records.at(type.name).fields);
  }

  std::vector<std::string> of(const lock::Fields& fields) const {
    std::vector<std::string> edges{object(fields, "", "")};
    for (const auto& [name, field] : fields)
      for (const std::string& value : of(bare(field))) edges.push_back(object(fields, name, value));
    return edges;
  }

 private:
  static const lock::Type& bare(const lock::Field& field) {
    return field.optional() ? *field.type.element : field.type;
  }

  static std::vector<std::string> around(const std::string& before,
                                         const std::vector<std::string>& values,
                                         const std::string& after, const std::string& empty) {
    std::vector<std::string> edges{empty};
    for (const std::string& value : values) edges.push_back(before + value + after);
    return edges;
  }

  /// With one field's value, and of the others what cannot be absent.
  std::string object(const lock::Fields& fields, const std::string& chosen,
                     const std::string& value) const {
    std::string text;
    for (const auto& [name, field] : fields) {
      const bool absent = field.optional() || (any_ && field.may_be_absent());
      if (absent && name != chosen) continue;
      text += (text.empty() ? "" : ",") + ('"' + name + "\":");
      text += name == chosen ? value : of(bare(field)).front();
    }
    return "{" + text + "}";
  }

  const lock::Lock& lock_;
  bool any_;
};

/// Whether what was read is what was meant. `growth`: the writer is the newer program, and may say
/// what the reader has no place for.
bool kept(const Tree& meant, const Tree& seen, bool growth) {
  if (meant.is_object()) {
    return seen.is_object() &&
           std::all_of(meant.items().begin(), meant.items().end(), [&](const auto& entry) {
             const auto found = seen.find(entry.key());
             if (found != seen.end()) return kept(entry.value(), *found, growth);
             return growth || entry.value().is_null();
           });
  }
  if (meant.is_array())
    return seen.is_array() &&
           std::equal(meant.begin(), meant.end(), seen.begin(), seen.end(),
                      [&](const Tree& a, const Tree& b) { return kept(a, b, growth); });
  // A field that may be absent has no value, and then a default, or the other way round.
  if (meant.is_null() || seen.is_null()) return true;
  if (!seen.is_string()) return false;
  const std::string a = meant, b = seen;
  if (growth && a[0] == 'e' && b == "e:unknown") return true;
  if (a[0] != 'n' || b[0] == 'n') return a.substr(1) == b.substr(1);
  const auto number = flow::Decimal::parse(b.substr(2));
  return number && number->normalized().to_string() == a.substr(2);
}

struct Answer {
  bool readable = true;
  bool lost = false;  // every value is read, and some is not what was written
  std::string proof;  // a payload that is refused, or not kept
};

const lock::Fields& fields_of(const lock::Lock& lock) {
  return lock.messages.begin()->second.fields;
}

Answer asked(const lock::Lock& reader, const lock::Lock& writer,
             const std::vector<std::string>& edges, bool growth) {
  Answer answer;
  bool refused = false;
  for (const std::string& payload : edges) {
    const auto meant = Decoder::read(writer, fields_of(writer), payload);
    if (!meant) FAIL("the writer does not read its own: ", payload);
    const auto seen = Decoder::read(reader, fields_of(reader), payload);
    const bool whole = seen && kept(*meant, *seen, growth);
    if (whole) continue;
    answer.readable &= seen.has_value();
    answer.lost |= seen.has_value();
    answer.proof = payload;
    // That a field may be absent is no matter of its values.
    refused |= !seen && payload != "{}";
  }
  answer.lost &= !refused;
  return answer;
}

lock::Lock with_field(const lock::Lock& declared, const lock::Type& type) {
  lock::Lock lock = declared;
  lock::Fields& fields = lock.messages.begin()->second.fields;
  fields.clear();
  lock::Field field;
  field.name = "f";
  field.type = type;
  fields.emplace("f", field);
  return lock;
}

TEST_CASE("of each pair of types the verdict says what the decoder does") {
  const lock::Lock declared = declarations();
  struct Program {
    lock::Lock lock;
    std::vector<std::string> any;
    std::vector<std::string> current;
  };
  std::vector<Program> programs;
  for (const lock::Type& type : all_types(declared)) {
    lock::Lock lock = with_field(declared, type);
    std::vector<std::string> any = Edges(lock, true).of(fields_of(lock));
    std::vector<std::string> current = Edges(lock, false).of(fields_of(lock));
    programs.push_back({std::move(lock), std::move(any), std::move(current)});
  }
  std::array<std::size_t, 3> outcomes{};
  for (const Program& before : programs) {
    for (const Program& after : programs) {
      const lock::Verdict verdict = lock::verdict(before.lock, after.lock);
      const Answer new_reads = asked(after.lock, before.lock, before.any, false);
      const Answer old_reads = asked(before.lock, after.lock, after.current, true);
      const bool lost = new_reads.lost || old_reads.lost;
      const bool says_lost =
          std::any_of(verdict.changes.begin(), verdict.changes.end(),
                      [](const auto& change) { return change.rule == lock::RuleId::values_lost; });
      const bool breaks = !new_reads.readable || !old_reads.readable;
      ++outcomes[breaks ? 0 : lost ? 1 : 2];
      const bool right = verdict.new_reads_old == new_reads.readable &&
                         verdict.old_reads_new == old_reads.readable && says_lost == lost;
      if (right) continue;
      CHECK_MESSAGE(right, lock::to_text(fields_of(before.lock).at("f").type), " to ",
                    lock::to_text(fields_of(after.lock).at("f").type), ": new reads old ",
                    new_reads.readable, new_reads.lost, " ", new_reads.proof, ", old reads new ",
                    old_reads.readable, old_reads.lost, " ", old_reads.proof, "\n",
                    lock::to_text(verdict));
    }
  }
  for (const std::size_t count : outcomes) CHECK(count > 20);
}

/// A field that is a map of maps, and one that is records of two records each.
lock::Lock deep(bool maps) {
  constexpr int kDeep = 60;
  std::string map = "int32";
  std::string records;
  for (int i = 0; i < kDeep; ++i) {
    map = "{string: " + map + "}";
    const std::string next = i == kDeep - 1 ? "int32" : "R" + std::to_string(i + 1);
    records += "record R" + std::to_string(i) + " { a: " + next + "?  b: " + next + "? }\n";
  }
  return compiled("module shop\n" + records + "public event Placed { f: " + (maps ? map : "R0") +
                  " }\nhandlers Jobs { see(Placed) }\nservice shop { Jobs }\n");
}

TEST_CASE("maps and records that read each other are compared once each") {
  CHECK(lock::verdict(deep(true), deep(false)).new_reads_old);
  CHECK(lock::verdict(deep(false), deep(true)).new_reads_old);
}

}  // namespace
}  // namespace flowc::test
