#include "sema/types.h"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "sema/resolver.h"
#include "sema/step.h"
#include "sema/values.h"

namespace flowc::sema {
namespace {

using model::Primitive;
using model::Type;

constexpr std::array kPrimitives{Primitive::boolean,  Primitive::int32,   Primitive::int64,
                                 Primitive::float64,  Primitive::decimal, Primitive::string,
                                 Primitive::bytes,    Primitive::uuid,    Primitive::timestamp,
                                 Primitive::duration, Primitive::date};

/// Resolves the types and values of one module's records, enums and messages.
class ModuleTypes {
 public:
  ModuleTypes(State& state, std::uint32_t file)
      : state_(state), file_(file), resolver_(state, file) {
    for (const Primitive primitive : kPrimitives)
      builtins_.emplace_back(model::to_string(primitive));
  }

  void resolve() {
    model::Program& program = state_.draft.program;
    for (const std::size_t i : mine(program.enums)) {
      enum_values(program.enums[i], *state_.enums[i], state_.enum_values[i]);
    }
    for (const std::size_t i : mine(program.records)) {
      program.records[i].fields =
          fields(state_.records[i]->fields, "record", state_.records[i]->name.text);
      if (state_.records[i]->damaged) state_.draft.doubts.types = true;
    }
    for (const std::size_t i : mine(program.messages)) {
      message(program.messages[i], *state_.messages[i]);
      if (state_.messages[i]->damaged) state_.draft.doubts.types = true;
    }
    for (const std::size_t i : mine(program.messages)) {
      if (program.messages[i].is_public) publish(program.messages[i]);
    }
  }

  std::optional<Type> type_of(const ast::Type& syntax) { return type(syntax); }

  std::vector<model::Field> fields_of(const std::vector<ast::Field>& syntax, const char* kind,
                                      const std::string& owner) {
    return fields(syntax, kind, owner);
  }

 private:
  template <typename T>
  bool mine(const T& declared) const {
    return declared.module == model::ModuleId{file_};
  }

  /// Where the module's declarations are in a table, which has those of each module in a row.
  template <typename T>
  std::ranges::iota_view<std::size_t, std::size_t> mine(const std::vector<T>& table) const {
    const auto begin = std::partition_point(table.begin(), table.end(), [this](const T& declared) {
      return declared.module < model::ModuleId{file_};
    });
    const auto end = std::partition_point(begin, table.end(),
                                          [this](const T& declared) { return mine(declared); });
    return std::views::iota(static_cast<std::size_t>(begin - table.begin()),
                            static_cast<std::size_t>(end - table.begin()));
  }

  void enum_values(model::Enum& enumeration, const ast::Enum& syntax,
                   std::map<std::string, Span>& seen) {
    for (const ast::EnumValue& value : syntax.values) {
      const auto [first, added] = seen.emplace(value.name.text, value.name.span);
      if (!added) {
        state_.reporter.error(kDeclaredTwice, value.name.span, "enum value", value.name.text)
            .label(first->second, "first declared here");
        continue;
      }
      report_reserved_name(state_.reporter, value.name);
      enumeration.values.push_back({value.name.text, value.documentation, value.name.span});
    }
    if (enumeration.values.empty() && !syntax.damaged) {
      state_.reporter.error(kEmptyEnum, syntax.name.span, syntax.name.text)
          .help("give it at least one value");
    }
  }

  void message(model::Message& message, const ast::Message& syntax) {
    message.wire_name = state_.draft.program.modules[file_].name + "." + message.name;
    if (syntax.wire) {
      message.wire_name = syntax.wire->value;
      check_wire_text(state_.reporter, *syntax.wire, "the wire name of a message");
    }
    message.fields = fields(syntax.fields, model::to_string(message.kind), message.name);
    for (std::uint32_t i = 0; i < message.fields.size(); ++i) {
      if (message.fields[i].key && !message.key) message.key = i;
    }
    if (!syntax.answer) return;
    const auto answer = resolver_.find(*syntax.answer,
                                       {SymbolKind::record, SymbolKind::enumeration,
                                        SymbolKind::event, SymbolKind::command, SymbolKind::query},
                                       "a record", builtins_);
    if (!answer) return;
    if (answer->kind != SymbolKind::record) {
      state_.reporter.error(kAnswerNotRecord, syntax.answer->span, syntax.answer->text())
          .label(answer->name, std::string("declared here, as ") + with_article(answer->kind));
      return;
    }
    Type type;
    type.kind = Type::Kind::record;
    type.record = model::RecordId{answer->index};
    message.answer = type;
  }

