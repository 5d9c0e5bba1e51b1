#include "sema/expressions.h"

#include <algorithm>
#include <utility>

#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "diagnostics/suggest.h"
#include "model/names.h"
#include "model/type_rules.h"
#include "sema/values.h"

namespace flowc::sema {
namespace {

using Kind = ast::Expression::Kind;
using model::Expression;
using model::Field;
using model::Type;

/// A name by itself, which an enum's value may have.
bool is_bare(const ast::Expression& syntax) {
  return syntax.kind == Kind::path && syntax.path.parts.size() == 1;
}

/// A field that a path named, with what is said of it in messages.
struct Found {
  model::FieldRef ref;
  const Field* field = nullptr;
};

enum class Lookup { found, no_field, reported };

/// Lowers one expression over what a scope may read.
class ExpressionLowering {
 public:
  ExpressionLowering(State& state, const MappingScope& scope)
      : state_(state), program_(state.draft.program), scope_(scope) {}

  std::optional<Expression> expression(const ast::Expression& syntax, const Type& expected) {
    if (syntax.kind == Kind::equal || syntax.kind == Kind::not_equal) return comparison(syntax);
    return operand(syntax, expected);
  }

 private:
  // Names.

  /// What an expression's names may begin with, in words: "`OrderPlaced` v1".
  std::string places() const {
    std::vector<std::string> called;
    for (const MappingSource& source : scope_.sources) {
      if (source.bare) called.push_back(source.called);
    }
    return listing(called, "or");
  }

  Lookup look_up(const ast::Path& path, Found& found) {
    const std::string& first = path.parts.front().text;
    for (const MappingSource& source : scope_.sources) {
      if (!source.word.empty() && source.word == first && path.parts.size() > 1)
        return walk(source, path, 1, found);
    }
    for (const MappingSource& source : scope_.sources) {
      if (source.bare && scope_.finder->find(*source.fields, first))
        return walk(source, path, 0, found);
    }
    return Lookup::no_field;
  }

  Lookup walk(const MappingSource& source, const ast::Path& path, std::size_t next, Found& found) {
    found = {};
    found.ref.root = source.root;
    const std::vector<Field>* fields = source.fields;
    std::string owner = source.called;
    bool damaged = source.damaged;
    for (std::size_t i = next; i < path.parts.size(); ++i) {
      const ast::Name& part = path.parts[i];
      const auto index = scope_.finder->find(*fields, part.text);
      if (!index) {
        if (!damaged) report_no_field(state_, part.span, part.text, owner, *fields);
        return Lookup::reported;
      }
      const Field& field = (*fields)[*index];
      if (source.root != model::FieldRef::Root::key || i > next) found.ref.path.push_back(*index);
      found.ref.personal = found.ref.personal || field.personal;
      found.ref.secret = found.ref.secret || field.secret;
      found.field = &field;
      if (i + 1 == path.parts.size()) return Lookup::found;
      if (field.type.kind != Type::Kind::record) {
        no_fields_in(part, path.parts[i + 1], field);
        return Lookup::reported;
      }
      const model::Record& record = program_[field.type.record];
      fields = &record.fields;
      owner = "`" + record.name + "`";
      damaged = fields_lost(state_, field.type.record);
    }
    return Lookup::reported;
  }

  void no_fields_in(const ast::Name& part, const ast::Name& wanted, const Field& field) {
    if (model::without_optional(field.type).kind == Type::Kind::record) {
      state_.reporter.error(kBehindOptional, wanted.span, part.text, wanted.text)
          .label(field.span, "optional here")
          .help("take `" + part.text + "` as a whole, or look into it in C++");
      return;
    }
    state_.reporter.error(kNotARecord, part.span, part.text, model::type_name(program_, field.type))
        .label(field.span, "declared here");
  }

