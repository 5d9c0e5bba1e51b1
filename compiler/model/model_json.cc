#include "model/model_json.h"

#include <nlohmann/json.hpp>

#include "model/model_json_deploy.h"
#include "model/model_json_handling.h"
#include "model/model_json_partners.h"
#include "model/model_json_process.h"
#include "model/names.h"

namespace flowc::model {
namespace {

using Json = nlohmann::ordered_json;

/// One object of the dump after the other; holds nothing but what it reads.
class Writer {
 public:
  explicit Writer(const Program& program) : program_(program) {}

  [[nodiscard]] Json write() const {
    Json json;
    json["format"] = 1;
    json["modules"] = each(program_.modules, &Writer::module_json);
    json["records"] = each(program_.records, &Writer::record_json);
    json["enums"] = each(program_.enums, &Writer::enum_json);
    json["messages"] = each(program_.messages, &Writer::message_json);
    json["upcasts"] = each(program_.upcasts, &Writer::upcast);
    json["channels"] = each(program_.channels, &Writer::channel_json);
    json["components"] = each(program_.components, &Writer::component_json);
    json["endpoints"] = each(program_.endpoints, &Writer::endpoint_json);
    json["orchestrators"] = each(program_.orchestrators, &Writer::slip_json);
    json["sagas"] = each(program_.sagas, &Writer::saga_json);
    json["publishers"] = each(program_.publishers, &Writer::publisher_json);
    json["forwards"] = each(program_.forwards, &Writer::forward);
    json["translators"] = each(program_.translators, &Writer::translator);
    json["services"] = each(program_.services, &Writer::service_json);
    json["deployments"] = each(program_.deployments, &Writer::deployment_json);
    json["scenarios"] = each(program_.scenarios, &Writer::scenario_json);
    return json;
  }

 private:
  template <typename T>
  [[nodiscard]] Json each(const std::vector<T>& items, Json (Writer::*one)(const T&) const) const {
    Json list = Json::array();
    for (const T& item : items) list.push_back((this->*one)(item));
    return list;
  }

  [[nodiscard]] Json declaration(const Declaration& declared) const {
    Json json;
    json["name"] = declared.name;
    if (!declared.documentation.empty()) json["documentation"] = declared.documentation;
    if (declared.span.begin == declared.span.end) return json;
    for (const Module& module : program_.modules) {
      if (module.span.file != declared.span.file) continue;
      json["at"] = {
          {"file", module.file}, {"begin", declared.span.begin}, {"end", declared.span.end}};
    }
    return json;
  }

  template <typename T>
  [[nodiscard]] Json owned(const T& declared) const {
    Json json = declaration(declared);
    json["module"] = program_[declared.module].name;
    return json;
  }

  [[nodiscard]] Json module_json(const Module& module) const {
    Json json = declaration(module);
    json["file"] = module.file;
    json["imports"] = Json::array();
    for (const ModuleId id : module.imports) json["imports"].push_back(program_[id].name);
    return json;
  }

  [[nodiscard]] Json type_json(const Type& type) const {
    switch (type.kind) {
      case Type::Kind::primitive:
        return to_string(type.primitive);
      case Type::Kind::record:
        return {{"record", full_name(program_, type.record)}};
      case Type::Kind::enumeration:
        return {{"enum", full_name(program_, type.enumeration)}};
      case Type::Kind::optional:
        return {{"optional", type_json(*type.element)}};
      case Type::Kind::list:
        return {{"list", type_json(*type.element)}};
      case Type::Kind::map:
        return {{"map", type_json(*type.element)}};
    }
    return nullptr;
  }

  [[nodiscard]] static Json value_json(const Value& value, const Type& type) {
    if (std::holds_alternative<std::monostate>(value)) {
      return type.kind == Type::Kind::map ? Json::object() : Json::array();
    }
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* number = std::get_if<double>(&value)) return *number;
    return std::get<std::string>(value);
  }

  [[nodiscard]] Json field_json(const Field& field) const {
    Json json = declaration(field);
    json["wire_name"] = field.wire_name;
    json["type"] = type_json(field.type);
    if (field.key) json["key"] = true;
    if (field.personal) json["personal"] = true;
    if (field.secret) json["secret"] = true;
    if (field.default_value) json["default"] = value_json(*field.default_value, field.type);
    return json;
  }

  [[nodiscard]] Json record_json(const Record& record) const {
    Json json = owned(record);
    json["public"] = record.is_public;
    json["fields"] = each(record.fields, &Writer::field_json);
    return json;
  }

  [[nodiscard]] Json enum_json(const Enum& enumeration) const {
    Json json = owned(enumeration);
    json["public"] = enumeration.is_public;
    json["values"] = each(enumeration.values, &Writer::declaration);
    return json;
  }

  [[nodiscard]] Json message_json(const Message& message) const {
    Json json = owned(message);
    json["kind"] = to_string(message.kind);
    json["public"] = message.is_public;
    json["version"] = message.version;
    json["wire_name"] = message.wire_name;
    json["fields"] = each(message.fields, &Writer::field_json);
    if (message.key) json["key"] = message.fields[*message.key].name;
    if (message.superseded) json["superseded"] = true;
    if (message.expires_us) json["expires_us"] = *message.expires_us;
    if (message.hops) json["hops"] = *message.hops;
    if (message.answer) json["answer"] = type_json(*message.answer);
    return json;
  }

