#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/program.h"

/// Programs for the tests of the generator, built without the front half of flowc.
namespace emit_test {

using namespace flowc::model;

inline Type primitive(Primitive primitive) {
  Type type;
  type.primitive = primitive;
  return type;
}
inline Type wrapped(Type::Kind kind, Type element) {
  Type type;
  type.kind = kind;
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}
inline Type list(Type element) {
  return wrapped(Type::Kind::list, std::move(element));
}
inline Type optional(Type element) {
  return wrapped(Type::Kind::optional, std::move(element));
}
inline Type map(Type element) {
  return wrapped(Type::Kind::map, std::move(element));
}
inline Type record(std::uint32_t id) {
  Type type;
  type.kind = Type::Kind::record;
  type.record = RecordId{id};
  return type;
}
inline Type enumeration(std::uint32_t id) {
  Type type;
  type.kind = Type::Kind::enumeration;
  type.enumeration = EnumId{id};
  return type;
}

inline Field field(std::string name, Type type) {
  Field field;
  field.name = name;
  field.wire_name = std::move(name);
  field.type = std::move(type);
  return field;
}

inline Module module(std::string name, std::string file) {
  Module module;
  module.name = std::move(name);
  module.file = std::move(file);
  return module;
}

inline Record make_record(std::string name, std::vector<Field> fields) {
  Record record;
  record.name = std::move(name);
  record.fields = std::move(fields);
  return record;
}

inline Message message(MessageKind kind, std::string name, std::vector<Field> fields) {
  Message message;
  message.kind = kind;
  message.name = std::move(name);
  message.wire_name = "shop." + message.name;
  message.fields = std::move(fields);
  return message;
}

/// Places its messages, handlers and one store where a service called `shop` has all of them.
class Builder {
 public:
  explicit Builder(std::string name = "shop") {
    program.modules.push_back(module(std::move(name), "shop.flow"));
    Deployment deployment;
    deployment.name = "dev";
    Store store;
    store.path.text = "flow.db";
    deployment.stores.push_back(store);
    program.deployments.push_back(deployment);
  }

  MessageId add(Message message) {
    program.messages.push_back(std::move(message));
    return MessageId{static_cast<std::uint32_t>(program.messages.size() - 1)};
  }
  MessageId event(std::string name, std::vector<Field> fields) {
    return add(message(MessageKind::event, std::move(name), std::move(fields)));
  }
  MessageId command(std::string name, std::vector<Field> fields) {
    return add(message(MessageKind::command, std::move(name), std::move(fields)));
  }
  ChannelId channel(std::string name) {
    Channel channel;
    channel.name = std::move(name);
    program.channels.push_back(std::move(channel));
    return ChannelId{static_cast<std::uint32_t>(program.channels.size() - 1)};
  }
  ComponentId component(std::string name) {
    Component component;
    component.name = std::move(name);
    program.components.push_back(std::move(component));
    return ComponentId{static_cast<std::uint32_t>(program.components.size() - 1)};
  }
  /// On a channel of its own when it is not said to be the caller's.
  Endpoint& handler(ComponentId component, std::string name, Payload takes, std::string id,
                    Dispatch dispatch = Dispatch::channel) {
    Endpoint endpoint;
    endpoint.component = component;
    endpoint.name = std::move(name);
    endpoint.takes = takes;
    endpoint.id = std::move(id);
    endpoint.dispatch = dispatch;
    if (dispatch == Dispatch::channel) endpoint.channel = channel(endpoint.id);
    const EndpointId number{static_cast<std::uint32_t>(program.endpoints.size())};
    program.components[static_cast<std::uint32_t>(component)].endpoints.push_back(number);
    return program.endpoints.emplace_back(std::move(endpoint));
  }
  void service(std::string name, std::vector<ComponentId> components) {
    Service service;
    service.name = std::move(name);
    service.components = std::move(components);
    program.services.push_back(std::move(service));
  }

  Program program;
};

}  // namespace emit_test