  /// A name that is no field; `expected` is the type of what was meant, if it is known.
  void unknown(const ast::Path& path, const Type* expected) {
    if (sources_damaged(scope_)) return;
    const ast::Name& name = path.parts.front();
    if (path.parts.size() > 1 && is_root(name.text)) return no_root(path, expected);
    std::vector<std::string> candidates;
    for (const MappingSource& source : scope_.sources) {
      if (!source.word.empty() && path.parts.size() > 1) candidates.push_back(source.word);
      const bool compare = state_.reporter.may_compare(source.fields->size());
      for (const Field& field : *source.fields) {
        if (source.bare && compare) candidates.push_back(field.name);
      }
      if (source.word == name.text) {
        state_.reporter.error(kNoField, path.span, name.text, "a message: it is all of one")
            .help("name a field of it: `" + name.text + ".…`");
        return;
      }
    }
    std::string where = places();
    const Type* plain = expected != nullptr ? &model::without_optional(*expected) : nullptr;
    if (plain != nullptr && plain->kind == Type::Kind::enumeration && path.parts.size() == 1) {
      const model::Enum& enumeration = program_[plain->enumeration];
      if (enumeration.values.empty()) return;
      for (const model::Declaration& value : enumeration.values) candidates.push_back(value.name);
      if (where.empty()) {
        state_.reporter.error(kNoEnumValue, name.span, enumeration.name, name.text)
            .label(enumeration.span, "declared here")
            .did_you_mean(name.span, name.text, candidates);
        return;
      }
      where += ", nor a value of enum `" + enumeration.name + "`";
    }
    if (!where.empty()) {
      offer(state_.reporter.error(kNoField, name.span, name.text, where), path, expected,
            candidates);
      return;
    }
    offer(state_.reporter.error(kNoPlainName, name.span, name.text, words()), path, expected,
          candidates);
  }

  /// A field that was meant as `event.field` is offered so, else what the name is like.
  void offer(DiagnosticBuilder diagnostic, const ast::Path& path, const Type* expected,
             const std::vector<std::string>& candidates) {
    const ast::Name& name = path.parts.front();
    const Type* type = path.parts.size() == 1 && !any_type_ ? expected : nullptr;
    std::vector<std::string> full = behind_words({name.text}, type);
    if (full.empty() && suggest(name.text, candidates).empty()) {
      std::vector<std::string> names;
      for (const MappingSource& source : scope_.sources) {
        if (!state_.reporter.may_compare(source.fields->size())) continue;
        for (const Field& field : *source.fields) names.push_back(field.name);
      }
      full = behind_words(suggest(name.text, names), type);
    }
    if (full.empty()) diagnostic.did_you_mean(name.span, name.text, candidates);
    if (full.size() == 1) diagnostic.fix(name.span, full.front());
    if (full.size() > 1) diagnostic.help("say which: `" + full[0] + "` or `" + full[1] + "`");
  }

  /// The fields of these names that are written behind a word, `event.order_id`, and fit the type.
  std::vector<std::string> behind_words(const std::vector<std::string>& names,
                                        const Type* type) const {
    std::vector<std::string> full;
    for (const MappingSource& source : scope_.sources) {
      for (const std::string& name : names) {
        if (!source.bare && !source.word.empty() && fits(source, name, type))
          full.push_back(source.word + "." + name);
      }
    }
    return full;
  }

  /// Without a type, any field does.
  bool fits(const MappingSource& source, const std::string& name, const Type* type) const {
    const auto index = scope_.finder->find(*source.fields, name);
    return index && (type == nullptr || model::assignable((*source.fields)[*index].type, *type));
  }

  static bool is_root(std::string_view word) {
    return word == "event" || word == "data" || word == "input";
  }

  /// `event.order_id` where no event is.
  void no_root(const ast::Path& path, const Type* expected) {
    const Type* type = path.parts.size() == 2 && !any_type_ ? expected : nullptr;
    std::vector<std::string> called;
    std::vector<std::string> prefixes;  // of what has such a field
    for (const MappingSource& source : scope_.sources) {
      called.push_back(source.called);
      if (fits(source, path.parts[1].text, type))
        prefixes.push_back(source.bare ? "" : source.word + ".");
    }
    const ast::Name& root = path.parts.front();
    auto diagnostic = state_.reporter.error(
        kNoRoot, root.span, root.text,
        scope_.timer ? "a timer has none" : "fields are those of " + listing(called, "and"));
    if (prefixes.size() == 1) {
      Span span = root.span;
      span.end = path.parts[1].span.begin;
      diagnostic.fix(span, prefixes.front(),
                     "write `" + prefixes.front() + path.text().substr(root.text.size() + 1) + "`");
    } else if (scope_.timer) {
      diagnostic.help("what the timer needs of an earlier message, keep in the saga's `data`");
    }
  }