  [[nodiscard]] static Json retry_json(const Retry& retry) {
    return {{"now", retry.now},
            {"delayed", retry.delayed},
            {"exponential", retry.exponential},
            {"first_us", retry.first_us},
            {"most_us", retry.most_us},
            {"jitter_percent", retry.jitter_percent}};
  }

  [[nodiscard]] Json channel_json(const Channel& channel) const {
    Json json = owned(channel);
    json["implicit"] = channel.implicit;
    json["concurrency"] = channel.concurrency;
    json["ordered_by_key"] = channel.ordered_by_key;
    json["retry"] = retry_json(channel.retry);
    json["timeout_us"] = channel.timeout_us;
    json["dead_letter_keep_us"] = channel.dead_letter_keep_us;
    if (channel.capacity) json["capacity"] = *channel.capacity;
    if (channel.rate_count) {
      json["rate"] = {{"count", *channel.rate_count}, {"period_us", channel.rate_period_us}};
    }
    if (channel.isolated) json["isolated"] = true;
    return json;
  }

  [[nodiscard]] Json component_json(const Component& component) const {
    Json json = owned(component);
    json["kind"] = to_string(component.kind);
    json["endpoints"] = Json::array();
    for (const EndpointId id : component.endpoints) json["endpoints"].push_back(program_[id].id);
    if (!component.retired.empty()) json["retired"] = component.retired;
    return json;
  }

  [[nodiscard]] Json endpoint_json(const Endpoint& endpoint) const {
    Json json = declaration(endpoint);
    json["component"] = program_[endpoint.component].name;
    json["id"] = endpoint.id;
    json["takes"] = full_name(program_, endpoint.takes);
    if (endpoint.gives) json["gives"] = full_name(program_, *endpoint.gives);
    if (endpoint.then) json["then"] = program_[*endpoint.then].id;
    json["dispatch"] = to_string(endpoint.dispatch);
    if (endpoint.channel) json["channel"] = program_[*endpoint.channel].name;
    json["sends"] = Json::array();
    for (const MessageId id : endpoint.sends) json["sends"].push_back(full_name(program_, id));
    json["publishes"] = Json::array();
    for (const MessageId id : endpoint.publishes)
      json["publishes"].push_back(full_name(program_, id));
    for (const PublisherId id : endpoint.uses) json["uses"].push_back(program_[id].name);
    for (const std::uint32_t field : endpoint.declassified)
      json["declassified"].push_back(field_of(endpoint.takes, field).name);
    for (const SagaId id : endpoint.starts)
      json["starts"].push_back(program_[program_[id].component].name);
    if (endpoint.undo) json["undo"] = program_[*endpoint.undo].id;
    if (endpoint.may_stop) json["may_stop"] = true;
    add_policies(json, program_, endpoint);
    return json;
  }

  [[nodiscard]] const Field& field_of(const Payload& payload, std::uint32_t field) const {
    const auto* message = std::get_if<MessageId>(&payload.type);
    return message != nullptr ? program_[*message].fields[field]
                              : program_[std::get<RecordId>(payload.type)].fields[field];
  }

  [[nodiscard]] Json upcast(const Upcast& one) const { return upcast_json(program_, one); }
  [[nodiscard]] Json forward(const Forward& one) const { return forward_json(program_, one); }
  [[nodiscard]] Json translator(const Translator& one) const {
    return translator_json(program_, one);
  }

  [[nodiscard]] Json publisher_json(const Publisher& publisher) const {
    Json json = owned(publisher);
    json["retry"] = retry_json(publisher.retry);
    add_publisher_json(json, program_, publisher);
    return json;
  }

  [[nodiscard]] Json slip_json(const Orchestrator& slip) const {
    return orchestrator_json(program_, slip);
  }

  [[nodiscard]] Json saga_json(const Saga& saga) const {
    Json json;
    json["component"] = program_[saga.component].name;
    json["key"] = field_json(saga.key);
    json["data"] = each(saga.data, &Writer::field_json);
    add_saga_json(json, program_, saga);
    return json;
  }

  [[nodiscard]] Json service_json(const Service& service) const {
    Json json = owned(service);
    json["components"] = Json::array();
    for (const ComponentId id : service.components) json["components"].push_back(program_[id].name);
    return json;
  }

  [[nodiscard]] Json deployment_json(const Deployment& deployment) const {
    Json json = declaration(deployment);
    add_deployment_json(json, program_, deployment);
    return json;
  }

  [[nodiscard]] Json scenario_json(const Scenario& scenario) const {
    Json json = owned(scenario);
    add_scenario_json(json, program_, scenario);
    return json;
  }

  const Program& program_;
};

}  // namespace

std::string to_json(const Program& program) {
  return Writer(program).write().dump(2) + "\n";
}

}  // namespace flowc::model
