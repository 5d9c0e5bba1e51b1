#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/view/unserved.h"
#include "emit/view/view.h"

namespace flowc::view {

namespace {

using model::Dispatch;
using model::MessageKind;

/// What unqualified lookup finds in a service, its bus or its Handlers before the module's
/// declarations.
Shadow shadow_of(const ServiceNames& names) {
  Shadow shadow = {"Handlers", "Bus",          "bus",      "publish",  "send",
                   "ask",      "unit_of_work", "topology", "handlers", "outlet",
                   "attach",   "Service",      "outlet_",  "handlers_"};
  shadow.insert(names.members.begin(), names.members.end());
  return shadow;
}

struct ServiceSource {
  const Source& source;
  model::ServiceId id;
  const model::Service& service;
  const ServiceNames& names;
  Shadow shadow = shadow_of(names);

  std::string reference(model::MessageId message) const {
    return source.names.reference(service.module, model::Payload{message}, shadow);
  }
};

/// The service's module and its components' modules.
std::set<model::ModuleId> modules_of(const ServiceSource& service) {
  const model::Program& program = service.source.program;
  std::set<model::ModuleId> modules{service.service.module};
  for (const model::ComponentId id : service.service.components) modules.insert(program[id].module);
  return modules;
}

/// The messages that the service's components take.
std::set<model::MessageId> taken_by(const ServiceSource& service) {
  const model::Program& program = service.source.program;
  std::set<model::MessageId> taken;
  for (const model::ComponentId id : service.service.components) {
    for (const model::EndpointId endpoint : program[id].endpoints) {
      if (const auto* message = std::get_if<model::MessageId>(&program[endpoint].takes.type))
        taken.insert(*message);
    }
  }
  return taken;
}

/// What may be sent through a service's bus: what belongs to its modules or to imported ones that
/// declare contracts only, public commands, and the queries that it answers.
class BusMessages {
 public:
  explicit BusMessages(const ServiceSource& service)
      : service_(service), modules_(modules_of(service)), taken_(taken_by(service)) {}

  bool contains(model::MessageId id) const {
    const model::Message& message = service_.source.program[id];
    if (message.superseded) return false;
    switch (message.kind) {
      case MessageKind::event:
        return message.is_public && of_its_modules(message);
      case MessageKind::command:
        return message.is_public || of_its_modules(message);
      case MessageKind::query:
        return taken_.contains(id);
    }
    return false;
  }

 private:
  bool of_its_modules(const model::Message& message) const {
    return modules_.contains(message.module) ||
           service_.source.index.components(message.module).empty();
  }

  const ServiceSource& service_;
  std::set<model::ModuleId> modules_;
  std::set<model::MessageId> taken_;
};

Json bus_method(const ServiceSource& service, model::MessageId id) {
  static constexpr std::array methods = {"publish", "send", "ask"};
  static constexpr std::array variables = {"event", "command", "query"};
  const model::Message& message = service.source.program[id];
  const auto kind = static_cast<std::size_t>(message.kind);
  const std::string variable = variables[kind];
  const bool asks = message.kind == MessageKind::query;
  std::vector<std::string> declared = {
      fmt::format("const {}& {}", service.reference(id), variable)};
  std::vector<std::string> defined = declared;
  std::vector<std::string> sent = {std::to_string(service.source.index.number(id)),
                                   key_expression(service.source, id, variable),
                                   "::flow::json::encode_payload(" + variable + ")"};
  if (!asks) {
    declared.push_back(std::string{kSendOptions} + " = {}");
    defined.emplace_back(kSendOptions);
    sent.emplace_back("options");
  }
  FLOW_ASSERT(!asks || message.answer.has_value());
  const std::string answer =
      asks ? service.source.names.type(service.service.module, *message.answer, service.shadow)
           : "";
  const std::string result = asks ? answer : "::flow::Uuid";
  const std::string head =
      asks ? "return ::flow::detail::ask<" + answer + ">" : "return outlet_->emit";
  if (asks) sent.insert(sent.begin(), "*outlet_");
  // Behind the return type a name is looked up outside the class: there the answer needs no
  // qualification, but has it wherever the declaration does.
  return {{"declaration", cpp::call(4, result + " " + methods[kind], declared, " const;")},
          {"signature",
           cpp::call(0, fmt::format("{} {}::Bus::{}", result, service.names.name, methods[kind]),
                     defined, " const {")},
          {"body", cpp::call(2, head, sent, ";")}};
}

Json bus_view(const ServiceSource& service) {
  const BusMessages messages_of_bus(service);
  Json view = Json::array();
  const auto& messages = service.source.program.messages;
  for (const MessageKind kind : {MessageKind::event, MessageKind::command, MessageKind::query}) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto id = static_cast<model::MessageId>(i);
      if (messages[i].kind == kind && messages_of_bus.contains(id)) {
        view.push_back(bus_method(service, id));
      }
    }
  }
  return view;
}