  std::string words() const {
    std::vector<std::string> words;
    for (const MappingSource& source : scope_.sources) {
      if (!source.word.empty()) words.push_back("`" + source.word + ".`");
    }
    return listing(words, "or");
  }

  // Expressions.

  /// Whether an expression's type is known without what it is compared with or assigned to.
  bool names_field(const ast::Expression& syntax) {
    if (syntax.kind == Kind::declassify) return true;
    if (syntax.kind != Kind::path) return false;
    if (syntax.path.parts.size() > 1) return true;
    const std::string& name = syntax.path.parts.front().text;
    return std::any_of(scope_.sources.begin(), scope_.sources.end(), [&](const MappingSource& s) {
      return s.bare && scope_.finder->find(*s.fields, name);
    });
  }

  std::optional<Expression> operand(const ast::Expression& syntax, const Type& expected) {
    const Type& plain = model::without_optional(expected);
    if (syntax.kind == Kind::value) return literal(syntax, syntax.value, expected);
    Found found;
    const Lookup lookup = look_up(syntax.path, found);
    if (lookup == Lookup::found) return field(syntax, found);
    if (lookup == Lookup::no_field && is_bare(syntax) && has_value(plain, syntax.path)) {
      ast::Value value;
      value.kind = ast::Value::Kind::name;
      value.text = syntax.path.parts.front().text;
      value.span = syntax.span;
      return literal(syntax, value, expected);
    }
    if (lookup == Lookup::no_field)
      unknown(syntax.path, syntax.kind == Kind::path ? &expected : nullptr);
    return std::nullopt;
  }

  bool has_value(const Type& type, const ast::Path& path) const {
    if (type.kind != Type::Kind::enumeration) return false;
    const auto& values = program_[type.enumeration].values;
    return std::any_of(values.begin(), values.end(), [&](const model::Declaration& value) {
      return value.name == path.parts.front().text;
    });
  }

  std::optional<Expression> literal(const ast::Expression& syntax, const ast::Value& value,
                                    const Type& expected) {
    const Type& plain = model::without_optional(expected);
    auto lowered = value_of(state_, value, plain);
    if (!lowered) return std::nullopt;
    Expression made;
    made.literal = *std::move(lowered);
    made.type = plain;
    made.span = syntax.span;
    return made;
  }

  std::optional<Expression> field(const ast::Expression& syntax, const Found& found) {
    Expression made;
    made.kind = Expression::Kind::field;
    made.field = found.ref;
    made.type = found.field->type;
    made.declassified = syntax.kind == Kind::declassify;
    made.span = syntax.span;
    const bool marked =
        found.ref.personal || found.ref.secret || marks_inside(state_, found.field->type);
    if (!made.declassified || marked) return made;
    state_.reporter.error(kNothingToDeclassify, syntax.span, syntax.path.text())
        .label(found.field->span, "declared here")
        .fix(syntax.span, syntax.path.text(), "read it as it is: `" + syntax.path.text() + "`");
    return std::nullopt;
  }

