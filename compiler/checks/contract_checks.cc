#include <map>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "diagnostics/catalog.h"
#include "model/names.h"
#include "model/type_rules.h"

namespace flowc {
namespace {

using model::Type;

/// Marks the records and enums that some message or handler reaches.
class Reach {
 public:
  explicit Reach(const model::Program& program)
      : program_(program),
        records(program.records.size(), false),
        enums(program.enums.size(), false) {}

  void visit(const Type& type) {
    mark(type);
    while (!open_.empty()) {
      const model::Record& record = program_.records[open_.back()];
      open_.pop_back();
      for (const model::Field& field : record.fields) mark(field.type);
    }
  }

  void visit(model::RecordId id) {
    Type type;
    type.kind = Type::Kind::record;
    type.record = id;
    visit(type);
  }

  void visit(const model::Payload& payload) {
    if (const auto* record = std::get_if<model::RecordId>(&payload.type)) visit(*record);
  }

 private:
  /// Records hold each other as deep as a program is long: what they hold is left for visit().
  void mark(const Type& type) {
    if (type.element) return mark(*type.element);
    if (type.kind == Type::Kind::enumeration)
      enums[static_cast<std::uint32_t>(type.enumeration)] = true;
    if (type.kind != Type::Kind::record) return;
    const auto index = static_cast<std::uint32_t>(type.record);
    if (records[index]) return;
    records[index] = true;
    open_.push_back(index);
  }

  const model::Program& program_;
  std::vector<std::uint32_t> open_;  // reached, and not yet looked into

 public:
  std::vector<bool> records;
  std::vector<bool> enums;
};

}  // namespace

void check_keys(const model::Draft& draft, Reporter& reporter) {
  for (const model::Record& record : draft.program.records) {
    for (const model::Field& field : record.fields) {
      if (!field.key) continue;
      reporter.error(kKeyInRecord, field.span, field.name)
          .help("a key orders messages: put it on a field of the message itself");
    }
  }
  for (const model::Message& message : draft.program.messages) {
    const model::Field* first = nullptr;
    for (const model::Field& field : message.fields) {
      if (!field.key) continue;
      if (first != nullptr) {
        reporter.error(kTwoKeys, field.span, model::to_string(message.kind), message.name)
            .label(first->span, "the first key")
            .help("a message has at most one; a key of two parts is a field that joins them");
        continue;
      }
      first = &field;
      if (field.personal || field.secret) {
        reporter
            .error(kMarkedKey, field.span, field.name, field.secret ? "`@secret`" : "`@personal`")
            .help("keys stand in logs, metrics and brokers: use an id that names nobody");
      }
      if (model::scalar(field.type)) continue;
      reporter
          .error(kKeyNotScalar, field.span, field.name, model::type_name(draft.program, field.type))
          .help(
              "keys are bool, int32, int64, decimal, string, uuid, timestamp, duration, date or an "
              "enum");
    }
  }
}

void check_wire_names(const model::Draft& draft, Reporter& reporter) {
  std::map<std::string, const model::Message*> names;
  for (const model::Message& message : draft.program.messages) {
    if (message.wire_name.empty()) continue;
    const auto [first, added] = names.emplace(message.wire_name, &message);
    // Versions of one message share it: their number tells them apart.
    const bool version =
        first->second->module == message.module && first->second->name == message.name;
    if (added || version) continue;
    reporter.error(kWireNameTwice, message.span, message.wire_name, first->second->name)
        .label(first->second->span, "first used here")
        .help("a wire name is what travels: a message needs one of its own");
  }
}

void check_unused_types(const model::Draft& draft, Reporter& reporter) {
  if (draft.doubts.types || draft.doubts.handlers) return;
  Reach reach(draft.program);
  for (const model::Message& message : draft.program.messages) {
    for (const model::Field& field : message.fields) reach.visit(field.type);
    if (message.answer) reach.visit(*message.answer);
  }
  for (const model::Endpoint& endpoint : draft.program.endpoints) {
    reach.visit(endpoint.takes);
    if (endpoint.gives) reach.visit(*endpoint.gives);
  }
  for (const model::Saga& saga : draft.program.sagas) {
    reach.visit(saga.key.type);
    for (const model::Field& field : saga.data) reach.visit(field.type);
  }
  for (std::uint32_t i = 0; i < draft.program.records.size(); ++i) {
    if (draft.program.records[i].is_public) reach.visit(model::RecordId{i});
  }
  for (std::size_t i = 0; i < draft.program.records.size(); ++i) {
    const model::Record& record = draft.program.records[i];
    if (!reach.records[i]) reporter.warning(kUnusedRecord, record.span, record.name);
  }
  for (std::size_t i = 0; i < draft.program.enums.size(); ++i) {
    const model::Enum& enumeration = draft.program.enums[i];
    if (reach.enums[i] || enumeration.is_public) continue;
    reporter.warning(kUnusedEnum, enumeration.span, enumeration.name);
  }
}

}  // namespace flowc
