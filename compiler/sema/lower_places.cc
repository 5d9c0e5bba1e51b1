#include "sema/lower_places.h"

#include <algorithm>
#include <map>

#include "diagnostics/catalog.h"

namespace flowc::sema {
namespace {

using model::OptionKind;
using model::PlaceKind;
using model::PlaceUse;

const char* a_kind_of(PlaceUse use) {
  switch (use) {
    case PlaceUse::store:
      return "a kind of store";
    case PlaceUse::broker:
      return "a kind of broker";
    case PlaceUse::publisher:
      return "a place for a publisher";
  }
  return "";
}

/// Takes the options of one place, each at most once, each of its type.
class Options {
 public:
  Options(State& state, const ast::Place& syntax, LoweredPlace& out)
      : state_(state), syntax_(syntax), kind_(*out.kind), out_(out) {}

  void run() {
    const Checkpoint checkpoint = state_.reporter.checkpoint();
    for (const ast::Option& option : syntax_.options) {
      if (const OptionKind* known = find(option)) take(option, *known);
    }
    if (!syntax_.damaged && checkpoint.no_new_errors()) missing();
    out_.complete = !syntax_.damaged && checkpoint.no_new_errors();
  }

 private:
  std::string name() const { return std::string(kind_.name); }

  const OptionKind* find(const ast::Option& option) {
    if (kind_.options.empty()) {
      state_.reporter.error(kUnknownWord, option.span, option.name ? option.name->text : "\"…\"",
                            "an option of `" + name() + "`, which has none");
      conceal(option);
      return nullptr;
    }
    std::vector<std::string> names;
    for (const OptionKind& known : kind_.options) {
      if (option.name ? known.name == option.name->text : known.alone) return &known;
      names.emplace_back(known.name);
    }
    conceal(option);
    if (!option.name) {
      std::string list;
      for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one + ":";
      state_.reporter.error(kOptionUnnamed, option.value.span, name(), list);
      return nullptr;
    }
    state_.reporter
        .error(kUnknownWord, option.name->span, option.name->text, "an option of `" + name() + "`")
        .one_of(option.name->span, option.name->text, names);
    return nullptr;
  }

  /// POSIX 8.1, and no more: what a shell can set.
  static bool names_variable(const std::string& name) {
    const auto letter = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  }

  /// What is not understood may be a secret.
  void conceal(const ast::Option& option) {
    if (option.value.text) state_.sources.conceal(option.value.text->span);
  }

  void take(const ast::Option& syntax, const OptionKind& known) {
    const auto [first, added] = given_.emplace(known.name, syntax.span);
    if (known.secret) conceal(syntax);
    if (!added) {
      state_.reporter
          .error(kGivenTwice, syntax.name ? syntax.name->span : syntax.value.span, known.name)
          .label(first->second, "first given here");
      return;
    }
    model::Option option;
    option.name = known.name;
    option.span = syntax.span;
    if (known.type == OptionKind::Type::flag ? !flag(syntax.value, option.value)
                                             : !text(syntax.value, known, option.value))
      return;
    out_.options.push_back(std::move(option));
  }

  bool flag(const ast::Setting& syntax, model::Setting& out) {
    if (syntax.word && (syntax.word->text == "true" || syntax.word->text == "false")) {
      out.text = syntax.word->text;
      return true;
    }
    state_.reporter.error(kExpected, syntax.span, "`true` or `false`",
                          syntax.word ? '`' + syntax.word->text + '`'
                                      : std::string(syntax.environment ? "`env(…)`" : "a string"));
    return false;
  }

  bool text(const ast::Setting& syntax, const OptionKind& known, model::Setting& out) {
    if (syntax.word) {
      state_.reporter.error(kExpected, syntax.span, "a string or `env(…)`",
                            '`' + syntax.word->text + '`');
      return false;
    }
    if (syntax.environment && !names_variable(syntax.environment->value)) {
      // Who takes the value for the name has written down a secret.
      if (known.secret) state_.sources.conceal(syntax.environment->span);
      state_.reporter
          .error(kMalformedValue, syntax.environment->span,
                 known.secret ? "…" : syntax.environment->value,
                 "the name of an environment variable")
          .help("letters, digits and `_`, with no digit first: `env(\"DATABASE_URL\")`");
      return false;
    }
    if (known.secret && syntax.text) {
      state_.reporter.error(kSecretWritten, syntax.span, known.name, name())
          .help(syntax.environment ? "`env(\"" + syntax.environment->value + "\")` alone"
                                   : "name the variable that has it: `" + std::string(known.name) +
                                         ": env(\"NAME\")`");
      return false;
    }
    if (syntax.text) out.text = syntax.text->value;
    if (syntax.environment) out.environment = syntax.environment->value;
    out.has_default = syntax.text.has_value();
    return true;
  }

  void missing() {
    for (const OptionKind& known : kind_.options) {
      if (!known.required || given_.count(known.name) != 0) continue;
      const std::string value = known.secret ? "env(\"NAME\")" : "\"…\"";
      state_.reporter
          .error(kOptionMissing, syntax_.kind.span, known.name, model::to_string(kind_.use), name())
          .help("write `" + name() + "(" +
                (known.alone ? value : std::string(known.name) + ": " + value) + ")`");
      return;  // one by one: what is missing next shows when this is there
    }
  }

  State& state_;
  const ast::Place& syntax_;
  const PlaceKind& kind_;
  LoweredPlace& out_;
  std::map<std::string_view, Span> given_;
};

}  // namespace

std::optional<LoweredPlace> lower_place(State& state, const ast::Place& syntax, PlaceUse use) {
  LoweredPlace place;
  place.kind = model::find_place_kind(use, syntax.kind.text);
  if (place.kind != nullptr) {
    Options(state, syntax, place).run();
    return place;
  }
  for (const ast::Option& option : syntax.options) {
    if (option.value.text) state.sources.conceal(option.value.text->span);
  }
  std::vector<std::string> names;
  for (const PlaceKind& kind : model::place_kinds()) {
    if (kind.use == use) names.emplace_back(kind.name);
  }
  auto diagnostic =
      state.reporter.error(kUnknownWord, syntax.kind.span, syntax.kind.text, a_kind_of(use));
  for (const PlaceUse other : {PlaceUse::store, PlaceUse::broker}) {
    if (other == use || model::find_place_kind(other, syntax.kind.text) == nullptr) continue;
    diagnostic.help("`" + syntax.kind.text + "` is " + a_kind_of(other));
  }
  diagnostic.one_of(syntax.kind.span, syntax.kind.text, names);
  return std::nullopt;
}

}  // namespace flowc::sema