  std::optional<Expression> comparison(const ast::Expression& syntax) {
    const ast::Expression& left = syntax.operands[0];
    const ast::Expression& right = syntax.operands[1];
    const bool left_first = names_field(left);
    if (!left_first && !names_field(right)) {
      compares_no_field(syntax);
      return std::nullopt;
    }
    const Type none;
    any_type_ = true;
    auto first = operand(left_first ? left : right, none);
    any_type_ = false;
    if (!first) return std::nullopt;
    if (!model::comparable(first->type)) {
      state_.reporter.error(kNotComparable, first->span, model::type_name(program_, first->type))
          .help("`==` and `!=` compare scalars and enums");
      return std::nullopt;
    }
    auto second = operand(left_first ? right : left, first->type);
    if (!second) return std::nullopt;
    if (!model::same_type(model::without_optional(first->type),
                          model::without_optional(second->type))) {
      state_.reporter.error(kComparedWithOther, syntax.span,
                            model::type_name(program_, (left_first ? first : second)->type),
                            model::type_name(program_, (left_first ? second : first)->type));
      return std::nullopt;
    }
    if (same_field(*first, *second)) {
      state_.reporter.error(kComparedWithItself, syntax.span, left.path.text())
          .help(syntax.kind == Kind::equal ? "that is always true" : "that is always false");
      return std::nullopt;
    }
    Expression made;
    made.kind = syntax.kind == Kind::equal ? Expression::Kind::equal : Expression::Kind::not_equal;
    made.span = syntax.span;
    made.operands.push_back(*std::move(left_first ? first : second));
    made.operands.push_back(*std::move(left_first ? second : first));
    return made;
  }

  static bool same_field(const Expression& one, const Expression& other) {
    return one.kind == Expression::Kind::field && other.kind == Expression::Kind::field &&
           one.field.root == other.field.root && one.field.path == other.field.path;
  }

  void compares_no_field(const ast::Expression& syntax) {
    for (const ast::Expression& side : syntax.operands) {
      if (side.kind != Kind::path) continue;
      unknown(side.path, nullptr);
      return;
    }
    state_.reporter.error(kComparesNoField, syntax.span)
        .help("two literals are always equal or never");
  }

  State& state_;
  model::Program& program_;
  const MappingScope& scope_;
  bool any_type_ = false;  ///< of what is looked for: the other side is compared with it
};

}  // namespace

bool sources_damaged(const MappingScope& scope) {
  return std::any_of(scope.sources.begin(), scope.sources.end(),
                     [](const MappingSource& source) { return source.damaged; });
}

void report_no_field(State& state, Span at, const std::string& name, const std::string& owner,
                     const std::vector<Field>& fields) {
  auto diagnostic = state.reporter.error(kNoField, at, name, owner);
  offer_fields(diagnostic, at, name, names_to_offer(state, fields));
}

std::vector<std::string> names_to_offer(State& state, const std::vector<Field>& fields) {
  std::vector<std::string> names;
  if (state.reporter.may_compare(fields.size())) {
    for (const Field& field : fields) names.push_back(field.name);
  }
  return names;
}

void offer_fields(DiagnosticBuilder& diagnostic, Span at, const std::string& name,
                  std::vector<std::string> fields) {
  if (fields.empty() || !suggest(name, fields).empty()) {
    diagnostic.did_you_mean(at, name, fields);
    return;
  }
  // `provider` and `provider_id` are no slip of the hand, and may be of the head.
  std::stable_partition(fields.begin(), fields.end(), [&name](const std::string& one) {
    return one.starts_with(name) || name.starts_with(one);
  });
  for (std::string& one : fields) one = "`" + one + "`";
  diagnostic.help("there " + std::string(fields.size() == 1 ? "is only " : "are: ") +
                  listing(fields, "and"));
}

std::optional<Expression> lower_expression(State& state, const ast::Expression& syntax,
                                           const Type& expected, const MappingScope& scope) {
  return ExpressionLowering(state, scope).expression(syntax, expected);
}

std::optional<Expression> lower_condition(State& state, std::uint32_t /*file*/,
                                          const ast::Expression& syntax,
                                          const MappingScope& scope) {
  if (syntax.kind == Kind::value) {
    state.reporter.error(kNotACondition, syntax.span, "a literal")
        .help("what always holds needs no condition");
    return std::nullopt;
  }
  const Type boolean;
  auto made = lower_expression(state, syntax, boolean, scope);
  if (!made || model::same_type(made->type, boolean)) return made;
  auto diagnostic = state.reporter.error(
      kNotACondition, syntax.span, "`" + model::type_name(state.draft.program, made->type) + "`");
  diagnostic.help(made->type.kind == Type::Kind::optional
                      ? "it may be absent: compare it, with `==` or `!=`"
                      : "compare it, with `==` or `!=`");
  return std::nullopt;
}

}  // namespace flowc::sema
