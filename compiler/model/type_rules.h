#pragma once

#include "model/types.h"

/// How types relate to each other.
namespace flowc::model {

/// Whether two types are the same: records and enums by their declaration, not by what they hold.
[[nodiscard]] bool same_type(const Type& a, const Type& b);

/// `T` of `T?`, else the type itself.
[[nodiscard]] const Type& without_optional(const Type& type);

/// Whether every value of `from` is one of `to`: the same type, `T` as `T?`, an int32 as an int64.
/// Nothing that could lose part of a value.
[[nodiscard]] bool assignable(const Type& from, const Type& to);

/// Whether `==` means something for values of it: scalars and enums, optional or not.
[[nodiscard]] bool comparable(const Type& type);

/// Whether equal values have one text, by which messages can be ordered and instances found.
[[nodiscard]] bool scalar(const Type& type);

}  // namespace flowc::model