  std::vector<model::Field> fields(const std::vector<ast::Field>& syntax, const char* kind,
                                   const std::string& owner) {
    std::vector<model::Field> fields;
    std::map<std::string, Span> names;
    std::map<std::string, const ast::Field*> wire_names;
    for (const ast::Field& field : syntax) {
      const auto [first, added] = names.emplace(field.name.text, field.name.span);
      if (!added) {
        state_.reporter.error(kFieldTwice, field.name.span, field.name.text, kind, owner)
            .label(first->second, "first declared here");
        continue;
      }
      report_reserved_name(state_.reporter, field.name);
      const ast::Text wire{field.name.text, field.name.span};
      const ast::Text& wire_name = field.was ? *field.was : wire;
      if (field.was) check_wire_text(state_.reporter, *field.was, "the wire name of a field");
      const auto [known, fresh] = wire_names.emplace(wire_name.value, &field);
      if (!fresh) {
        state_.reporter
            .error(kWireNameTwice, wire_name.span, wire_name.value, known->second->name.text)
            .label(known->second->was ? known->second->was->span : known->second->name.span,
                   "first used here");
      }
      if (auto lowered = lower(field)) {
        lowered->wire_name = wire_name.value;
        fields.push_back(*std::move(lowered));
      }
    }
    return fields;
  }

  std::optional<model::Field> lower(const ast::Field& syntax) {
    if (!syntax.type) return std::nullopt;
    const auto type = this->type(*syntax.type);
    if (!type) return std::nullopt;
    model::Field field;
    field.name = syntax.name.text;
    field.documentation = syntax.documentation;
    field.span = syntax.name.span;
    field.type = *type;
    field.key = syntax.key.has_value();
    field.personal = syntax.personal.has_value();
    field.secret = syntax.secret.has_value();
    if (!syntax.default_value) return field;
    if (type->kind == Type::Kind::optional) {
      state_.reporter.error(kDefaultOfOptional, syntax.default_value->span, syntax.name.text)
          .label(syntax.type->span, "an optional field that is not there is absent")
          .help("drop the `?` or the default");
      return field;
    }
    field.default_value = value_of(state_, *syntax.default_value, *type);
    return field;
  }

  std::optional<Type> type(const ast::Type& syntax) {
    if (syntax.kind == ast::Type::Kind::named) return named(syntax.name);
    if (!syntax.element) return std::nullopt;
    if (syntax.kind == ast::Type::Kind::map && syntax.key.text() != "string") {
      state_.reporter.error(kMapKey, syntax.key.span, "`" + syntax.key.text() + "`")
          .fix(syntax.key.span, "string", "write `string`");
    }
    auto element = type(*syntax.element);
    if (!element) return std::nullopt;
    Type type;
    switch (syntax.kind) {
      case ast::Type::Kind::optional:
        type.kind = Type::Kind::optional;
        break;
      case ast::Type::Kind::list:
        type.kind = Type::Kind::list;
        break;
      default:
        type.kind = Type::Kind::map;
        break;
    }
    // `T??` was reported by the parser.
    if (type.kind == Type::Kind::optional && element->kind == Type::Kind::optional) return element;
    type.element = std::make_shared<const Type>(*std::move(element));
    return type;
  }

  std::optional<Type> named(const ast::Path& path) {
    Type type;
    if (path.parts.size() == 1) {
      if (const auto primitive = primitive_named(path.parts.front().text)) {
        type.primitive = *primitive;
        return type;
      }
    }
    const auto symbol =
        resolver_.find(path, {SymbolKind::record, SymbolKind::enumeration}, "a type", builtins_);
    if (!symbol) {
      state_.draft.doubts.types = true;
      return std::nullopt;
    }
    type.kind = symbol->kind == SymbolKind::record ? Type::Kind::record : Type::Kind::enumeration;
    type.record = model::RecordId{symbol->kind == SymbolKind::record ? symbol->index : 0};
    type.enumeration = model::EnumId{symbol->kind == SymbolKind::enumeration ? symbol->index : 0};
    return type;
  }

  // A type inside a public message travels with it.
  void publish(const model::Message& message) {
    std::vector<const model::Record*> shown;
    for (const model::Field& field : message.fields) publish(field.type, shown);
    if (message.answer) publish(*message.answer, shown);
    while (!shown.empty()) {
      const model::Record& record = *shown.back();
      shown.pop_back();
      for (const model::Field& field : record.fields) publish(field.type, shown);
    }
  }

  /// Adds a record that is now seen to `shown`: what it holds is seen too.
  void publish(const Type& type, std::vector<const model::Record*>& shown) {
    if (type.element) return publish(*type.element, shown);
    if (type.kind == Type::Kind::enumeration) show(state_.draft.program[type.enumeration]);
    if (type.kind != Type::Kind::record) return;
    const model::Record& record = state_.draft.program[type.record];
    if (show(record)) shown.push_back(&record);
  }

