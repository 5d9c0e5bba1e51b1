#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace flowc {

enum class Severity { error, warning, note };

/// "error", "warning", "note".
std::string_view severity_name(Severity severity);

/// What every definition of a diagnostic has; the catalogue lists these.
struct Definition {
  unsigned id = 0;
  Severity severity = Severity::error;
  std::string_view text;  ///< the message with {0}, {1} … for the arguments
  std::string_view name;  ///< what `allow NAME` says; of errors only rules of evolution have one
  friend constexpr bool operator==(const Definition&, const Definition&) = default;
};

// The kinds of argument. Each says how it is shown, so that a message never has quotes or backticks
// around {0}.

/// Shown in backticks: a name or a piece of the language, `provider_matching`.
struct Name {
  std::string value;
  template <std::convertible_to<std::string_view> T>
  Name(const T& text) : value(std::string_view(text)) {}
  std::string shown() const { return '`' + value + '`'; }
};

/// Shown as it is: a word of ours, such as `channel` or `an event handler`.
struct Word {
  std::string value;
  template <std::convertible_to<std::string_view> T>
  Word(const T& text) : value(std::string_view(text)) {}
  const std::string& shown() const { return value; }
};

/// Shown in double quotes: what a string literal said.
struct Quoted {
  std::string value;
  template <std::convertible_to<std::string_view> T>
  Quoted(const T& text) : value(std::string_view(text)) {}
  std::string shown() const { return '"' + value + '"'; }
};

/// Shown in digits.
struct Number {
  std::string value;
  template <std::integral T>
  Number(T number) : value(std::to_string(number)) {}
  const std::string& shown() const { return value; }
};

namespace detail {
/// How many arguments the placeholders of a text ask for, or -1 when one in the middle is not used.
/// Constant.
constexpr int placeholder_count(std::string_view text) {
  bool seen[10] = {};
  int most = 0;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '{' || text[i + 1] < '0' || text[i + 1] > '9' || text[i + 2] != '}') continue;
    const int index = text[i + 1] - '0';
    seen[index] = true;
    if (index + 1 > most) most = index + 1;
  }
  for (int i = 0; i < most; ++i) {
    if (!seen[i]) return -1;
  }
  return most;
}
/// Whether `allow NAME` can say it: lower_snake, as all names of the language that are no types.
/// Constant.
constexpr bool is_rule_name(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  for (const char c : name) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
  }
  return true;
}
/// Called by the compiler only when a definition is wrong; not constexpr, so that the call is the
/// error.
void a_definition_must_use_each_of_its_arguments();
void a_name_is_written_in_lower_snake();
}  // namespace detail

/// Ids of rules of evolution: errors that a user may have to accept, and does by name.
constexpr bool is_evolution_rule(unsigned id) {
  return id >= 700 && id < 800;
}

/// A diagnostic that can be reported: `inline constexpr ErrorDef<201, Word, Name> kNotDeclared{"{0}
/// {1} is not declared"};`. A warning has a name before its text, `{"unused_record", "record {0} is
/// not used"}`, and a rule of evolution may. The compiler checks that the text uses exactly the
/// arguments declared.
template <Severity severity, unsigned id, class... Arguments>
struct DiagnosticDef {
  consteval DiagnosticDef(const char* text)
    requires(severity != Severity::warning)
      : definition{id, severity, checked(text), {}} {}
  consteval DiagnosticDef(const char* name, const char* text)
    requires(severity == Severity::warning || is_evolution_rule(id))
      : definition{id, severity, checked(text), name} {
    if (!detail::is_rule_name(name)) detail::a_name_is_written_in_lower_snake();
  }
  Definition definition;

 private:
  static consteval std::string_view checked(const char* text) {
    if (detail::placeholder_count(text) != static_cast<int>(sizeof...(Arguments))) {
      detail::a_definition_must_use_each_of_its_arguments();
    }
    return text;
  }
};

template <unsigned id, class... Arguments>
using ErrorDef = DiagnosticDef<Severity::error, id, Arguments...>;
template <unsigned id, class... Arguments>
using WarningDef = DiagnosticDef<Severity::warning, id, Arguments...>;
template <unsigned id, class... Arguments>
using NoteDef = DiagnosticDef<Severity::note, id, Arguments...>;

/// Whether ids go up and none comes twice: what a number means never changes, and two never share
/// one.
template <class List>
constexpr bool ids_ascend(const List& definitions) {
  for (std::size_t i = 1; i < definitions.size(); ++i) {
    if (definitions[i - 1].id >= definitions[i].id) return false;
  }
  return true;
}

/// Whether no two share a name.
template <class List>
constexpr bool names_are_unique(const List& definitions) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!definitions[i].name.empty() && definitions[i].name == definitions[j].name) return false;
    }
  }
  return true;
}

}  // namespace flowc
