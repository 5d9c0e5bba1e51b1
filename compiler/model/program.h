#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/contracts.h"
#include "model/deployment.h"
#include "model/flow.h"
#include "model/process.h"
#include "model/types.h"

/// The checked program: what backends read, and nothing else. Plain const data; declarations refer
/// to each other by index into the vectors of Program, in declaration order (import order of files,
/// then offset). A Program exists only when no error was reported, so a backend never meets a
/// dangling or missing part.
namespace flowc::model {

struct Module : Declaration {  ///< `name` is dotted: `marketplace.customer`
  std::string file;  ///< as imported, relative to the main file's directory, '/'-separated
  std::vector<ModuleId> imports;
};

struct Program {
  std::vector<Module> modules;  ///< the main file's module is the first
  std::vector<Record> records;
  std::vector<Enum> enums;
  std::vector<Message> messages;
  std::vector<Upcast> upcasts;
  std::vector<Channel> channels;  ///< declared ones, then implicit ones
  std::vector<Component> components;
  std::vector<Endpoint> endpoints;
  std::vector<Orchestrator> orchestrators;
  std::vector<Saga> sagas;
  std::vector<Publisher> publishers;
  std::vector<Forward> forwards;
  std::vector<Translator> translators;
  std::vector<Service> services;
  std::vector<Deployment> deployments;
  std::vector<Scenario> scenarios;

  const Module& operator[](ModuleId id) const { return modules[static_cast<std::uint32_t>(id)]; }
  const Record& operator[](RecordId id) const { return records[static_cast<std::uint32_t>(id)]; }
  const Enum& operator[](EnumId id) const { return enums[static_cast<std::uint32_t>(id)]; }
  const Message& operator[](MessageId id) const { return messages[static_cast<std::uint32_t>(id)]; }
  const Channel& operator[](ChannelId id) const { return channels[static_cast<std::uint32_t>(id)]; }
  const Component& operator[](ComponentId id) const {
    return components[static_cast<std::uint32_t>(id)];
  }
  const Endpoint& operator[](EndpointId id) const {
    return endpoints[static_cast<std::uint32_t>(id)];
  }
  const Publisher& operator[](PublisherId id) const {
    return publishers[static_cast<std::uint32_t>(id)];
  }
  const Saga& operator[](SagaId id) const { return sagas[static_cast<std::uint32_t>(id)]; }
  const Service& operator[](ServiceId id) const { return services[static_cast<std::uint32_t>(id)]; }
};

}  // namespace flowc::model