  /// Whether it was hidden before; of another module, its own visibility stands.
  template <typename T>
  bool show(const T& declared) {
    if (!mine(declared)) return false;
    const auto found = state_.symbols.modules[file_].find(declared.name);
    if (found == state_.symbols.modules[file_].end() || !travelled_.insert(declared.name).second)
      return false;
    found->second.visible = true;
    return true;
  }

  State& state_;
  std::uint32_t file_;
  Resolver resolver_;
  std::vector<std::string> builtins_;
  std::set<std::string> travelled_;
};

/// Finds records that would need to contain themselves: directly or by an optional, but not by a
/// list or a map.
class RecursionSearch {
 public:
  explicit RecursionSearch(State& state)
      : state_(state), marks_(state.draft.program.records.size(), Mark::fresh) {}

  void run() {
    for (std::uint32_t i = 0; i < marks_.size(); ++i) visit(i);
  }

 private:
  enum class Mark { fresh, open, done };

  static std::optional<std::uint32_t> inner_record(const Type& type) {
    if (type.kind == Type::Kind::optional) return inner_record(*type.element);
    if (type.kind != Type::Kind::record) return std::nullopt;
    return static_cast<std::uint32_t>(type.record);
  }

  // Records nested by value may be as many as a program's size allows, so that the walk keeps its
  // own stack.
  void visit(std::uint32_t root) {
    if (marks_[root] != Mark::fresh) return;
    struct Frame {
      std::uint32_t record;
      std::size_t next_field;
    };
    std::vector<Frame> stack{{root, 0}};
    marks_[root] = Mark::open;
    while (!stack.empty()) {
      Frame& frame = stack.back();
      const model::Record& record = state_.draft.program.records[frame.record];
      if (frame.next_field == record.fields.size()) {
        marks_[frame.record] = Mark::done;
        stack.pop_back();
        continue;
      }
      const std::size_t index = frame.next_field++;
      const auto inner = inner_record(record.fields[index].type);
      if (!inner || marks_[*inner] == Mark::done) continue;
      if (marks_[*inner] == Mark::open) {
        report(*inner, record, record.fields[index]);
        continue;
      }
      marks_[*inner] = Mark::open;
      stack.push_back({*inner, 0});
    }
  }

  void report(std::uint32_t contained, const model::Record& holder, const model::Field& field) {
    const model::Record& record = state_.draft.program.records[contained];
    auto diagnostic = state_.reporter.error(kRecursiveRecord, field.span, record.name);
    if (&record != &holder) {
      diagnostic.here("`" + holder.name + "` is inside `" + record.name + "`, and holds it again");
      diagnostic.label(record.span, "declared here");
    }
    diagnostic.help("a list may be empty, and ends the recursion: `" + field.name + ": [" +
                    record.name + "]`");
  }

  State& state_;
  std::vector<Mark> marks_;
};

}  // namespace

std::optional<model::Primitive> primitive_named(const std::string& name) {
  for (const Primitive primitive : kPrimitives) {
    if (name == model::to_string(primitive)) return primitive;
  }
  return std::nullopt;
}

bool check_wire_text(Reporter& reporter, const ast::Text& text, const char* what) {
  constexpr std::size_t kWireNameBytesMax = 200;
  bool good = !text.value.empty() && text.value.size() <= kWireNameBytesMax;
  for (const char c : text.value)
    good = good && c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != ',';
  if (good) return true;
  reporter.error(kBadWireText, text.span, text.value, what)
      .help("it is 1 to 200 characters of ASCII, without spaces, commas, quotes and backslashes");
  return false;
}

bool fields_lost(const State& state, model::MessageId message) {
  const ast::Message& syntax = *state.messages[static_cast<std::uint32_t>(message)];
  return syntax.damaged || syntax.fields.size() != state.draft.program[message].fields.size();
}

bool fields_lost(const State& state, model::RecordId record) {
  const ast::Record& syntax = *state.records[static_cast<std::uint32_t>(record)];
  return syntax.damaged || syntax.fields.size() != state.draft.program[record].fields.size();
}

void resolve_types(State& state) {
  state.enum_values.resize(state.enums.size());
  for (const std::uint32_t file : state.dependencies_first) ModuleTypes(state, file).resolve();
  for (std::uint32_t i = 0; i < state.messages.size(); ++i) {
    if (fields_lost(state, model::MessageId{i}))
      state.draft.message_doubts.insert(model::MessageId{i});
  }
}

std::optional<model::Type> lower_type(State& state, std::uint32_t file, const ast::Type& syntax) {
  return ModuleTypes(state, file).type_of(syntax);
}

std::vector<model::Field> lower_fields(State& state, std::uint32_t file,
                                       const std::vector<ast::Field>& syntax, const char* kind,
                                       const std::string& owner) {
  return ModuleTypes(state, file).fields_of(syntax, kind, owner);
}

void check_recursion(State& state) {
  RecursionSearch(state).run();
}

}  // namespace flowc::sema