/// The handler and those that take, one after the other, what it gives.
std::vector<model::EndpointId> chain_of(const model::Program& program, model::EndpointId first) {
  std::vector<model::EndpointId> chain{first};
  while (program[chain.back()].then) {
    chain.push_back(*program[chain.back()].then);
    FLOW_ASSERT(chain.size() <= program.endpoints.size());
  }
  return chain;
}

Json call_view(const ServiceSource& service, const std::string& name, const std::string& member,
               model::EndpointId first) {
  const Source& source = service.source;
  const model::Program& program = source.program;
  const auto message = std::get<model::MessageId>(program[first].takes.type);
  Json steps = Json::array();
  std::string input = "input";
  std::size_t number = 0;
  for (const model::EndpointId id : chain_of(program, first)) {
    const std::string suffix = ++number == 1 ? "" : "_" + std::to_string(number);
    const model::Endpoint& endpoint = program[id];
    const bool replies = id == first && program[message].answer.has_value() && !endpoint.then;
    const bool keeps = replies || endpoint.then.has_value();
    const std::string called =
        fmt::format("{}components.{}.{}", keeps ? "const auto result" + suffix + " = " : "", member,
                    source.names[id].method);
    steps.push_back(
        {{"context", fmt::format("{}::{} context{}{{handling}};",
                                 source.names.reference(service.service.module, endpoint.component),
                                 source.names[id].context, suffix)},
         {"call", cpp::call(2, called, {input, "context" + suffix}, ";")},
         {"replies", replies}});
    input = "result" + suffix;
  }
  return {{"service", service.names.name},
          {"signature", cpp::call(0, "void " + name,
                                  {"const void* handlers", "::flow::Handling& handling"}, " {")},
          {"takes", source.names.reference(service.service.module, program[first].takes)},
          {"steps", std::move(steps)}};
}

/// What a handler and those chained to it emit, by number.
std::vector<std::size_t> emitted_by(const Source& source, model::EndpointId first) {
  std::set<std::size_t> numbers;
  for (const model::EndpointId id : chain_of(source.program, first)) {
    const model::Endpoint& endpoint = source.program[id];
    for (const model::MessageId sent : endpoint.sends) numbers.insert(source.index.number(sent));
    for (const model::MessageId published : endpoint.publishes) {
      numbers.insert(source.index.number(published));
    }
    for (const model::MessageId later : endpoint.schedules)
      numbers.insert(source.index.number(later));
  }
  return {numbers.begin(), numbers.end()};
}

