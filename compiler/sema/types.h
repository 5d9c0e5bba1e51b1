#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sema/step.h"

namespace flowc::sema {

/// A built-in type by its name in the language.
std::optional<model::Primitive> primitive_named(const std::string& name);

/// A type of one file. Nothing, if reported.
std::optional<model::Type> lower_type(State& state, std::uint32_t file, const ast::Type& syntax);

/// The fields of `kind` `owner`: "saga", its name. Each mistake is reported, and what could not be
/// understood is left out.
std::vector<model::Field> lower_fields(State& state, std::uint32_t file,
                                       const std::vector<ast::Field>& syntax, const char* kind,
                                       const std::string& owner);

}  // namespace flowc::sema
