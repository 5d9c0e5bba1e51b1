#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "lock/lock.h"
#include "lock/text.h"
#include "model/names.h"
#include "model/program.h"

namespace flowc::lock {
namespace {

/// Walks the program once; records and enums are taken in when something that is locked holds them.
class FromProgram {
 public:
  explicit FromProgram(const model::Program& program) : program_(program) {}

  Lock run() {
    for (const model::Module& module : program_.modules)
      lock_.modules.emplace(module.name, module.span);
    if (!program_.modules.empty()) {
      lock_.span = program_.modules.front().span;
      lock_.main = program_.modules.front().file;
    }
    for (const model::Message& message : program_.messages) add(message);
    for (const model::Upcast& upcast : program_.upcasts) {
      const model::Message& from = program_[upcast.from];
      lock_.messages[{from.wire_name, from.version}].upcasts.push_back(program_[upcast.to].version);
    }
    for (auto& [key, message] : lock_.messages)
      std::sort(message.upcasts.begin(), message.upcasts.end());
    add_endpoints();
    for (const model::Component& component : program_.components)
      for (const std::string& id : component.retired) lock_.retired.emplace(id, component.span);
    for (const model::Orchestrator& orchestrator : program_.orchestrators) add(orchestrator);
    for (const model::Saga& saga : program_.sagas) add(saga);
    for (const model::Publisher& publisher : program_.publishers)
      lock_.publishers.emplace(publisher.name, Publisher{publisher.topic, publisher.span});
    take_in_records();
    return std::move(lock_);
  }

 private:
  void add(const model::Message& message) {
    Message made;
    made.name = program_[message.module].name + "." + message.name;
    made.kind = message.kind;
    made.is_public = message.is_public;
    if (message.key) made.key = message.fields[*message.key].wire_name;
    if (message.answer) made.answer = type_of(*message.answer);
    made.expires_us = message.expires_us;
    made.hops = message.hops;
    made.fields = fields_of(message.fields);
    made.span = message.span;
    lock_.messages.emplace(MessageKey{message.wire_name, message.version}, std::move(made));
  }

  void add_endpoints() {
    std::vector<std::string> services(program_.components.size());
    for (const model::Service& service : program_.services)
      for (const model::ComponentId component : service.components)
        services[static_cast<std::uint32_t>(component)] = service.name;
    for (std::uint32_t i = 0; i < program_.endpoints.size(); ++i) {
      const model::Endpoint& endpoint = program_.endpoints[i];
      if (endpoint.dispatch != model::Dispatch::channel) continue;  // nothing waits for it
      const model::Component& component = program_[endpoint.component];
      Endpoint made;
      made.kind = component.kind;
      made.handler = model::handler_name(program_, model::EndpointId{i});
      made.service = services[static_cast<std::uint32_t>(endpoint.component)];
      made.takes = payload_of(endpoint.takes);
      if (endpoint.gives && component.kind == model::ComponentKind::steps)
        made.gives = payload_of(*endpoint.gives);
      made.ordered = endpoint.channel && program_[*endpoint.channel].ordered_by_key;
      made.old_ids = endpoint.old_ids;
      std::sort(made.old_ids.begin(), made.old_ids.end());
      made.span = endpoint.span;
      lock_.endpoints.emplace(endpoint.id, std::move(made));
    }
  }

  void add(const model::Orchestrator& orchestrator) {
    const model::Endpoint& start = program_[orchestrator.endpoint];
    Slip made;
    made.chooses = orchestrator.chooses;
    made.span = program_[orchestrator.component].span;
    for (const model::SlipItem& item : orchestrator.items) {
      SlipStep step{program_[item.step].id, {}};
      if (item.condition)
        step.condition =
            (item.unless ? "unless " : "when ") + expression_text(*item.condition, start.takes);
      made.steps.push_back(std::move(step));
    }
    if (orchestrator.deadline) made.within_us = orchestrator.deadline->within_us;
    lock_.slips.emplace(start.id, std::move(made));
  }

  void add(const model::Saga& saga) {
    const model::Component& component = program_[saga.component];
    Saga made;
    made.name = program_[component.module].name + "." + component.name;
    made.key = type_of(saga.key.type);
    made.data = fields_of(saga.data);
    made.span = component.span;
    for (const model::State& state : saga.states) {
      State& kept = made.states[state.name];
      kept.final = state.final;
      kept.span = state.span;
      for (const model::Transition& transition : state.transitions)
        if (!transition.endpoint) kept.timers_us.push_back(transition.after_us);
      std::sort(kept.timers_us.begin(), kept.timers_us.end());
    }
    if (saga.deadline) made.within_us = saga.deadline->within_us;
    lock_.sagas.emplace(saga_id(component), std::move(made));
  }

