#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "model/type_rules.h"
#include "sema/bounds.h"
#include "sema/clauses.h"
#include "sema/correlation.h"
#include "sema/emissions.h"
#include "sema/saga_key.h"
#include "sema/step.h"
#include "sema/types.h"

namespace flowc::sema {
namespace {

/// Lowers one saga: key and data, then the names of its states, then what happens in them.
class SagaLowering {
 public:
  SagaLowering(State& state, std::uint32_t index)
      : state_(state),
        program_(state.draft.program),
        detail_(program_.components[index].detail),
        file_(static_cast<std::uint32_t>(program_.components[index].module)),
        syntax_(*std::get<const ast::Saga*>(state.components[index])),
        saga_(program_.sagas[detail_]),
        clauses_(state, index),
        correlations_(state, saga_) {}

  void run() {
    damaged_ = is_damaged();
    if (damaged_) {
      doubt();
      state_.draft.doubts.all();
    }
    key();
    data();
    sources();
    states();
    channel_ = clauses_.channel(syntax_.head.via);
    starts();
    for (const ast::State& one : syntax_.states) body(one);
    if (syntax_.deadline) deadline(*syntax_.deadline);
    saga_.otherwise_fails = syntax_.otherwise == ast::Saga::Otherwise::fail;
    endpoints();
  }

 private:
  void doubt() { state_.draft.saga_doubts[detail_] = true; }

  /// Whether parts may be missing, names of states with them.
  bool is_damaged() const {
    const auto any = [](const std::vector<ast::Transition>& transitions) {
      return std::any_of(transitions.begin(), transitions.end(),
                         [](const ast::Transition& one) { return one.damaged; });
    };
    return syntax_.damaged || state_.files[file_].syntax->damaged || any(syntax_.starts) ||
           std::any_of(syntax_.states.begin(), syntax_.states.end(),
                       [&](const ast::State& one) { return one.damaged || any(one.transitions); });
  }

  void key() {
    saga_.key.span = syntax_.name.span;
    if (!syntax_.key) {
      if (damaged_) return;
      state_.reporter.error(kSagaWithoutKey, syntax_.name.span, syntax_.name.text)
          .help("say by which field of its messages an instance is found: `key order_id: uuid`");
      return;
    }
    report_reserved_name(state_.reporter, syntax_.key->name);
    if (!syntax_.key->type) return;
    const auto type = lower_type(state_, file_, *syntax_.key->type);
    if (!type) return;
    saga_.key.name = syntax_.key->name.text;
    saga_.key.wire_name = saga_.key.name;
    saga_.key.span = syntax_.key->name.span;
    saga_.key.key = true;
    saga_.key.type = *type;
    if (!model::scalar(*type)) {
      state_.reporter
          .error(kSagaKeyNotScalar, syntax_.key->type->span, saga_.key.name,
                 model::type_name(program_, *type))
          .help(
              "keys are bool, int32, int64, decimal, string, uuid, timestamp, duration, date or an "
              "enum");
      saga_.key.name.clear();  // what it should fill is no second error
      return;
    }
    const auto meant = damaged_ ? std::nullopt : meant_key(state_, file_, syntax_, saga_.key);
    if (meant) saga_.key.name = saga_.key.wire_name = *meant;
    if (!saga_.key.name.empty()) correlations_.key_is_known();
  }

  void data() {
    saga_.data = lower_fields(state_, file_, syntax_.data, "saga", syntax_.name.text);
    for (const ast::Field& field : syntax_.data) {
      if (field.key) {
        clauses_.refuse(*field.key, "`key`", "a field of the data",
                        "a saga has one key, before its data");
      }
    }
    for (model::Field& field : saga_.data) {
      field.key = false;
      const bool list_or_map =
          field.type.kind == model::Type::Kind::list || field.type.kind == model::Type::Kind::map;
      if (list_or_map && !field.default_value) field.default_value = std::monostate{};
      if (field.default_value || field.type.kind == model::Type::Kind::optional) continue;
      if (defaulted_in_syntax(field.name)) continue;
      state_.reporter
          .error(kDataWithoutDefault, field.span, field.name,
                 model::type_name(program_, field.type))
          .help(field.type.kind == model::Type::Kind::record
                    ? "make it optional: `" + field.name + ": " +
                          model::type_name(program_, field.type) + "?`"
                    : "give it a value, `" + field.name + ": " +
                          model::type_name(program_, field.type) + " = …`, or make it optional");
    }
  }

  /// Whether the field has a default that was reported and left out.
  bool defaulted_in_syntax(const std::string& name) const {
    for (const ast::Field& field : syntax_.data) {
      if (field.name.text == name) return field.default_value.has_value();
    }
    return false;
  }

