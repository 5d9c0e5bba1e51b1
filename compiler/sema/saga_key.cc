#include "sema/saga_key.h"

#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "model/type_rules.h"
#include "sema/correlation.h"

namespace flowc::sema {
namespace {

bool has_field(const std::vector<model::Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&name](const model::Field& field) { return field.name == name; });
}

class MeantKey {
 public:
  MeantKey(State& state, std::uint32_t file, const ast::Saga& syntax, const model::Field& key)
      : state_(state), file_(file), syntax_(syntax), key_(key) {}

  std::optional<std::string> run() {
    if (!look()) return std::nullopt;
    return by_name_.empty() ? from_mappings() : from_messages();
  }

 private:
  /// Reads the transitions. False if the key may be right, or something is not known.
  bool look() {
    for (const ast::Transition& one : syntax_.starts) {
      if (!look_at(one)) return false;
    }
    for (const ast::State& state : syntax_.states) {
      for (const ast::Transition& one : state.transitions) {
        if (!look_at(one)) return false;
      }
    }
    return !syntax_.deadline || look_at(syntax_.deadline->emissions, nullptr);
  }

  bool look_at(const ast::Transition& transition) {
    const model::Message* message = nullptr;
    if (transition.on) {
      message = find(*transition.on);
      if (message == nullptr) return false;
      if (!transition.correlation) {
        if (has_field(message->fields, key_.name)) return false;
        if (std::find(by_name_.begin(), by_name_.end(), message) == by_name_.end())
          by_name_.push_back(message);
      }
    }
    return look_at(transition.emissions, message);
  }

  bool look_at(const std::vector<ast::Emission>& emissions, const model::Message* message) {
    for (const ast::Emission& emission : emissions) {
      if (!emission.mapping) continue;
      for (const ast::Assignment& one : emission.mapping->fields) {
        if (one.value && reads_key(*one.value)) return false;
        if (one.value || (message != nullptr && has_field(message->fields, one.field.text)))
          continue;
        if (one.field.text == key_.name) return false;
        if (is_data(one.field.text)) continue;
        unfilled_.push_back(&one.field);
      }
    }
    return true;
  }

  bool reads_key(const ast::Expression& value) const {
    if (value.path.parts.size() == 1 && value.path.parts.front().text == key_.name) return true;
    return std::any_of(value.operands.begin(), value.operands.end(),
                       [this](const ast::Expression& one) { return reads_key(one); });
  }

  bool is_data(const std::string& name) const {
    return std::any_of(syntax_.data.begin(), syntax_.data.end(),
                       [&name](const ast::Field& field) { return field.name.text == name; });
  }

  /// Says nothing of a name that is none: that is for who lowers the transition.
  const model::Message* find(const ast::Path& path) const {
    std::uint32_t module = file_;
    if (path.parts.size() > 1) {
      std::string name;
      for (std::size_t i = 0; i + 1 < path.parts.size(); ++i)
        name += (i == 0 ? "" : ".") + path.parts[i].text;
      const auto known = state_.symbols.module_by_name.find(name);
      if (known == state_.symbols.module_by_name.end()) return nullptr;
      module = known->second;
    }
    const Scope& scope = state_.symbols.modules[module];
    const auto found = scope.find(path.parts.back().text);
    if (found == scope.end() || found->second.poisoned) return nullptr;
    const SymbolKind kind = found->second.kind;
    if (kind != SymbolKind::event && kind != SymbolKind::command) return nullptr;
    const model::MessageId id{found->second.index};
    return fields_lost(state_, id) ? nullptr : &state_.draft.program[id];
  }

  std::optional<std::string> from_messages() {
    std::vector<std::string> candidates;
    for (const model::Field& field : by_name_.front()->fields) {
      const auto has_it = [&field, this](const model::Message* message) {
        return std::any_of(message->fields.begin(), message->fields.end(),
                           [&](const model::Field& one) {
                             return one.name == field.name && may_correlate(one, key_);
                           });
      };
      if (std::all_of(by_name_.begin(), by_name_.end(), has_it)) candidates.push_back(field.name);
    }
    const std::vector<std::string> similar = suggest(key_.name, candidates);
    // Of a single message, the transition may as well lack its `by`.
    if (similar.size() != 1 && by_name_.size() == 1) return std::nullopt;
    auto diagnostic =
        state_.reporter.error(kNoCorrelation, key_.span, by_name_.front()->name, key_.name);
    for (std::size_t i = 0; i < by_name_.size() && i < limits::kListedMax; ++i)
      diagnostic.label(by_name_[i]->span, i == 0 ? "declared here" : "nor has this one");
    if (similar.size() == 1) {
      diagnostic.fix(key_.span, similar.front());
      return similar.front();
    }
    if (candidates.size() == 1) {
      diagnostic.help("call the key `" + candidates.front() + "`, or say `by event." +
                      candidates.front() + "` of each message");
      return candidates.front();
    }
    diagnostic.help(
        "call the key as the field that holds it, or say `by event.field` of each message");
    return "";
  }

  std::optional<std::string> from_mappings() {
    std::vector<std::string> candidates;
    for (const ast::Name* name : unfilled_) {
      if (std::find(candidates.begin(), candidates.end(), name->text) == candidates.end())
        candidates.push_back(name->text);
    }
    const std::vector<std::string> similar = suggest(key_.name, candidates);
    if (similar.size() != 1) return std::nullopt;
    const auto first = std::find_if(unfilled_.begin(), unfilled_.end(), [&](const ast::Name* name) {
      return name->text == similar.front();
    });
    state_.reporter
        .error(kNoFieldToFill, (*first)->span, similar.front(), "the saga's key or its data")
        .label(key_.span, "the key")
        .fix(key_.span, similar.front(), "call the key `" + similar.front() + "`");
    return similar.front();
  }

  State& state_;
  std::uint32_t file_;
  const ast::Saga& syntax_;
  const model::Field& key_;
  std::vector<const model::Message*> by_name_;  // found by a field called as the key
  std::vector<const ast::Name*> unfilled_;      // `{ field }`, of neither message nor data
};

}  // namespace

std::optional<std::string> meant_key(State& state, std::uint32_t file, const ast::Saga& syntax,
                                     const model::Field& key) {
  return MeantKey(state, file, syntax, key).run();
}

}  // namespace flowc::sema
