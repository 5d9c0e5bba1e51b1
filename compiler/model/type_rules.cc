#include "model/type_rules.h"

namespace flowc::model {

bool same_type(const Type& a, const Type& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Type::Kind::primitive:
      return a.primitive == b.primitive;
    case Type::Kind::record:
      return a.record == b.record;
    case Type::Kind::enumeration:
      return a.enumeration == b.enumeration;
    case Type::Kind::optional:
    case Type::Kind::list:
    case Type::Kind::map:
      return same_type(*a.element, *b.element);
  }
  return false;
}

const Type& without_optional(const Type& type) {
  return type.kind == Type::Kind::optional ? *type.element : type;
}

bool assignable(const Type& from, const Type& to) {
  if (from.kind == Type::Kind::optional && to.kind != Type::Kind::optional) return false;
  const Type& given = without_optional(from);
  const Type& wanted = without_optional(to);
  if (same_type(given, wanted)) return true;
  return given.kind == Type::Kind::primitive && wanted.kind == Type::Kind::primitive &&
         given.primitive == Primitive::int32 && wanted.primitive == Primitive::int64;
}

bool comparable(const Type& type) {
  const Type::Kind kind = without_optional(type).kind;
  return kind == Type::Kind::primitive || kind == Type::Kind::enumeration;
}

bool scalar(const Type& type) {
  if (type.kind == Type::Kind::enumeration) return true;
  if (type.kind != Type::Kind::primitive) return false;
  return type.primitive != Primitive::float64 && type.primitive != Primitive::bytes;
}

}  // namespace flowc::model
