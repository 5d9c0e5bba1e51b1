#include "sema/mapping.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "model/names.h"
#include "model/type_rules.h"
#include "sema/expressions.h"

namespace flowc::sema {
namespace {

using Kind = ast::Expression::Kind;
using model::Expression;
using model::Field;
using model::Type;

/// Lowers one mapping.
class Lowering {
 public:
  Lowering(State& state, const MappingScope& scope)
      : state_(state), program_(state.draft.program), scope_(scope) {}

  std::optional<std::vector<model::Assignment>> mapping(const ast::Mapping& syntax,
                                                        model::MessageId target) {
    target_ = &program_[target];
    target_damaged_ = fields_lost(state_, target);
    filled_.assign(target_->fields.size(), std::nullopt);
    good_ = !syntax.damaged;
    damaged_ = syntax.damaged;
    for (const ast::Assignment& one : syntax.fields) assign(one);
    if (scope_.carries_over) carry_over(syntax);
    if (!syntax.damaged && !target_unknown_) missing(syntax);
    if (!good_) return std::nullopt;
    std::sort(assignments_.begin(), assignments_.end(),
              [](const auto& a, const auto& b) { return a.field < b.field; });
    return std::move(assignments_);
  }

 private:
  // Assignments.

  void assign(const ast::Assignment& syntax) {
    const auto index = scope_.finder->find(target_->fields, syntax.field.text);
    if (!index) {
      good_ = false;
      target_unknown_ = true;
      if (!target_damaged_ && !syntax.damaged)
        report_no_field(state_, syntax.field.span, syntax.field.text, "`" + target_->name + "`",
                        syntax.value ? target_->fields : fillable());
      return;
    }
    if (filled_[*index]) {
      good_ = false;
      state_.reporter.error(kFilledTwice, syntax.field.span, syntax.field.text)
          .label(*filled_[*index], "first filled here");
      return;
    }
    filled_[*index] = syntax.field.span;
    const Field& field = target_->fields[*index];
    if (syntax.damaged) {
      good_ = false;
      return;
    }
    auto value = syntax.value ? filling(*syntax.value, field) : same_name(syntax, field);
    if (!value || !fits(*value, field) || !may_fill(*value, field, syntax)) {
      good_ = false;
      return;
    }
    assignments_.push_back({*index, *std::move(value), syntax.span});
  }

  std::optional<Expression> filling(const ast::Expression& syntax, const Field& field) {
    // What values of these look like, value_of() says of defaults only.
    const Type& plain = model::without_optional(field.type);
    const bool unwritable =
        plain.kind == Type::Kind::record ||
        (plain.kind == Type::Kind::primitive && plain.primitive == model::Primitive::bytes);
    if (syntax.kind == Kind::value && unwritable) {
      state_.reporter
          .error(kCannotFill, syntax.span, field.name, model::type_name(program_, field.type),
                 "a literal")
          .label(field.span, "declared here");
      return std::nullopt;
    }
    return lower_expression(state_, syntax, field.type, scope_);
  }

  /// The target's fields that a name alone can fill: another one meant would have an error too.
  std::vector<Field> fillable() const {
    std::vector<Field> out;
    if (!state_.reporter.may_compare(target_->fields.size())) return out;
    for (const Field& field : target_->fields) {
      for (const MappingSource& source : scope_.sources) {
        if (!scope_.finder->find(*source.fields, field.name)) continue;
        out.push_back(field);
        break;
      }
    }
    return out;
  }

  /// `{ order_id }`: from the first source that has a field of that name.
  std::optional<Expression> same_name(const ast::Assignment& syntax, const Field& field) {
    std::vector<std::string> called;
    for (const MappingSource& source : scope_.sources) {
      const auto index = scope_.finder->find(*source.fields, field.name);
      if (index) return whole_field(source, *index, syntax.span);
      called.push_back(source.called);
    }
    if (damaged_ || sources_damaged(scope_)) return std::nullopt;
    state_.reporter.error(kNoFieldToFill, syntax.span, field.name, listing(called, "or"))
        .label(field.span, "declared here")
        .help("say what it is: `" + field.name + " = …`");
    return std::nullopt;
  }

  static Expression whole_field(const MappingSource& source, std::uint32_t index, Span span) {
    const Field& found = (*source.fields)[index];
    Expression made;
    made.kind = Expression::Kind::field;
    made.field.root = source.root;
    if (source.root != model::FieldRef::Root::key) made.field.path = {index};
    made.field.personal = found.personal;
    made.field.secret = found.secret;
    made.type = found.type;
    made.span = span;
    return made;
  }