std::string joined(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (const std::size_t number : numbers)
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

Json endpoint_view(const Source& source, const Delivered& delivered, const std::string& call,
                   const std::string& emits) {
  const model::Endpoint& endpoint = source.program[delivered.endpoint];
  const model::Component& component = source.program[endpoint.component];
  return {{"id", cpp::string_literal(endpoint.id)},
          {"handler", cpp::string_literal(component.name + "." + endpoint.name)},
          {"message",
           std::to_string(source.index.number(std::get<model::MessageId>(endpoint.takes.type)))},
          {"channel", endpoint.channel ? std::to_string(source.index.number(*endpoint.channel))
                                       : "::flow::no_channel"},
          {"service", std::to_string(static_cast<std::size_t>(delivered.service))},
          {"dispatch", endpoint.dispatch == Dispatch::channel ? "channel" : "caller"},
          {"own", !call.empty()},
          {"call", call},
          {"has_emits", !emits.empty()},
          {"emits_table", emits}};
}

Json service_view(const Source& source, model::ServiceId id) {
  const model::Service& declared = source.program[id];
  const ServiceSource service{source, id, declared, source.names[id]};
  Json members = Json::array();
  for (std::size_t i = 0; i < declared.components.size(); ++i) {
    if (service.names.members[i].empty()) continue;
    members.push_back(
        {{"type", source.names.reference(declared.module, declared.components[i], service.shadow)},
         {"member", service.names.members[i]}});
  }
  Json unserved = Json::array();
  for (const std::string& part : unserved_parts(source.program, id))
    unserved.push_back(cpp::string_literal(part));
  Json retired = Json::array();
  for (const model::ComponentId component : declared.components) {
    for (const std::string& endpoint : source.program[component].retired)
      retired.push_back(cpp::string_literal(endpoint));
  }
  return {{"docs", lines(cpp::doc_lines(declared.documentation, 0))},
          {"any_unserved", !unserved.empty()},
          {"unserved_count", std::to_string(unserved.size())},
          {"unserved", unserved},
          {"any_retired", !retired.empty()},
          {"retired_count", std::to_string(retired.size())},
          {"retired", retired},
          {"name", service.names.name},
          {"service", cpp::string_literal(declared.name)},
          {"number", std::to_string(static_cast<std::size_t>(id))},
          {"program", cpp::string_literal(source.program.modules.front().name)},
          {"contract_hash", cpp::string_literal(source.index.contract_hash())},
          {"members", std::move(members)},
          {"bus", bus_view(service)}};
}

}  // namespace

bool generated(const Source& source, model::ServiceId id) {
  return source.options.service.empty() || source.program[id].name == source.options.service;
}

Json services_view(const Source& source, model::ModuleId module) {
  Json view = Json::array();
  for (const model::ServiceId id : source.index.services(module)) {
    if (generated(source, id)) view.push_back(service_view(source, id));
  }
  return view;
}

Json endpoints_view(const Source& source, model::ModuleId module) {
  Json calls = Json::array(), emits = Json::array(), endpoints = Json::array();
  cpp::Scope scope;
  for (const Delivered& delivered : source.index.endpoints()) {
    const model::Endpoint& endpoint = source.program[delivered.endpoint];
    const model::Service& declared = source.program[delivered.service];
    std::string call, table;
    if (declared.module == module && generated(source, delivered.service)) {
      const ServiceNames& names = source.names[delivered.service];
      call = scope.add(fmt::format(
          "call_{}_{}", cpp::snake_case(source.program[endpoint.component].name), endpoint.name));
      const ServiceSource service{source, delivered.service, declared, names, {}};
      calls.push_back(
          call_view(service, call, names.members[delivered.member], delivered.endpoint));
    }
    const std::vector<std::size_t> emitted = emitted_by(source, delivered.endpoint);
    if (!emitted.empty()) {
      table = fmt::format("kEmits{}", emits.size());
      emits.push_back({{"table", table},
                       {"count", std::to_string(emitted.size())},
                       {"list", "{" + joined(emitted) + "}"}});
    }
    endpoints.push_back(endpoint_view(source, delivered, call, table));
  }
  const std::string count = std::to_string(endpoints.size());
  return {{"calls", std::move(calls)},
          {"any_emits", !emits.empty()},
          {"emits", std::move(emits)},
          {"endpoints", std::move(endpoints)},
          {"endpoint_count", count}};
}

}  // namespace flowc::view
