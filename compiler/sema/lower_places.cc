#include "sema/lower_places.h"

#include <algorithm>
#include <charconv>
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

/// `host:port` or `[::1]:port`, one or more.
bool are_servers(std::string_view text) {
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view server = text.substr(0, comma);
    const std::size_t colon = server.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view host = server.substr(0, colon);
    const bool bracketed = host.front() == '[' && host.back() == ']';
    if (host.find_first_of(" /@") != std::string_view::npos) return false;
    if (!bracketed && host.find(':') != std::string_view::npos) return false;
    unsigned port = 0;
    const auto [end, fault] =
        std::from_chars(server.data() + colon + 1, server.data() + server.size(), port);
    if (fault != std::errc{} || end != server.data() + server.size()) return false;
    if (port == 0 || port > 65535) return false;
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
}

bool has_form(std::string_view text, OptionKind::Form form) {
  constexpr std::string_view kSecure = "https://";
  constexpr std::string_view kPlain = "http://";
  const auto begins = [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size();
  };
  switch (form) {
    case OptionKind::Form::filled:
      return true;  // that it is empty is said before
    case OptionKind::Form::address:
      return begins(kSecure) || begins(kPlain);
    case OptionKind::Form::secure:
      return begins(kSecure);
    case OptionKind::Form::servers:
      return are_servers(text);
  }
  return false;
}

const char* to_string(OptionKind::Form form) {
  switch (form) {
    case OptionKind::Form::filled:
      return "a value";
    case OptionKind::Form::address:
      return "an address that begins with `http://` or `https://`";
    case OptionKind::Form::secure:
      return "an address that begins with `https://`";
    case OptionKind::Form::servers:
      return "a list of `host:port`, separated by commas and no spaces";
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
    for (std::size_t i = 0; i < syntax_.options.size(); ++i) {
      const ast::Option& option = syntax_.options[i];
      if (i + 1 < syntax_.options.size() && colon_left_out(option, syntax_.options[i + 1])) {
        ++i;
      } else if (const OptionKind* known = find(option)) {
        take(option, *known);
      }
    }
    if (!syntax_.damaged && checkpoint.no_new_errors()) missing();
    out_.complete = !syntax_.damaged && checkpoint.no_new_errors();
  }

 private:
  std::string name() const { return std::string(kind_.name); }

  /// `url env("URL")`: a word that names an option, right before a value without a name.
  bool colon_left_out(const ast::Option& option, const ast::Option& next) {
    if (option.name || next.name || !option.value.word) return false;
    const auto named = [&](const OptionKind& known) {
      return known.name == option.value.word->text;
    };
    if (std::none_of(kind_.options.begin(), kind_.options.end(), named)) return false;
    const Span at = option.value.span;
    const std::string_view between = state_.sources.text(Span{at.file, at.end, next.span.begin});
    if (between.find_first_not_of(" \t") != std::string_view::npos) return false;
    conceal(next);
    state_.reporter.error(kExpected, Span{at.file, at.end, at.end}, "`:`", "a value")
        .fix(Span{at.file, at.end, at.end}, ":");
    return true;
  }

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
    if (syntax.text && syntax.text->value.empty()) {
      state_.reporter.error(kExpected, syntax.text->span, "a value", "an empty string");
      return false;
    }
    if (syntax.text && !has_form(syntax.text->value, known.form)) {
      const bool concealed =
          state_.sources.shown(syntax.text->span) != state_.sources.text(syntax.text->span);
      state_.reporter.error(kMalformedValue, syntax.text->span,
                            concealed ? "…" : syntax.text->value, to_string(known.form));
      return false;
    }
    if (syntax.text) out.text = syntax.text->value;
    if (syntax.environment) out.environment = syntax.environment->value;
    out.has_default = syntax.text.has_value();
    return true;
  }

  void missing() {
    const auto lacks = [&](const OptionKind& known) {
      return known.required && given_.count(known.name) == 0;
    };
    const auto first = std::find_if(kind_.options.begin(), kind_.options.end(), lacks);
    if (first == kind_.options.end()) return;
    // The place as it should be: what is given, and what is not and has to be.
    std::string options;
    for (const OptionKind& known : kind_.options) {
      const auto given = given_.find(known.name);
      if (given == given_.end() && !known.required) continue;
      if (!options.empty()) options += ", ";
      if (given != given_.end()) {
        options += state_.sources.shown(given->second);
        continue;
      }
      if (!known.alone) options += std::string(known.name) + ": ";
      options += known.secret ? "env(\"NAME\")" : "\"…\"";
    }
    state_.reporter
        .error(kOptionMissing, syntax_.kind.span, first->name, model::to_string(kind_.use), name())
        .help("write `" + name() + "(" + options + ")`");
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