  bool fits(const Expression& value, const Field& field) {
    if (model::assignable(value.type, field.type)) return true;
    const auto [given, wanted] = model::type_names_apart(program_, value.type, field.type);
    auto diagnostic =
        state_.reporter.error(kCannotFill, value.span, field.name, wanted, "`" + given + "`");
    diagnostic.label(field.span, "declared here");
    if (model::assignable(model::without_optional(value.type), field.type))
      diagnostic.help("what may be absent fills an optional field only");
    return false;
  }

  // Privacy.

  const MappingSource* source_of(const model::FieldRef& ref) const {
    for (const MappingSource& source : scope_.sources) {
      if (source.root == ref.root) return &source;
    }
    return nullptr;
  }

  /// The field that makes what is read personal or secret, and by which mark.
  Marks marks_of_read(const Expression& value) const {
    const MappingSource* source = source_of(value.field);
    Marks marks = marks_inside(state_, value.type);
    if (source == nullptr) return marks;
    const std::vector<Field>* fields = source->fields;
    std::vector<std::uint32_t> path = value.field.path;
    if (value.field.root == model::FieldRef::Root::key) path.insert(path.begin(), 0);
    for (const std::uint32_t index : path) {
      const Field& field = (*fields)[index];
      if (field.personal) marks.personal = &field;
      if (field.secret) marks.secret = &field;
      if (field.type.kind == Type::Kind::record) fields = &program_[field.type.record].fields;
    }
    return marks;
  }

  bool may_fill(const Expression& value, const Field& field, const ast::Assignment& syntax) {
    bool good = true;
    for (const Expression& operand : value.operands) good &= may_fill(operand, field, syntax);
    if (value.kind != Expression::Kind::field || value.declassified) return good;
    Marks marks = marks_of_read(value);
    if (!scope_.leaves) {
      // Inside the service a mark may move with its value, into a field that has it too.
      if (!value.field.personal || field.personal) marks.personal = nullptr;
      if (!value.field.secret || field.secret) marks.secret = nullptr;
    }
    // A key that is marked is an error of its own.
    if (!marks || marks.field().key) return good;
    const std::string text(syntax.value ? state_.sources.text(value.span) : plain_path(value));
    auto diagnostic =
        scope_.leaves
            ? state_.reporter.error(kMarkLeaves, value.span, text, marks.text())
            : state_.reporter.error(kMarkLost, value.span, text, marks.text(), field.name);
    const bool on_path = value.field.personal || value.field.secret;
    diagnostic.label(marks.field().span, on_path ? "marked here" : "marked here, inside it");
    if (!scope_.leaves) diagnostic.label(field.span, "not marked");
    declassify_fix(diagnostic, value.span, text, syntax);
    return false;
  }

  /// `order_id`, `event.order_id`: how a field that `{ field }` found is written. Empty: it is not.
  std::string plain_path(const Expression& value) const {
    const MappingSource* source = source_of(value.field);
    const std::uint32_t index = value.field.path.empty() ? 0 : value.field.path.front();
    const std::string& name = (*source->fields)[index].name;
    return source->bare || source->word.empty() ? name : source->word + "." + name;
  }

  static void declassify_fix(DiagnosticBuilder& diagnostic, Span span, const std::string& text,
                             const ast::Assignment& syntax) {
    const std::string replacement = "declassify(" + text + ")";
    diagnostic.fix(span, (syntax.value ? "" : syntax.field.text + " = ") + replacement,
                   "say that it may: `" + replacement + "`");
  }

  // What the mapping does not say.

  static Span closing_brace(const ast::Mapping& syntax) {
    Span span = syntax.span;
    if (span.end > span.begin) span.begin = span.end - 1;
    return span;
  }

  void carry_over(const ast::Mapping& syntax) {
    const MappingSource& source = scope_.sources.front();
    for (std::uint32_t i = 0; i < target_->fields.size(); ++i) {
      const Field& field = target_->fields[i];
      const auto index = scope_.finder->find(*source.fields, field.name);
      if (filled_[i] || !index) continue;
      filled_[i] = syntax.span;
      const Field& old = (*source.fields)[*index];
      const bool same = model::same_type(old.type, field.type);
      const bool kept = (!old.personal || field.personal) && (!old.secret || field.secret);
      if (same && kept) {
        assignments_.push_back({i, whole_field(source, *index, syntax.span), syntax.span});
        continue;
      }
      good_ = false;
      // That a key stays as it is has an error of its own.
      if (!same && !(old.key && field.key)) type_changed(syntax, old, field);
      if (same) mark_dropped(syntax, old, field);
    }
  }