  void sources() {
    keys_ = {saga_.key};
    MappingSource key;
    key.root = model::FieldRef::Root::key;
    key.bare = true;
    key.called = "the saga's key";
    key.fields = &keys_;
    key.damaged = saga_.key.name.empty();
    MappingSource data;
    data.root = model::FieldRef::Root::data;
    data.word = "data";
    data.called = "the saga's data";
    data.fields = &saga_.data;
    data.damaged = damaged_ || saga_.data.size() != syntax_.data.size();
    timer_scope_.sources = {key, data};
    timer_scope_.timer = true;
  }

  MappingScope scope(std::optional<model::MessageId> event) const {
    if (!event) return timer_scope_;
    MappingScope scope = timer_scope_;
    scope.timer = false;
    scope.sources.insert(
        scope.sources.begin() + 1,
        message_source(state_, *event, model::FieldRef::Root::event, "event", false));
    return scope;
  }

  void states() {
    for (const ast::State& one : syntax_.states) add_state(one.name, one.documentation, false);
    std::map<std::string, Span> finals;
    for (const ast::Name& name : syntax_.finals) {
      const auto [first, added] = finals.emplace(name.text, name.span);
      if (!added) {
        state_.reporter.error(kListedTwice, name.span, name.text, "`final`")
            .label(first->second, "first here");
        continue;
      }
      const auto known = names_.find(name.text);
      if (known == names_.end()) {
        add_state(name, {}, true);
        continue;
      }
      saga_.states[known->second].final = true;
      state_.reporter.error(kFinalWithBody, saga_.states[known->second].span, name.text)
          .label(name.span, "final here")
          .help("an instance ends in a final state: declare it by `final` alone");
      doubt();
    }
    if (!finals.empty() || damaged_) return;
    std::string ends;
    for (const std::string& name : undeclared_targets()) ends += (ends.empty() ? "" : ", ") + name;
    state_.reporter.error(kSagaWithoutFinal, syntax_.name.span, syntax_.name.text)
        .help("name the states in which an instance ends: `final " +
              (ends.empty() ? "done" : ends) + "`");
    doubt();
  }

  /// Where transitions lead that no state is declared for.
  std::set<std::string> undeclared_targets() const {
    std::set<std::string> found;
    const auto look = [&](const ast::Name& name) {
      if (!name.text.empty() && !names_.contains(name.text)) found.insert(name.text);
    };
    const auto look_at = [&](const std::vector<ast::Transition>& transitions) {
      for (const ast::Transition& one : transitions) {
        for (const ast::Name& target : one.targets) look(target);
      }
    };
    look_at(syntax_.starts);
    for (const ast::State& one : syntax_.states) look_at(one.transitions);
    if (syntax_.deadline) look(syntax_.deadline->target);
    return found;
  }

  void add_state(const ast::Name& name, const std::string& documentation, bool final) {
    const auto index = static_cast<std::uint32_t>(saga_.states.size());
    const auto [first, added] = names_.emplace(name.text, index);
    if (!added) {
      state_.reporter.error(kDeclaredTwice, name.span, "state", name.text)
          .label(saga_.states[first->second].span, "first declared here");
      doubt();
      return;
    }
    report_reserved_name(state_.reporter, name);
    model::State made;
    made.name = name.text;
    made.documentation = documentation;
    made.span = name.span;
    made.final = final;
    saga_.states.push_back(std::move(made));
  }

  void starts() {
    Taken taken;
    for (const ast::Transition& one : syntax_.starts) {
      if (one.after) {
        state_.reporter.error(kStartAfter, one.after->span)
            .help("start it on what begins the wait: `start on Message -> state`");
        doubt();
        continue;
      }
      if (auto made = transition(one, taken, "by another start"))
        saga_.starts.push_back(*std::move(made));
    }
    if (!syntax_.starts.empty() || damaged_) return;
    state_.reporter.error(kSagaWithoutStart, syntax_.name.span, syntax_.name.text)
        .help("say what begins an instance: `start on Message -> state`");
    doubt();
  }

  void body(const ast::State& syntax) {
    const auto found = names_.find(syntax.name.text);
    model::State& lowered = saga_.states[found->second];
    if (lowered.span != syntax.name.span) return;  // declared twice, and reported
    Taken taken;
    for (const ast::Transition& one : syntax.transitions) {
      if (auto made = transition(one, taken, "in this state"))
        lowered.transitions.push_back(*std::move(made));
    }
  }

  using Taken = std::map<std::uint32_t, Span>;

