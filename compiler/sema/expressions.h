#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sema/mapping.h"

/// The expressions of mappings and conditions.
namespace flowc::sema {

/// A literal, a field or a comparison, where a value of type `expected` is wanted: literals are of
/// that type, and a bare name may be one of its enum's values. A field or comparison may be of
/// another type. Nothing, if reported.
std::optional<model::Expression> lower_expression(State& state, const ast::Expression& syntax,
                                                  const model::Type& expected,
                                                  const MappingScope& scope);

/// Whether what is not found may be what was lost.
bool sources_damaged(const MappingScope& scope);

/// The names of fields, to compare a mistyped one with; none, if enough was compared.
std::vector<std::string> names_to_offer(State& state, const std::vector<model::Field>& fields);

/// Of a name that is none of these fields: the one that is like it as a fix, else all in a help.
void offer_fields(DiagnosticBuilder& diagnostic, Span at, const std::string& name,
                  std::vector<std::string> fields);

/// `name` is not a field of `owner`, which has these.
void report_no_field(State& state, Span at, const std::string& name, const std::string& owner,
                     const std::vector<model::Field>& fields);

}  // namespace flowc::sema