  void type_changed(const ast::Mapping& syntax, const Field& old, const Field& field) {
    const auto [before, after] = model::type_names_apart(program_, old.type, field.type);
    auto diagnostic = state_.reporter.error(kTypeChanged, field.span, field.name, before, after);
    diagnostic.label(old.span, "`" + before + "` here");
    diagnostic.label(closing_brace(syntax), "does not say what becomes of it");
    if (model::assignable(old.type, field.type)) {
      diagnostic.fix(insertion(syntax), inserted(syntax, field.name + " = " + field.name),
                     "say that it stays: `" + field.name + " = " + field.name + "`");
    } else {
      diagnostic.help("a new type is a new field: give it another name, or say `" + field.name +
                      " = …`");
    }
  }

  void mark_dropped(const ast::Mapping& syntax, const Field& old, const Field& field) {
    Marks marks;
    if (old.personal && !field.personal) marks.personal = &old;
    if (old.secret && !field.secret) marks.secret = &old;
    const std::string value = "declassify(" + field.name + ")";
    state_.reporter.error(kMarkLost, field.span, field.name, marks.text(), field.name)
        .label(old.span, "marked here")
        .fix(insertion(syntax), inserted(syntax, field.name + " = " + value),
             "say that it may: `" + field.name + " = " + value + "`");
  }

  static Span insertion(const ast::Mapping& syntax) {
    Span span = closing_brace(syntax);
    span.end = span.begin;
    return span;
  }

  static std::string inserted(const ast::Mapping& syntax, const std::string& assignment) {
    return (syntax.fields.empty() ? " " : ", ") + assignment + " ";
  }

  void missing(const ast::Mapping& syntax) {
    std::vector<const Field*> fields;
    for (std::uint32_t i = 0; i < target_->fields.size(); ++i) {
      const Field& field = target_->fields[i];
      if (filled_[i] || field.default_value || field.type.kind == Type::Kind::optional) continue;
      fields.push_back(&field);
    }
    // A default that could not be understood was meant as one.
    std::erase_if(fields, [this](const Field* field) { return has_bad_default(*field); });
    if (fields.empty()) return;
    good_ = false;
    if (scope_.carries_over && sources_damaged(scope_)) return;  // the old version may have them
    std::vector<std::string> names;
    for (const Field* field : fields) names.push_back("`" + field->name + "`");
    auto diagnostic =
        state_.reporter.error(kNotFilled, closing_brace(syntax), target_->name,
                              listing(names, "and"), fields.size() == 1 ? "it" : "them");
    for (std::size_t i = 0; i < fields.size() && i < limits::kListedMax; ++i)
      diagnostic.label(fields[i]->span, "has no default, and is not optional");
    std::vector<std::string> fillings;
    for (const Field* field : fields) fillings.push_back("`" + filling_of(*field) + "`");
    diagnostic.help("say what fills " + std::string(fields.size() == 1 ? "it" : "them") + ": " +
                    listing(fillings, "and"));
  }

  /// `order_id` where a source has a field of that name that fits, else `order_id = …`.
  std::string filling_of(const Field& field) const {
    for (const MappingSource& source : scope_.sources) {
      const auto index = scope_.finder->find(*source.fields, field.name);
      if (!index) continue;
      const Field& found = (*source.fields)[*index];
      if (!model::assignable(found.type, field.type)) break;
      const bool marked = found.personal || found.secret || marks_inside(state_, found.type);
      return marked && scope_.leaves ? field.name + " = declassify(" + field.name + ")"
                                     : field.name;
    }
    return field.name + " = …";
  }

  bool has_bad_default(const Field& field) const {
    const auto index = static_cast<std::size_t>(target_ - program_.messages.data());
    const auto& syntax = state_.messages[index]->fields;
    return std::any_of(syntax.begin(), syntax.end(), [&](const ast::Field& one) {
      return one.name.text == field.name && one.default_value;
    });
  }

  State& state_;
  model::Program& program_;
  const MappingScope& scope_;
  const model::Message* target_ = nullptr;
  bool target_damaged_ = false;
  bool damaged_ = false;         // an assignment may be missing, which was reported
  bool target_unknown_ = false;  ///< a field's name was wrong: what is missing may be that one
  bool good_ = true;
  std::vector<std::optional<Span>> filled_;  ///< by field of the target: where
  std::vector<model::Assignment> assignments_;
};

}  // namespace

MappingSource message_source(const State& state, model::MessageId message,
                             model::FieldRef::Root root, std::string word, bool bare) {
  const model::Message& found = state.draft.program[message];
  MappingSource source;
  source.root = root;
  source.word = std::move(word);
  source.bare = bare;
  source.called = "`" + found.name + "`";
  source.fields = &found.fields;
  source.damaged = fields_lost(state, message);
  return source;
}

std::optional<std::vector<model::Assignment>> lower_mapping(State& state, std::uint32_t /*file*/,
                                                            const ast::Mapping& syntax,
                                                            model::MessageId target,
                                                            const MappingScope& scope) {
  return Lowering(state, scope).mapping(syntax, target);
}

}  // namespace flowc::sema