  std::optional<model::Transition> transition(const ast::Transition& syntax, Taken& taken,
                                              const char* where) {
    model::Transition made;
    made.documentation = syntax.documentation;
    made.span = syntax.span;
    targets(syntax.targets, made.targets);
    if (syntax.after) {
      made.span.end = syntax.after->span.end;
      made.after_us = syntax.after->microseconds;
      if (!in_bounds(state_.reporter, *syntax.after, "`after`")) doubt();
      made.emissions =
          lower_emissions(state_, clauses_, file_, syntax.emissions, timer_scope_, unmapped());
      timed_.insert(timed_.end(), made.emissions.begin(), made.emissions.end());
      return made;
    }
    if (!syntax.on) return std::nullopt;
    made.span.end = syntax.on->span.end;
    const auto message = this->message(*syntax.on);
    if (!message) {
      if (!syntax.emissions.empty()) state_.draft.doubts.emitters = true;
      doubt();
      return std::nullopt;
    }
    const auto [first, added] =
        taken.emplace(static_cast<std::uint32_t>(*message), syntax.on->span);
    if (!added) {
      if (!syntax.damaged) {
        state_.reporter.error(kMessageTwiceInState, syntax.on->span, syntax.on->text(), where)
            .label(first->second, "first here")
            .help("one transition may have several targets, and C++ picks: `-> a | b`");
      }
      doubt();
      return std::nullopt;
    }
    // A `by` may be what was lost.
    if (syntax.correlation || !syntax.damaged)
      made.correlation = correlations_.find(*message, *syntax.on, syntax.correlation);
    made.emissions =
        lower_emissions(state_, clauses_, file_, syntax.emissions, scope(message), unmapped());
    Share& share = this->share(*message, *syntax.on);
    share.emissions.insert(share.emissions.end(), made.emissions.begin(), made.emissions.end());
    made.endpoint = model::EndpointId{share.number};  // of shares_; of the program in endpoints()
    return made;
  }

  std::optional<model::MessageId> message(const ast::Path& path) {
    const auto symbol = clauses_.resolver().find(
        path, {SymbolKind::event, SymbolKind::command, SymbolKind::query}, "an event or command");
    if (symbol && symbol->kind != SymbolKind::query) return model::MessageId{symbol->index};
    state_.draft.doubts.handlers = true;
    if (!symbol) return std::nullopt;
    state_.reporter.error(kWrongKind, path.span, path.text(), "a query", "an event or command")
        .label(symbol->name, "declared here")
        .help("a saga takes its time, and a query is answered in the call");
    return std::nullopt;
  }

  /// In a damaged saga, a mapping may have taken in what stands behind it.
  Unmapped unmapped() const { return damaged_ ? Unmapped::not_looked_at : Unmapped::by_cpp; }

  void targets(const std::vector<ast::Name>& names, std::vector<std::uint32_t>& targets) {
    std::map<std::uint32_t, Span> seen;
    for (const ast::Name& name : names) {
      const auto target = find_state(name);
      if (!target) continue;
      const auto [first, added] = seen.emplace(*target, name.span);
      if (added) {
        targets.push_back(*target);
        continue;
      }
      state_.reporter.error(kListedTwice, name.span, name.text, "the targets")
          .label(first->second, "first here");
    }
  }

  std::optional<std::uint32_t> find_state(const ast::Name& name) {
    const auto found = names_.find(name.text);
    if (found != names_.end()) return found->second;
    doubt();
    std::vector<std::string> candidates;
    if (state_.reporter.may_compare(names_.size())) {
      for (const auto& [known, index] : names_) candidates.push_back(known);
    }
    const std::vector<std::string> similar = suggest(name.text, candidates);
    // Without a `final`, which was reported, it may be a state that ends.
    if (similar.empty() && (damaged_ || syntax_.finals.empty())) return std::nullopt;
    auto diagnostic = state_.reporter.error(kNotDeclared, name.span, "state", name.text);
    diagnostic.did_you_mean(name.span, name.text, candidates);
    if (similar.empty()) {
      for (std::string& one : candidates) one = "`" + one + "`";
      if (!candidates.empty()) diagnostic.help("the states are: " + listing(candidates, "and"));
    }
    if (similar.size() != 1) return std::nullopt;
    return names_.find(similar.front())->second;
  }

