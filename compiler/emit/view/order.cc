#include "emit/view/order.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace flowc::view {

namespace {

using model::Program;
using model::Type;

/// What a type's fields hold: `needed` as parts of it, `behind` a list or a map.
struct Uses {
  std::set<std::size_t> needed, behind;
};

const Type& named_part(const Type& type, bool& behind) {
  if (type.element == nullptr) return type;
  behind = behind || type.kind != Type::Kind::optional;
  return named_part(*type.element, behind);
}

class Sorter {
 public:
  Sorter(const Program& program, model::ModuleId module) : program_(program) {
    collect(module);
    for (std::size_t i = 0; i < types_.size(); ++i) uses_.push_back(uses(types_[i]));
    states_.resize(types_.size());
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (states_[i].number == 0) find_group(i);
    }
  }

  std::vector<OrderedType> run() {
    for (std::size_t i = 0; i < types_.size(); ++i) place(i);
    return std::move(out_);
  }

 private:
  struct State {
    std::size_t number = 0;  // of the visit; 0: not visited
    std::size_t low = 0;
    bool open = false;
    std::size_t group = 0;  // types of one group hold each other
    bool placed = false;
  };

  void collect(model::ModuleId module) {
    std::vector<std::pair<std::uint32_t, AnyType>> found;
    const auto add = [&](const auto& table, auto make_id) {
      for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].module == module) found.emplace_back(table[i].span.begin, make_id(i));
      }
    };
    add(program_.enums, [](std::size_t i) { return static_cast<model::EnumId>(i); });
    add(program_.records, [](std::size_t i) { return static_cast<model::RecordId>(i); });
    add(program_.messages, [](std::size_t i) { return static_cast<model::MessageId>(i); });
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [place, type] : found) {
      index_[type] = types_.size();
      types_.push_back(type);
    }
  }

  Uses uses(const AnyType& type) const {
    Uses uses;
    const auto add = [&](const std::vector<model::Field>& fields) {
      for (const model::Field& field : fields) add_use(field.type, uses);
    };
    if (const auto* record = std::get_if<model::RecordId>(&type)) add(program_[*record].fields);
    if (const auto* message = std::get_if<model::MessageId>(&type)) add(program_[*message].fields);
    return uses;
  }

  void add_use(const Type& type, Uses& uses) const {
    bool behind = false;
    const Type& part = named_part(type, behind);
    std::optional<AnyType> used;
    if (part.kind == Type::Kind::record) used = part.record;
    if (part.kind == Type::Kind::enumeration) used = part.enumeration;
    if (!used) return;
    const auto found = index_.find(*used);
    if (found == index_.end()) return;  // another module's: its header is included
    (behind ? uses.behind : uses.needed).insert(found->second);
  }

  /// Tarjan's strongly connected components.
  void find_group(std::size_t at) {
    states_[at].number = states_[at].low = ++visits_;
    states_[at].open = true;
    stack_.push_back(at);
    const auto visit = [&](std::size_t next) {
      if (states_[next].number == 0) {
        find_group(next);
        states_[at].low = std::min(states_[at].low, states_[next].low);
      } else if (states_[next].open) {
        states_[at].low = std::min(states_[at].low, states_[next].number);
      }
    };
    for (const std::size_t next : uses_[at].needed) visit(next);
    for (const std::size_t next : uses_[at].behind) visit(next);
    if (states_[at].low != states_[at].number) return;
    std::size_t last = 0;
    do {
      last = stack_.back();
      stack_.pop_back();
      states_[last].open = false;
      states_[last].group = states_[at].number;
    } while (last != at);
  }

  bool same_group(std::size_t a, std::size_t b) const {
    return states_[a].group == states_[b].group;
  }

  void place(std::size_t at) {
    if (states_[at].placed) return;
    states_[at].placed = true;
    for (const std::size_t next : uses_[at].needed) place(next);
    for (const std::size_t next : uses_[at].behind) {
      if (!same_group(at, next)) place(next);
    }
    OrderedType ordered{types_[at], uses_[at].behind.contains(at), {}};
    for (std::size_t other = 0; other < types_.size(); ++other) {
      ordered.recursive = ordered.recursive || (other != at && same_group(at, other));
    }
    for (const std::size_t next : uses_[at].behind) {
      const auto* record = std::get_if<model::RecordId>(&types_[next]);
      if (record != nullptr && next != at && !done_.contains(next))
        ordered.later.push_back(*record);
    }
    done_.insert(at);
    out_.push_back(std::move(ordered));
  }

  const Program& program_;
  std::vector<AnyType> types_;
  std::map<AnyType, std::size_t> index_;
  std::vector<Uses> uses_;
  std::vector<State> states_;
  std::vector<std::size_t> stack_;
  std::size_t visits_ = 0;
  std::set<std::size_t> done_;
  std::vector<OrderedType> out_;
};

void weaken(const Program& program, const Type& type, std::set<model::RecordId>& seen,
            Ordering& ordering) {
  bool behind = false;
  const Type& part = named_part(type, behind);
  if (part.kind == Type::Kind::primitive && part.primitive == model::Primitive::float64) {
    ordering = Ordering::partial;
  } else if (part.kind == Type::Kind::primitive && part.primitive == model::Primitive::decimal) {
    ordering = std::max(ordering, Ordering::weak);
  } else if (part.kind == Type::Kind::record && seen.insert(part.record).second) {
    for (const model::Field& field : program[part.record].fields) {
      weaken(program, field.type, seen, ordering);
    }
  }
}

}  // namespace

std::vector<OrderedType> ordered_types(const Program& program, model::ModuleId module) {
  return Sorter{program, module}.run();
}

Ordering ordering(const Program& program, const std::vector<model::Field>& fields) {
  std::set<model::RecordId> seen;
  Ordering ordering = Ordering::strong;
  for (const model::Field& field : fields) weaken(program, field.type, seen, ordering);
  return ordering;
}

}  // namespace flowc::view
