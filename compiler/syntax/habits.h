#pragma once

// Private to syntax/*.cc: includes ANTLR.

#include <antlr4-runtime.h>

#include <optional>
#include <string_view>

/// What people write who know other languages, and what it is here.
namespace flowc {

/// What `class` or `namespace` is here; empty: nothing known.
std::string_view word_of_another_language(std::string_view word);

/// What stands for a modifier such as `export` or `private` before a declaration: `public`, or
/// nothing. None: it is no modifier.
std::optional<std::string_view> modifier_of_another_language(std::string_view word);

/// `when`, `unless`, and `if`, which is none here.
bool is_condition(std::string_view word);

inline constexpr std::string_view kNoCondition =
    "a transition has no condition: of several targets, `-> a | b`, C++ picks one";

/// Where a word belongs that stands among the clauses of a handler or a step; empty: nowhere known.
std::string_view said_elsewhere(std::string_view word);

/// What to say of a sign or a number that was found where the rule cannot go on; empty: nothing.
std::string_view habit(std::size_t rule, const antlr4::Token& found);

/// Whether `found` is a `:` or `=` behind the word of a setting or of a handler's clause.
bool sign_of_setting(std::size_t rule, const antlr4::Token& before, const antlr4::Token& found);

}  // namespace flowc