  // What `at` says, or the saga's name in lower_snake: it begins the ids of its endpoints.
  std::string saga_id(const model::Component& component) const {
    if (component.endpoints.empty()) return component.name;
    const std::string& id = program_[component.endpoints.front()].id;
    return id.substr(0, id.rfind('.'));
  }

  Payload payload_of(const model::Payload& payload) {
    if (const auto* message = std::get_if<model::MessageId>(&payload.type))
      return {Payload::Kind::message, program_[*message].wire_name};
    if (const auto* record = std::get_if<model::RecordId>(&payload.type)) {
      take_in(*record);
      return {Payload::Kind::record, model::full_name(program_, *record)};
    }
    return {};
  }

  Type type_of(const model::Type& type) {
    const auto wrapped = [&](Type::Kind kind) {
      return Type{kind, {}, std::make_shared<const Type>(type_of(*type.element))};
    };
    switch (type.kind) {
      case model::Type::Kind::primitive:
        return {Type::Kind::primitive, model::to_string(type.primitive), nullptr};
      case model::Type::Kind::record:
        take_in(type.record);
        return {Type::Kind::named, model::full_name(program_, type.record), nullptr};
      case model::Type::Kind::enumeration:
        take_in(type.enumeration);
        return {Type::Kind::named, model::full_name(program_, type.enumeration), nullptr};
      case model::Type::Kind::optional:
        return wrapped(Type::Kind::optional);
      case model::Type::Kind::list:
        return wrapped(Type::Kind::list);
      case model::Type::Kind::map:
        return wrapped(Type::Kind::map);
    }
    return {};
  }

  // A record's fields wait for take_in_records(): records may be nested deeper than our stack is.
  void take_in(model::RecordId id) {
    const auto [at, added] =
        lock_.records.emplace(model::full_name(program_, id), Record{{}, program_[id].span});
    if (added) waiting_.emplace_back(id, &at->second);
  }

  void take_in_records() {
    while (!waiting_.empty()) {
      const auto [id, record] = waiting_.back();
      waiting_.pop_back();
      record->fields = fields_of(program_[id].fields);
    }
  }

  void take_in(model::EnumId id) {
    const model::Enum& enumeration = program_[id];
    const auto [at, added] =
        lock_.enums.emplace(model::full_name(program_, id), Enum{{}, enumeration.span});
    if (!added) return;
    for (const model::Declaration& value : enumeration.values)
      at->second.values.emplace(value.name, value.span);
  }

  Fields fields_of(const std::vector<model::Field>& fields) {
    Fields made;
    for (const model::Field& field : fields) {
      Field kept;
      kept.name = field.name;
      kept.type = type_of(field.type);
      if (field.default_value) kept.default_value = value_text(*field.default_value, field.type);
      kept.personal = field.personal;
      kept.secret = field.secret;
      kept.span = field.span;
      made.emplace(field.wire_name, std::move(kept));
    }
    return made;
  }

  static std::string value_text(const model::Value& value, const model::Type& type) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value))
      return type.kind == model::Type::Kind::enumeration ? word_text(*text) : in_quotes(*text);
    return type.kind == model::Type::Kind::map ? "{}" : "[]";
  }

  // Conditions are compared as text and read by people; `input` is what the orchestrator takes.
  std::string expression_text(const model::Expression& expression, const model::Payload& input) {
    switch (expression.kind) {
      case model::Expression::Kind::literal:
        return value_text(expression.literal, expression.type);
      case model::Expression::Kind::field:
        return path_text(expression.field, input);
      case model::Expression::Kind::equal:
      case model::Expression::Kind::not_equal:
        break;
    }
    if (expression.operands.size() != 2) return {};
    return expression_text(expression.operands[0], input) +
           (expression.kind == model::Expression::Kind::equal ? " == " : " != ") +
           expression_text(expression.operands[1], input);
  }

  std::string path_text(const model::FieldRef& reference, const model::Payload& input) {
    std::string text = "input";
    const std::vector<model::Field>* fields = nullptr;
    if (const auto* message = std::get_if<model::MessageId>(&input.type))
      fields = &program_[*message].fields;
    else if (const auto* record = std::get_if<model::RecordId>(&input.type))
      fields = &program_[*record].fields;
    for (const std::uint32_t index : reference.path) {
      if (fields == nullptr || index >= fields->size()) break;
      const model::Field& field = (*fields)[index];
      text += "." + field.wire_name;
      const bool optional = field.type.kind == model::Type::Kind::optional;
      const model::Type& type = optional ? *field.type.element : field.type;
      fields = type.kind == model::Type::Kind::record ? &program_[type.record].fields : nullptr;
    }
    return text;
  }

  const model::Program& program_;
  Lock lock_;
  std::vector<std::pair<model::RecordId, Record*>> waiting_;  // into lock_, whose nodes stay
};

}  // namespace

Lock lock_of(const model::Program& program) {
  return FromProgram(program).run();
}

}  // namespace flowc::lock
