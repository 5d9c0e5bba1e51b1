#include "emit/view/order.h"

#include <algorithm>
#include <map>
#include <optional>

namespace flowc::view {

namespace {

using model::Program;
using model::Type;

/// What a type's fields hold: `needed` as parts of it, `behind` a list or a map. Sorted, each once.
struct Uses {
  std::vector<std::size_t> needed, behind;
};

void sort_once(std::vector<std::size_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

const Type& named_part(const Type& type, bool& behind) {
  if (type.element == nullptr) return type;
  behind = behind || type.kind != Type::Kind::optional;
  return named_part(*type.element, behind);
}

/// Walks keep their own stacks: records may hold each other as deep as a file is long.
class Sorter {
 public:
  Sorter(const Program& program, const std::vector<AnyType>& types)
      : program_(program), types_(types), states_(types.size()) {
    for (std::size_t i = 0; i < types_.size(); ++i) index_[types_[i]] = i;
    for (const AnyType& type : types_) uses_.push_back(uses(type));
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (states_[i].number == 0) find_groups(i);
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
    bool shared = false;    // the group has others
    bool placed = false;
    bool done = false;
  };
  struct Frame {
    std::size_t at;
    std::size_t next = 0;  // of what it uses
  };

  Uses uses(const AnyType& type) const {
    Uses uses;
    const auto add = [&](const std::vector<model::Field>& fields) {
      for (const model::Field& field : fields) add_use(field.type, uses);
    };
    if (const auto* record = std::get_if<model::RecordId>(&type)) add(program_[*record].fields);
    if (const auto* message = std::get_if<model::MessageId>(&type)) add(program_[*message].fields);
    sort_once(uses.needed);
    sort_once(uses.behind);
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
    (behind ? uses.behind : uses.needed).push_back(found->second);
  }

  /// The next of what the frame's type uses, first what it needs.
  std::optional<std::size_t> next_use(Frame& frame) const {
    const Uses& uses = uses_[frame.at];
    const std::size_t i = frame.next++;
    if (i < uses.needed.size()) return uses.needed[i];
    if (i - uses.needed.size() < uses.behind.size()) return uses.behind[i - uses.needed.size()];
    return std::nullopt;
  }

  /// Tarjan's strongly connected components.
  void find_groups(std::size_t root) {
    std::vector<Frame> frames;
    const auto enter = [&](std::size_t at) {
      states_[at].number = states_[at].low = ++visits_;
      states_[at].open = true;
      open_.push_back(at);
      frames.push_back({at});
    };
    enter(root);
    while (!frames.empty()) {
      State& state = states_[frames.back().at];
      if (const auto next = next_use(frames.back())) {
        if (states_[*next].number == 0) {
          enter(*next);
        } else if (states_[*next].open) {
          state.low = std::min(state.low, states_[*next].number);
        }
        continue;
      }
      if (state.low == state.number) close_group(frames.back().at);
      frames.pop_back();
      if (!frames.empty()) {
        State& outer = states_[frames.back().at];
        outer.low = std::min(outer.low, state.low);
      }
    }
  }

  void close_group(std::size_t at) {
    const bool shared = open_.back() != at;
    while (states_[at].open) {
      State& last = states_[open_.back()];
      open_.pop_back();
      last.open = false;
      last.group = states_[at].number;
      last.shared = shared;
    }
  }

  void place(std::size_t root) {
    if (states_[root].placed) return;
    states_[root].placed = true;
    std::vector<Frame> frames{{root}};
    while (!frames.empty()) {
      const std::size_t at = frames.back().at;
      const bool behind = frames.back().next >= uses_[at].needed.size();
      if (const auto next = next_use(frames.back())) {
        if (states_[*next].placed) continue;
        if (behind && states_[*next].group == states_[at].group) continue;
        states_[*next].placed = true;
        frames.push_back({*next});
        continue;
      }
      put(at);
      frames.pop_back();
    }
  }

  void put(std::size_t at) {
    const std::vector<std::size_t>& behind = uses_[at].behind;
    const bool holds_itself = std::binary_search(behind.begin(), behind.end(), at);
    OrderedType ordered{types_[at], holds_itself || states_[at].shared, {}};
    for (const std::size_t next : behind) {
      const auto* record = std::get_if<model::RecordId>(&types_[next]);
      if (record != nullptr && next != at && !states_[next].done) ordered.later.push_back(*record);
    }
    states_[at].done = true;
    out_.push_back(std::move(ordered));
  }

  const Program& program_;
  const std::vector<AnyType>& types_;
  std::map<AnyType, std::size_t> index_;
  std::vector<Uses> uses_;
  std::vector<State> states_;
  std::vector<std::size_t> open_;
  std::size_t visits_ = 0;
  std::vector<OrderedType> out_;
};

/// Of a field alone: a record counts by its own fields.
Ordering own_ordering(const Type& part) {
  if (part.kind != Type::Kind::primitive) return Ordering::strong;
  if (part.primitive == model::Primitive::float64) return Ordering::partial;
  return part.primitive == model::Primitive::decimal ? Ordering::weak : Ordering::strong;
}

}  // namespace

std::vector<OrderedType> ordered_types(const Program& program, const std::vector<AnyType>& types) {
  return Sorter{program, types}.run();
}

std::vector<Ordering> record_orderings(const Program& program) {
  std::vector<Ordering> orderings(program.records.size(), Ordering::strong);
  std::vector<std::vector<std::size_t>> holders(program.records.size());
  for (std::size_t i = 0; i < program.records.size(); ++i) {
    for (const model::Field& field : program.records[i].fields) {
      bool behind = false;
      const Type& part = named_part(field.type, behind);
      orderings[i] = std::max(orderings[i], own_ordering(part));
      if (part.kind == Type::Kind::record)
        holders[static_cast<std::uint32_t>(part.record)].push_back(i);
    }
  }
  // What holds a weak one is weak: the weakest first, so that each record changes once at most.
  for (const Ordering weakest : {Ordering::partial, Ordering::weak}) {
    std::vector<std::size_t> reached;
    for (std::size_t i = 0; i < orderings.size(); ++i) {
      if (orderings[i] == weakest) reached.push_back(i);
    }
    while (!reached.empty()) {
      const std::size_t held = reached.back();
      reached.pop_back();
      for (const std::size_t holder : holders[held]) {
        if (orderings[holder] >= weakest) continue;
        orderings[holder] = weakest;
        reached.push_back(holder);
      }
    }
  }
  return orderings;
}

Ordering ordering(const std::vector<model::Field>& fields, const std::vector<Ordering>& records) {
  Ordering weakest = Ordering::strong;
  for (const model::Field& field : fields) {
    bool behind = false;
    const Type& part = named_part(field.type, behind);
    weakest = std::max(weakest, part.kind == Type::Kind::record
                                    ? records[static_cast<std::uint32_t>(part.record)]
                                    : own_ordering(part));
  }
  return weakest;
}

}  // namespace flowc::view