  void deadline(const ast::SagaDeadline& syntax) {
    model::SagaDeadline deadline;
    deadline.span = syntax.within.span;
    deadline.within_us = syntax.within.microseconds;
    if (!in_bounds(state_.reporter, syntax.within, "`within`")) doubt();
    deadline.emissions =
        lower_emissions(state_, clauses_, file_, syntax.emissions, timer_scope_, unmapped());
    timed_.insert(timed_.end(), deadline.emissions.begin(), deadline.emissions.end());
    const auto target = find_state(syntax.target);
    if (!target) return;
    deadline.target = *target;
    saga_.deadline = std::move(deadline);
  }

  /// One message's share of the saga: an endpoint.
  struct Share {
    std::uint32_t number = 0;
    model::MessageId message{};
    Span takes;
    bool guessed = false;
    std::vector<model::Emission> emissions;
  };

  Share& share(model::MessageId message, const ast::Path& path) {
    const auto number = static_cast<std::uint32_t>(shares_.size());
    const auto [known, added] = share_of_.emplace(static_cast<std::uint32_t>(message), number);
    if (!added) return shares_[known->second];
    Share made;
    made.number = number;
    made.message = message;
    made.takes = path.span;
    made.guessed = path.parts.back().text != program_[message].name;
    shares_.push_back(std::move(made));
    return shares_.back();
  }

  void endpoints() {
    const std::string snake = lower_snake(syntax_.name.text);
    prefix_ = snake;
    if (syntax_.head.at) {
      if (check_wire_text(state_.reporter, syntax_.head.at->id, "an endpoint id"))
        prefix_ = syntax_.head.at->id.value;
      for (const ast::Text& old : syntax_.head.at->old) {
        if (check_wire_text(state_.reporter, old, "an endpoint id")) old_prefixes_.push_back(&old);
      }
    }
    if (shares_.empty()) {
      if (channel_) state_.draft.used_by_damaged.insert(*channel_);
      return;
    }
    if (!channel_) {
      channel_ = clauses_.implicit_channel(snake, syntax_.name.span, syntax_.name.span,
                                           "without `via`, a saga has a channel of its own name");
    }
    std::vector<bool> begins(shares_.size(), false);
    for (const model::Transition& start : saga_.starts)
      begins[static_cast<std::uint32_t>(*start.endpoint)] = true;
    std::vector<model::EndpointId> ids;
    for (const Share& share : shares_) ids.push_back(endpoint(share, begins[share.number]));
    const auto resolve = [&ids](std::vector<model::Transition>& transitions) {
      for (model::Transition& one : transitions) {
        if (one.endpoint) one.endpoint = ids[static_cast<std::uint32_t>(*one.endpoint)];
      }
    };
    resolve(saga_.starts);
    for (model::State& one : saga_.states) resolve(one.transitions);
  }

  model::EndpointId endpoint(const Share& share, bool begins) {
    const std::string name = lower_snake(program_[share.message].name);
    model::Endpoint endpoint;
    model::EndpointPlaces places;
    endpoint.name = name;
    endpoint.span = share.takes;
    endpoint.id = prefix_ + "." + name;
    places.id = syntax_.head.at ? syntax_.head.at->id.span : share.takes;
    for (const ast::Text* old : old_prefixes_) {
      endpoint.old_ids.push_back(old->value + "." + name);
      places.old_ids.push_back(old->span);
    }
    endpoint.takes = {share.message};
    places.takes = share.takes;
    places.guessed = share.guessed;
    places.damaged = damaged_;
    endpoint.channel = channel_;
    if (syntax_.head.via) places.channel = syntax_.head.via->span;
    attach(share.emissions, endpoint, places);
    // What a timer emits is caused by what began the instance.
    if (begins) attach(timed_, endpoint, places);
    return clauses_.add(std::move(endpoint), std::move(places));
  }

  State& state_;
  model::Program& program_;
  std::uint32_t detail_;
  std::uint32_t file_;
  bool damaged_ = false;
  const ast::Saga& syntax_;
  model::Saga& saga_;
  Clauses clauses_;
  Correlations correlations_;
  std::vector<model::Field> keys_;
  MappingScope timer_scope_;
  std::map<std::string, std::uint32_t> names_;
  std::optional<model::ChannelId> channel_;
  std::vector<Share> shares_;
  std::map<std::uint32_t, std::uint32_t> share_of_;
  std::string prefix_;  // of its endpoints' ids
  std::vector<const ast::Text*> old_prefixes_;
  std::vector<model::Emission> timed_;  // by `after` and `within`
};

}  // namespace

void lower_sagas(State& state) {
  state.draft.saga_doubts.resize(state.draft.program.sagas.size());
  for (std::uint32_t i = 0; i < state.components.size(); ++i) {
    if (std::holds_alternative<const ast::Saga*>(state.components[i])) SagaLowering(state, i).run();
  }
}

}  // namespace flowc::sema
