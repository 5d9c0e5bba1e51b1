#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "checks/checks.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

/// What no payload can hold, because it lies deeper than a reader goes in every message that has
/// it. Objects, lists and maps count a level each, the payload itself the first.
namespace flowc {
namespace {

using model::Field;
using model::RecordId;
using model::Type;

constexpr std::size_t kMost = limits::kPayloadLevelsMax;

/// The levels of a type's values, down to the fields of the record that it ends in.
struct Levels {
  std::size_t count = 0;
  std::optional<RecordId> record;
};

Levels levels_of(const Type& type) {
  Levels levels;
  const Type* inner = &type;
  for (; inner->element; inner = inner->element.get())
    if (inner->kind != Type::Kind::optional) ++levels.count;
  if (inner->kind != Type::Kind::record) return levels;
  ++levels.count;
  levels.record = inner->record;
  return levels;
}

/// Meets each message and each record once, a record where it is shallowest.
class Depths {
 public:
  Depths(const model::Program& program, Reporter& reporter)
      : program_(program), reporter_(reporter), holders_(program.records.size()) {}

  void run() {
    for (const model::Message& message : program_.messages) {
      if (message.answer) payload(levels_of(*message.answer).record);
      root(message, message.fields);
    }
    for (const model::Saga& saga : program_.sagas) root(program_[saga.component], saga.data);
    for (const model::Endpoint& endpoint : program_.endpoints) {
      payload(endpoint.takes);
      if (endpoint.gives) payload(*endpoint.gives);
    }
    ascend();
    // What nothing reaches is as shallow as it can be.
    for (std::uint32_t i = 0; i < program_.records.size(); ++i)
      if (holders_[i].level == 0) payload(RecordId{i});
    ascend();
  }

 private:
  /// What has fields: a record, by its number, or behind those a message or a saga.
  struct Holder {
    const model::Declaration* declared = nullptr;
    std::size_t outer = 0;         ///< holds it
    const Field* field = nullptr;  ///< in this field; null: nothing does
    std::size_t level = 0;         ///< 0: not met yet
    bool done = false;
  };

  void root(const model::Declaration& declared, const std::vector<Field>& fields) {
    holders_.push_back({&declared, 0, nullptr, 1, true});
    look(holders_.size() - 1, fields);
  }

  void payload(const model::Payload& payload) {
    if (const auto* record = std::get_if<RecordId>(&payload.type)) this->payload(*record);
  }
  void payload(std::optional<RecordId> record) {
    if (record) enter(*record, {nullptr, 0, nullptr, 1, false});
  }

  void enter(RecordId id, Holder holder) {
    Holder& known = holders_[static_cast<std::uint32_t>(id)];
    if (known.done || (known.level != 0 && known.level <= holder.level)) return;
    holder.declared = &program_[id];
    waiting_[holder.level].push_back(id);
    known = holder;
  }

  void ascend() {
    for (std::vector<RecordId>& level : waiting_) {
      for (const RecordId id : std::exchange(level, {})) {
        const auto index = static_cast<std::uint32_t>(id);
        if (!std::exchange(holders_[index].done, true)) look(index, program_[id].fields);
      }
    }
  }

  void look(std::size_t holder, const std::vector<Field>& fields) {
    bool reported = false;
    for (const Field& field : fields) {
      const Levels levels = levels_of(field.type);
      const std::size_t deepest = holders_[holder].level + levels.count;
      if (deepest <= kMost) {
        if (levels.record) enter(*levels.record, {nullptr, holder, &field, deepest, false});
      } else if (!std::exchange(reported, true)) {
        report(holder, field, deepest);
      }
    }
  }

  void report(std::size_t holder, const Field& field, std::size_t deepest) {
    std::vector<const Field*> way{&field};
    for (; holders_[holder].field != nullptr; holder = holders_[holder].outer)
      way.push_back(holders_[holder].field);
    std::reverse(way.begin(), way.end());
    const model::Declaration& root = *holders_[holder].declared;
    auto diagnostic =
        reporter_.error(kNeverFilled, field.span, path_text(root.name, way), deepest, kMost);
    if (way.size() > 1) diagnostic.label(root.span, "nothing holds it at fewer levels");
    diagnostic.help(way.size() > 1
                        ? "let something further out hold what lies deeper, or a message of its own"
                        : "give what it holds to records beside each other, or fewer lists and "
                          "maps in each other");
  }

  /// `Placed.first.second.….last`.
  static std::string path_text(std::string text, const std::vector<const Field*>& way) {
    constexpr std::size_t kShown = 4;
    for (std::size_t i = 0; i < way.size(); ++i) {
      if (way.size() > kShown && i == 2) {
        text += ".…";
        i = way.size() - 1;
      }
      text += '.' + way[i]->name;
    }
    return text;
  }

  const model::Program& program_;
  Reporter& reporter_;
  std::vector<Holder> holders_;
  std::array<std::vector<RecordId>, kMost + 1> waiting_;  // by level
};

}  // namespace

void check_depths(const model::Draft& draft, Reporter& reporter) {
  Depths(draft.program, reporter).run();
}

}  // namespace flowc
